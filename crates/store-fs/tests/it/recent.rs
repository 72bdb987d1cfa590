//! What is remembered of objects read a moment ago: open files and metadata, never beyond what their file confirms.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rustix::fs::{XattrFlags, setxattr};
use rustix::process::{Resource, Rlimit, setrlimit};
use store::{ErrorKind, PutMode, PutOptions, Store, StoreExt, When};
use store_fs::{Durability, FileStore};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::support::{child_root, key, read, start_child};

/// Nothing is remembered of a file that changed a moment ago.
const SETTLED: Duration = Duration::from_millis(2_100);

/// The age at which everything is looked up again.
const LONGEST: Duration = Duration::from_millis(1_100);

/// A store that keeps so many files open, with objects that were all read once; in a folder below a folder.
struct Warm {
    store: FileStore,
    dir: TempDir,
    read_at: Instant,
}

impl Warm {
    async fn up(open_files: usize, names: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = FileStore::builder().with_durability(Durability::None);
        let kept = NonZeroUsize::new(open_files);
        let store = kept.map_or(options.clone(), |count| options.with_open_files(count)).open(dir.path());
        let store = store.unwrap();
        for name in names {
            store.put(&key(name), PutOptions::default(), "old".into(), PutMode::Create).await.unwrap();
        }
        sleep(SETTLED).await;
        for name in names {
            assert_eq!(read(&store, name).await.unwrap(), "old");
        }
        Self { store, dir, read_at: Instant::now() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    async fn read(&self, name: &str) -> Result<String, ErrorKind> {
        read(&self.store, name).await
    }

    async fn content_type(&self, name: &str) -> String {
        let metadata = self.store.head(&key(name)).await.unwrap();
        metadata.attributes.content_type.unwrap().as_str().to_owned()
    }

    /// Tells how many files below the root this process has open.
    fn open_files(&self) -> usize {
        let root = self.dir.path().canonicalize().unwrap();
        let is_ours = |path: &Path| path.starts_with(&root) && path != root;
        fs::read_dir("/proc/self/fd")
            .unwrap()
            .filter(|entry| fs::read_link(entry.as_ref().unwrap().path()).is_ok_and(|path| is_ours(&path)))
            .count()
    }
}

#[tokio::test]
async fn what_happens_to_a_file_shows_at_once() {
    for open_files in [0, 100] {
        let warm =
            Warm::up(open_files, &["put", "deleted", "gone", "moved", "replaced", "edited", "r.txt"]).await;

        let options = PutOptions::default();
        warm.store.put(&key("put"), options, "new".into(), PutMode::Overwrite).await.unwrap();
        assert_eq!(warm.read("put").await.unwrap(), "new");
        warm.store.delete(&key("deleted"), When::Always).await.unwrap();
        assert_eq!(warm.read("deleted").await, Err(ErrorKind::NotFound));

        fs::remove_file(warm.file("gone")).unwrap();
        assert_eq!(warm.read("gone").await, Err(ErrorKind::NotFound));
        fs::rename(warm.file("moved"), warm.file("elsewhere")).unwrap();
        assert_eq!(warm.read("moved").await, Err(ErrorKind::NotFound));
        assert_eq!(warm.read("elsewhere").await.unwrap(), "old");
        fs::write(warm.file("other"), "new").unwrap();
        fs::rename(warm.file("other"), warm.file("replaced")).unwrap();
        assert_eq!(warm.read("replaced").await.unwrap(), "new");

        let before = warm.store.head(&key("edited")).await.unwrap();
        fs::write(warm.file("edited"), "new").unwrap();
        let times = fs::FileTimes::new().set_modified(before.modified);
        fs::File::options().write(true).open(warm.file("edited")).unwrap().set_times(times).unwrap();
        assert_eq!(warm.read("edited").await.unwrap(), "new");

        let record = "hallpass 1\n";
        setxattr(warm.file("r.txt"), "user.hallpass", record.as_bytes(), XattrFlags::REPLACE).unwrap();
        fs::rename(warm.file("r.txt"), warm.file("r.png")).unwrap();
        assert_eq!(warm.content_type("r.png").await, "image/png", "a broken record says nothing");
    }
}

#[tokio::test]
async fn a_record_that_was_changed_shows_at_once() {
    for open_files in [0, 100] {
        let warm = Warm::up(open_files, &["a.txt"]).await;
        assert_eq!(warm.content_type("a.txt").await, "text/plain");
        let mut space = [0; 4096];
        let length = rustix::fs::getxattr(warm.file("a.txt"), "user.hallpass", &mut space[..]).unwrap();
        let record = String::from_utf8(space[..length].to_vec()).unwrap().replace("text/plain", "text/x-new");
        setxattr(warm.file("a.txt"), "user.hallpass", record.as_bytes(), XattrFlags::REPLACE).unwrap();
        assert_eq!(warm.content_type("a.txt").await, "text/x-new");
    }
}

/// S4: a directory above an open file is looked at again within a second; without open files at once.
#[tokio::test]
async fn s04_a_directory_that_was_swapped_shows_when_the_name_is_looked_up_again() {
    for (open_files, at_once) in [(0, Err(ErrorKind::NotFound)), (100, Ok("old".to_owned()))] {
        let warm = Warm::up(open_files, &["dir/a"]).await;
        fs::create_dir(warm.file("other")).unwrap();
        fs::write(warm.file("other/a"), "of another").unwrap();
        fs::rename(warm.file("dir"), warm.file("was")).unwrap();
        std::os::unix::fs::symlink("other", warm.file("dir")).unwrap();
        let now = warm.read("dir/a").await;
        assert!(warm.read_at.elapsed() < Duration::from_secs(1), "too busy a machine to tell");
        assert_eq!(now, at_once);
        sleep(LONGEST).await;
        assert_eq!(warm.read("dir/a").await, Err(ErrorKind::NotFound), "no symlink is followed");
    }
}

#[tokio::test]
async fn no_more_files_are_kept_open_than_there_may_be() {
    // All at once, for each waits for its files to be old enough.
    join_all([(0, 0), (1, 2), (10, 10), (100, 50)].map(|(open_files, most)| keeps_open(open_files, most)))
        .await;
}

async fn keeps_open(open_files: usize, most: usize) {
    let names: Vec<_> = (0..50).map(|number| format!("a{number}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let warm = Warm::up(open_files, &names).await;
    let open = warm.open_files();
    assert!((most / 2..=most).contains(&open), "{open} of {most}");
    for name in ["a0", "a1", "a2"] {
        sleep(LONGEST).await;
        assert_eq!(warm.read(name).await.unwrap(), "old");
    }
    assert!(warm.open_files() <= 2, "what nobody reads is closed when others are read");
}

#[tokio::test]
async fn files_kept_open_are_closed_for_want_of_descriptors() {
    let warm = Warm::up(0, &[]).await;
    for number in 0..200 {
        fs::write(warm.file(&format!("a{number}")), "old").unwrap();
    }
    sleep(SETTLED).await;
    let status = start_child("recent::child_reads_with_few_descriptors", warm.dir.path()).wait().unwrap();
    assert!(status.success());
}

#[tokio::test]
#[ignore = "run by the test above, in a process of its own"]
async fn child_reads_with_few_descriptors() {
    let Some(root) = child_root() else { return };
    let few = Rlimit { current: Some(40), maximum: Some(40) };
    setrlimit(Resource::Nofile, few).unwrap();
    let store = FileStore::builder().with_open_files(NonZeroUsize::new(1000).unwrap()).open(root).unwrap();
    for number in 0..200 {
        assert_eq!(read(&store, &format!("a{number}")).await.unwrap(), "old");
    }
}
