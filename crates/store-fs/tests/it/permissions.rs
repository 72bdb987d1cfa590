//! Modes, whatever the umask. It belongs to the whole process, so children of their own have it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::fs::Mode;
use rustix::process::umask;
use store::PutMode;
use store_fs::{Durability, FileStore, MissingRoot};
use tempfile::TempDir;

use crate::support::{child_root, put, start_child};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn s42_modes_do_not_depend_on_the_umask() {
    for child in ["permissions::child_with_umask_000", "permissions::child_with_umask_077"] {
        let dir = TempDir::new().unwrap();
        assert!(start_child(child, dir.path()).wait().unwrap().success(), "{child}");
        let root = dir.path().join("media");
        for directory in ["", "a", "a/b", ".hallpass", ".hallpass/staging", ".hallpass/locks"] {
            assert_eq!(mode(&root.join(directory)), 0o700, "{child}: {directory}");
        }
        assert_eq!(mode(&root.join("a/b/c")), 0o600, "{child}");
        let open = dir.path().join("open");
        assert_eq!(
            (mode(&open), mode(&open.join("a")), mode(&open.join("a/b"))),
            (0o750, 0o750, 0o640),
            "{child}"
        );
        assert_eq!(mode(&open.join(".hallpass")), 0o700, "the own folder is private all the same");
    }
}

#[test]
#[ignore = "run by s42_modes_do_not_depend_on_the_umask"]
fn child_with_umask_000() {
    write_under(Mode::empty());
}

#[test]
#[ignore = "run by s42_modes_do_not_depend_on_the_umask"]
fn child_with_umask_077() {
    write_under(Mode::RWXG | Mode::RWXO);
}

fn write_under(mask: Mode) {
    let Some(dir) = child_root() else { return };
    umask(mask);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let options =
            FileStore::builder().with_missing_root(MissingRoot::Create).with_durability(Durability::None);
        let store = options.clone().open(dir.join("media")).unwrap();
        put(&store, "a/b/c", "1", PutMode::Overwrite).await.unwrap();
        let store = options.with_file_mode(0o640).with_dir_mode(0o750).open(dir.join("open")).unwrap();
        put(&store, "a/b", "1", PutMode::Create).await.unwrap();
    });
}

#[tokio::test]
async fn files_and_directories_go_to_the_group() {
    let dir = TempDir::new().unwrap();
    let own = fs::metadata(dir.path()).unwrap();
    // Only root may give files to a group that it is no member of.
    let group = if own.uid() == 0 { 4242 } else { own.gid() };
    let options = FileStore::builder()
        .with_durability(Durability::None)
        .with_group(group)
        .with_file_mode(0o640)
        .with_dir_mode(0o750);
    let store = options.open(dir.path()).unwrap();
    put(&store, "a/b", "1", PutMode::Create).await.unwrap();
    for name in ["a", "a/b"] {
        assert_eq!(fs::metadata(dir.path().join(name)).unwrap().gid(), group, "{name}");
    }
}
