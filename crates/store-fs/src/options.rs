//! [`FileOptions`]: how a file store is opened.

use std::num::NonZeroUsize;
use std::path::Path;

use store::Error;

use crate::{Collect, FileStore};

/// Says how to open a [`FileStore`]; the default is durable and private.
///
/// ```
/// use store_fs::{Durability, FileStore, MissingRoot};
///
/// let place = tempfile::tempdir()?;
/// let media = FileStore::builder()
///     .with_missing_root(MissingRoot::Create)
///     .with_durability(Durability::None)
///     .open(place.path().join("media"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct FileOptions {
    pub(crate) durability: Durability,
    pub(crate) file_mode: u32,
    pub(crate) dir_mode: u32,
    pub(crate) group: Option<u32>,
    pub(crate) missing_root: MissingRoot,
    pub(crate) collect: Collect,
    pub(crate) open_files: Option<NonZeroUsize>,
    pub(crate) without: Vec<Without>,
}

impl Default for FileOptions {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            file_mode: 0o600,
            dir_mode: 0o700,
            group: None,
            missing_root: MissingRoot::default(),
            collect: Collect::Remove,
            open_files: None,
            without: Vec::new(),
        }
    }
}

impl FileOptions {
    /// Sets what survives a power failure.
    #[must_use]
    pub fn with_durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Sets the mode of the files of objects, `0o600` by default, whatever the umask.
    ///
    /// # Security
    /// `0o640` together with [`with_group`](Self::with_group) lets a proxy read the files it is told to send.
    #[must_use]
    pub fn with_file_mode(mut self, mode: u32) -> Self {
        self.file_mode = mode;
        self
    }

    /// Sets the mode of directories that come into being with an object, `0o700` by default, whatever the umask.
    ///
    /// Directories that exist already keep theirs.
    #[must_use]
    pub fn with_dir_mode(mut self, mode: u32) -> Self {
        self.dir_mode = mode;
        self
    }

    /// Gives files and directories to the group with this number; the process has to be a member of it.
    #[must_use]
    pub fn with_group(mut self, gid: u32) -> Self {
        self.group = Some(gid);
        self
    }

    /// Sets what to do about a root directory that does not exist.
    #[must_use]
    pub fn with_missing_root(mut self, missing_root: MissingRoot) -> Self {
        self.missing_root = missing_root;
        self
    }

    /// Sets whether opening removes what killed processes left, which is the default, or leaves it for
    /// [`FileStore::collect`] to count.
    #[must_use]
    pub fn with_collect_on_open(mut self, mode: Collect) -> Self {
        self.collect = mode;
        self
    }

    /// Keeps at most so many files open (two at the least) for the next one who reads them; none by default.
    ///
    /// A file that was replaced, deleted, renamed or changed, by whomever, is noticed at once: it is asked before every
    /// use. After a second at most its name is looked up again; where an open file does not tell (network file systems,
    /// files of the lower layer of overlayfs), that is when it is noticed.
    ///
    /// # Security
    /// Who renames a directory, closes it to this process or puts something else in its place stops the reading of what
    /// lies below it within that second, not at once. The room of a deleted file is free when it is closed, which is when
    /// others are read.
    #[must_use]
    pub fn with_open_files(mut self, count: NonZeroUsize) -> Self {
        self.open_files = Some(count);
        self
    }

    /// Opens the store whose objects lie in the directory `root`.
    ///
    /// # Errors
    /// As [`FileStore::open`].
    pub fn open(self, root: impl AsRef<Path>) -> Result<FileStore, Error> {
        FileStore::open_with(root.as_ref(), self)
    }

    /// Does without something that the system may lack, so that tests reach the other way.
    #[doc(hidden)]
    #[must_use]
    pub fn without(mut self, thing: Without) -> Self {
        self.without.push(thing);
        self
    }
}

/// What survives a power failure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// What was reported as done: files and directories are flushed to the disk before.
    #[default]
    Full,
    /// What the system happened to have written. An object may then be missing or empty, so this is for data that can
    /// be made again, and for tests.
    None,
}

/// What to do about a root directory that does not exist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MissingRoot {
    /// Refuse to open: a mistyped path is an error and not an empty store.
    #[default]
    Refuse,
    /// Make it, but never its parents.
    Create,
}

/// Something that a kernel or file system may lack.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Without {
    /// `openat2`, which older kernels and some sandboxes do not have.
    Openat2,
    /// Extended attributes in the `user.` namespace.
    Attributes,
    /// Reads that do not wait (`RWF_NOWAIT`) and look-ups in the cache alone (`RESOLVE_CACHED`).
    CachedReads,
    /// Renames that do not replace (`RENAME_NOREPLACE`).
    ExclusiveRename,
}
