//! [`FileStore`]: the directory as a store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_key::ObjectKey;
use store::{
    Abilities, BoxStream, CopyOptions, Entry, Error, ErrorKind, Fut, Get, Got, List, Operation, PutOptions,
    Store, Upload, When, Written,
};

use crate::error::Site;
use crate::root::{Attributes, Root};
use crate::{Collect, Collected, FileOptions, blocking, collect, copy, delete, list, read, state, write};

/// Keeps objects as files in a directory, and reaches nothing outside of it.
///
/// Clones share the directory. Operations run inside a tokio runtime; they wait for disks on its blocking pool.
///
/// # Security
/// No symlink below the root is followed, nothing but regular files is opened, and everything below a folder
/// `.hallpass` (staging and locks of this store, the state of a gateway or of another store further down) is out of every
/// key's reach.
#[derive(Debug, Clone)]
pub struct FileStore {
    root: Arc<Root>,
}

impl FileStore {
    /// Opens the store whose objects lie in the existing directory `root`, durable and private.
    ///
    /// What killed processes left in its staging folder is removed.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is no such directory, [`Forbidden`](ErrorKind::Forbidden) when it
    /// may not be read, [`Unsupported`](ErrorKind::Unsupported) when it does not tell upper from lower case.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, Error> {
        FileOptions::default().open(root)
    }

    /// Returns options to open a store with.
    pub fn builder() -> FileOptions {
        FileOptions::default()
    }

    pub(crate) fn open_with(root: &Path, options: FileOptions) -> Result<Self, Error> {
        let root = Root::open(root, options)?;
        // Remains do no harm but take room: a root that is read only is opened all the same.
        if root.options.collect == Collect::Remove {
            let _ = collect::collect(&root, Collect::Remove);
        }
        Ok(Self { root: Arc::new(root) })
    }

    /// Removes, or only counts, what killed processes left of their uploads.
    ///
    /// Uploads at work are known by a lock and left alone, those of other processes too.
    ///
    /// # Errors
    /// [`Forbidden`](ErrorKind::Forbidden) when the staging folder may not be read or changed.
    pub async fn collect(&self, mode: Collect) -> Result<Collected, Error> {
        let root = Arc::clone(&self.root);
        blocking::run(Site::whole(Operation::Collect), move |_| collect::collect(&root, mode)).await
    }

    /// Returns the path of the file that `key` names, absolute, whether it exists or not.
    ///
    /// # Security
    /// It is for handing to a proxy that sends the file itself (`X-Sendfile`). Opening it gives up everything that
    /// this store watches over: a symlink on the way would be followed.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) for a key that the store never serves.
    pub fn local_path(&self, key: &ObjectKey) -> Result<PathBuf, Error> {
        if state::is_reserved(key.as_str()) {
            return Err(Site::existing(Operation::Get, key).error(ErrorKind::NotFound));
        }
        Ok(key.segments().fold(self.root.path.clone(), |path, segment| path.join(segment)))
    }
}

impl Store for FileStore {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        Box::pin(read::get(&self.root, key, ask))
    }

    fn begin<'a>(&'a self, key: &'a ObjectKey, options: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        Box::pin(async move {
            let upload: Box<dyn Upload> =
                Box::new(write::begin(Arc::clone(&self.root), key.clone(), options)?);
            Ok(upload)
        })
    }

    fn delete<'a>(&'a self, key: &'a ObjectKey, when: When) -> Fut<'a, ()> {
        let (root, key) = (Arc::clone(&self.root), key.clone());
        let site = Site::existing(Operation::Delete, &key);
        Box::pin(blocking::run(site, move |_| delete::delete(&root, &key, &when)))
    }

    fn copy<'a>(&'a self, from: &'a ObjectKey, to: &'a ObjectKey, options: CopyOptions) -> Fut<'a, Written> {
        let (root, from, to) = (Arc::clone(&self.root), from.clone(), to.clone());
        let site = Site::new(Operation::Copy, &to);
        Box::pin(blocking::run(site, move |_| copy::copy(&root, &from, &to, options)))
    }

    fn list(&self, ask: List) -> BoxStream<'_, Result<Entry, Error>> {
        list::list(Arc::clone(&self.root), ask)
    }

    fn abilities(&self) -> Abilities {
        let kept = self.root.attributes == Attributes::Kept;
        let mut abilities = Abilities::all();
        abilities.flat_namespace = false;
        abilities.long_segments = false;
        abilities.keeps_metadata = kept;
        abilities.keeps_sha256 = kept;
        abilities
    }
}
