//! Places to test in, and the short forms the tests share.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use bytes::Bytes;
use futures_util::StreamExt;
use object_key::ObjectKey;
use store::{
    Body, Entry, Error, ErrorKind, Get, Got, List, NameRule, PutMode, PutOptions, Store, StoreExt, When,
    Written,
};
use store_fs::{Durability, FileStore, Without};
use tempfile::TempDir;

/// A file store in a folder of its own, with a folder beside it that must stay as it is.
pub(crate) struct Place {
    pub(crate) store: FileStore,
    dir: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::without(&[])
    }

    pub(crate) fn without(things: &[Without]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("media")).unwrap();
        std::fs::create_dir(dir.path().join("other")).unwrap();
        std::fs::write(dir.path().join("other/secret.txt"), "SECRET").unwrap();
        let store = open(&dir.path().join("media"), things);
        Self { store, dir }
    }

    /// The root of the store.
    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("media")
    }

    /// The file of this name, whether it exists or not.
    pub(crate) fn file(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root().join(name)
    }

    /// The folder beside the root.
    pub(crate) fn outside(&self) -> PathBuf {
        self.dir.path().join("other")
    }

    /// Writes a file by hand, its directories too.
    pub(crate) fn place_by_hand(&self, name: &str, content: &str) {
        let file = self.file(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }

    /// The names in the staging folder.
    pub(crate) fn staged(&self) -> Vec<String> {
        staged_in(&self.root())
    }

    pub(crate) async fn put(&self, name: &str, content: &'static str) -> Result<Written, Error> {
        put(&self.store, name, content, PutMode::Overwrite).await
    }

    pub(crate) async fn read(&self, name: &str) -> Result<String, ErrorKind> {
        read(&self.store, name).await
    }

    pub(crate) async fn delete(&self, name: &str) -> Result<(), ErrorKind> {
        self.store.delete(&key(name), When::Always).await.map_err(|error| error.kind())
    }

    pub(crate) async fn list(&self) -> Vec<String> {
        list(&self.store, List::default()).await
    }

    /// Checks that nothing outside of the root has changed.
    pub(crate) fn assert_outside_untouched(&self) {
        let names = |dir: &Path| {
            let mut names: Vec<_> =
                std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names(self.dir.path()), ["media", "other"]);
        assert_eq!(names(&self.outside()), ["secret.txt"]);
        assert_eq!(std::fs::read_to_string(self.outside().join("secret.txt")).unwrap(), "SECRET");
    }
}

pub(crate) fn open(root: &Path, without: &[Without]) -> FileStore {
    // Tests need no flushing to the disk; the ones that do say so.
    let options = FileStore::builder().with_durability(Durability::None);
    without.iter().fold(options, |options, thing| options.without(*thing)).open(root).unwrap()
}

pub(crate) fn key(name: &str) -> ObjectKey {
    ObjectKey::parse(name).unwrap()
}

pub(crate) async fn put(
    store: &FileStore,
    name: &str,
    content: impl Into<Bytes>,
    mode: PutMode,
) -> Result<Written, Error> {
    let options = PutOptions::default().with_name_rule(NameRule::Any);
    store.put(&key(name), options, Body::from(content.into()), mode).await
}

pub(crate) async fn read(store: &FileStore, name: &str) -> Result<String, ErrorKind> {
    let bytes = read_bytes(store, name).await?;
    Ok(String::from_utf8(bytes).unwrap())
}

pub(crate) async fn read_bytes(store: &FileStore, name: &str) -> Result<Vec<u8>, ErrorKind> {
    match store.get(&key(name), &Get::default()).await {
        Ok(Got::Object(object)) => collect(object.body).await.map_err(|error| error.kind()),
        Ok(other) => panic!("not an object: {other:?}"),
        Err(error) => Err(error.kind()),
    }
}

pub(crate) async fn collect(mut body: Body) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(bytes)
}

/// Lists as text: keys, prefixes with their `/`, and `?` before what is unaddressable.
pub(crate) async fn list(store: &FileStore, ask: List) -> Vec<String> {
    store
        .list(ask)
        .map(|entry| match entry.unwrap() {
            Entry::Object(listed) => listed.key.to_string(),
            Entry::Prefix(prefix) => prefix.to_string(),
            Entry::Unaddressable(raw) => format!("?{}", raw.escape_ascii()),
            other => panic!("{other:?}"),
        })
        .collect()
        .await
}

/// Lists objects with their sizes.
pub(crate) async fn list_sizes(store: &FileStore) -> Vec<(ObjectKey, u64)> {
    let entries = store.list(List::default()).filter_map(async |entry| match entry.unwrap() {
        Entry::Object(listed) => Some((listed.key, listed.size)),
        _ => None,
    });
    entries.collect().await
}

pub(crate) fn staged_in(root: &Path) -> Vec<String> {
    match std::fs::read_dir(root.join(".hallpass/staging")) {
        Ok(entries) => entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect(),
        Err(_) => Vec::new(),
    }
}

/// Starts this test binary again to run one ignored test, with `root` in the variable that it asks for.
pub(crate) fn start_child(test: &str, root: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(CHILD_ROOT, root)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::inherit())
        .spawn()
        .unwrap()
}

/// Runs an ignored test as [`start_child`] does, and returns which files and directories it flushed to the disk.
pub(crate) fn trace_child(test: &str, root: &Path) -> String {
    let log = tempfile::NamedTempFile::new().unwrap();
    let traced = Command::new("strace")
        .args(["-f", "-y", "-e", "trace=fsync", "-o"])
        .arg(log.path())
        .arg(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored"])
        .env(CHILD_ROOT, root)
        .stdout(std::process::Stdio::null())
        .status();
    let traced = traced.expect("`strace` is needed: install it (`cargo xtask test` does)");
    assert!(traced.success(), "`strace` may not trace here");
    std::fs::read_to_string(log.path()).unwrap()
}

/// What a child is to work in; `None` when somebody runs ignored tests by hand.
pub(crate) fn child_root() -> Option<PathBuf> {
    std::env::var_os(CHILD_ROOT).map(PathBuf::from)
}

const CHILD_ROOT: &str = "STORE_FS_TEST_ROOT";
