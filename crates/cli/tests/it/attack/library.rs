//! [`Library`]: objects whose bytes and metadata say which version they are, and what may be left of a writer.

use std::fs::{self, File};
use std::path::PathBuf;

use futures_util::{StreamExt, TryStreamExt};
use object_key::ObjectKey;
use store::{Body, Entry, ErrorKind, Get, Got, List, MemoryStore, PutMode, PutOptions, Store, StoreExt};
use store_fs::{Collect, FileStore};
use tokio::runtime::Runtime;

use crate::sandbox::Sandbox;

/// One version of an object: a number, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) size: usize,
}

impl Version {
    /// The bytes that only this version has.
    pub(crate) fn bytes(self) -> Vec<u8> {
        let unit = format!("version {} has {} bytes; ", self.number, self.size);
        let mut bytes = unit.repeat(self.size / unit.len() + 1).into_bytes();
        bytes.truncate(self.size);
        bytes
    }

    fn content_type(self) -> String {
        format!("application/x-version-{}", self.number)
    }

    /// The arguments that store this version from `file`.
    pub(crate) fn arguments(self, file: &str, key: &str, options: &[&str]) -> Vec<String> {
        let describe = ["--type", &self.content_type(), "--meta", &format!("version={}", self.number)];
        ["put", file, key].iter().chain(&describe).chain(options).map(|part| (*part).to_owned()).collect()
    }
}

/// The store of a sandbox, looked at from beside the program.
pub(crate) struct Library {
    store: FileStore,
    runtime: Runtime,
    own: PathBuf,
}

impl Library {
    /// Opens the store in `media/`, and leaves what lies about in it where it is.
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let root = sandbox.path("media");
        fs::create_dir_all(&root).unwrap();
        let store = FileStore::builder().with_collect_on_open(Collect::DryRun).open(&root).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Self { store, runtime, own: root.join(".hallpass") }
    }

    /// Finds out which version an object is, and checks that all of it is of that version.
    #[track_caller]
    pub(crate) fn version(&self, key: &str) -> Option<Version> {
        let parsed = ObjectKey::parse(key).unwrap();
        let object = match self.runtime.block_on(self.store.get(&parsed, &Get::default())) {
            Ok(Got::Object(object)) => object,
            Ok(other) => panic!("{key}: {other:?}"),
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(error) => panic!("{key}: {error}"),
        };
        let metadata = object.metadata;
        let number = metadata.user.get("version").unwrap_or_else(|| panic!("{key} has lost its metadata"));
        let version =
            Version { number: number.parse().unwrap(), size: usize::try_from(metadata.size).unwrap() };
        let bytes = self.runtime.block_on(object.body.try_collect::<Vec<_>>()).unwrap().concat();
        assert!(bytes == version.bytes(), "{key}: not the bytes of {version:?}");
        let content_type = metadata.attributes.content_type.as_ref().map(store::FieldValue::as_str);
        assert_eq!(content_type, Some(&*version.content_type()), "{key}");
        assert_eq!(metadata.sha256.map(|digest| digest.0), Some(self.digest(bytes)), "{key}");
        Some(version)
    }

    /// Has a store of another kind compute the digest.
    fn digest(&self, bytes: Vec<u8>) -> [u8; 32] {
        let (store, key) = (MemoryStore::new(), ObjectKey::parse("a").unwrap());
        let put =
            store.put(&key, PutOptions::default(), Body::from(bytes::Bytes::from(bytes)), PutMode::Create);
        self.runtime.block_on(put).unwrap().sha256.unwrap().0
    }

    /// Lists the names of all objects.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = self.store.list(List::default()).map(|entry| match entry.unwrap() {
            Entry::Object(listed) => listed.key.to_string(),
            other => panic!("{other:?}"),
        });
        self.runtime.block_on(entries.collect())
    }

    /// Counts what lies in the staging folder.
    pub(crate) fn staged(&self) -> usize {
        fs::read_dir(self.own.join("staging")).map_or(0, Iterator::count)
    }

    /// Checks that nobody is left of those who worked here: no file in staging, no lock held, nothing else at all.
    #[track_caller]
    pub(crate) fn assert_left_clean(&self) {
        assert_eq!(self.staged(), 0, "files are left in staging");
        let mut folders: Vec<_> =
            fs::read_dir(&self.own).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        folders.sort();
        assert!(folders.iter().all(|name| name == "locks" || name == "staging"), "{folders:?}");
        let Ok(locks) = fs::read_dir(self.own.join("locks")) else { return };
        for lock in locks.map(|lock| lock.unwrap().path()) {
            assert_eq!(lock.file_name().unwrap().len(), 2, "{}: one file for each shard", lock.display());
            assert_eq!(fs::metadata(&lock).unwrap().len(), 0, "{}", lock.display());
            File::open(&lock).unwrap().try_lock().unwrap_or_else(|held| panic!("{}: {held}", lock.display()));
        }
    }
}
