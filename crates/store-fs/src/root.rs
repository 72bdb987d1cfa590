//! [`Root`]: the opened directory, and what its kernel and file system can do.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use object_key::ObjectKey;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Gid, Mode, fchmod, fchown, fgetxattr, fstat, fsync, mkdirat};
use rustix::io::Errno;
use store::{Error, Operation};

use crate::error::Site;
use crate::file::ObjectFile;
use crate::options::Without;
use crate::read::{Recent, Spaces};
use crate::tree::{self, CachedLookup, Lookup, Tree, open_dir_in};
use crate::{Durability, FileOptions, MissingRoot, record, state};

/// Everything that the operations share.
#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) tree: Tree,
    pub(crate) options: FileOptions,
    /// Where the root lies, absolute. For [`local_path`](crate::FileStore::local_path) alone: nothing is opened by it.
    pub(crate) path: PathBuf,
    pub(crate) attributes: Attributes,
    /// What was read a moment ago.
    pub(crate) recent: Recent,
    /// What is read goes in here.
    pub(crate) spaces: Spaces,
    cached_reads: AtomicBool,
}

/// Whether the file system keeps extended attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attributes {
    Kept,
    Missing,
}

/// The mode that a new file or directory gets, whatever the umask, and whether it goes to the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permissions {
    /// As the options say.
    Object,
    /// For us alone.
    State,
}

impl Root {
    pub(crate) fn open(path: &Path, options: FileOptions) -> Result<Self, Error> {
        let site = Site::whole(Operation::Open);
        let dir = open_root(path, &options).map_err(|errno| {
            site.failed(errno).with_detail(format!("the root directory is `{}`", path.display()))
        })?;
        let path = path.canonicalize().map_err(|error| site.failed(error))?;
        let lookup = match tree::probe(&dir) {
            _ if options.without.contains(&Without::Openat2) => Lookup::Stepwise,
            Lookup::Beneath(_) if options.without.contains(&Without::CachedReads) => {
                Lookup::Beneath(CachedLookup::Missing)
            }
            found => found,
        };
        let attributes = probe_attributes(&dir, &options);
        let cached_reads = AtomicBool::new(!options.without.contains(&Without::CachedReads));
        let (tree, recent, spaces) =
            (Tree::new(dir, lookup), Recent::new(options.open_files), Spaces::default());
        let root = Self { tree, options, path, attributes, recent, spaces, cached_reads };
        state::refuse_folded_case(&root, &site)?;
        Ok(root)
    }

    /// Opens the object `key` for reading.
    pub(crate) fn open_object(&self, key: &ObjectKey) -> Result<ObjectFile, Errno> {
        if state::is_reserved(key.as_str()) {
            return Err(Errno::NOENT);
        }
        ObjectFile::new(self.tree.open_file(key.as_str().as_bytes())?)
    }

    /// Does the same if it can be done without waiting for a disk; `None` when it cannot.
    pub(crate) fn open_object_cached(&self, key: &ObjectKey) -> Option<Result<ObjectFile, Errno>> {
        if state::is_reserved(key.as_str()) {
            return Some(Err(Errno::NOENT));
        }
        let opened = self.tree.open_file_cached(key.as_str().as_bytes())?;
        Some(opened.and_then(ObjectFile::new))
    }

    /// Opens the directory that is to hold `key`.
    pub(crate) fn open_parent(&self, key: &ObjectKey) -> Result<OwnedFd, Errno> {
        self.tree.open_dir(parent_path(key).as_bytes())
    }

    /// Opens the directory that is to hold `key`, and makes it and those above it where they are missing.
    pub(crate) fn make_parent(&self, key: &ObjectKey) -> Result<OwnedFd, Errno> {
        match self.open_parent(key) {
            Err(Errno::NOENT) => self.make_dirs(parent_path(key), Permissions::Object),
            found => found,
        }
    }

    /// Opens the directory `path` below the root, and makes what of it is missing.
    pub(crate) fn make_dirs(&self, path: &str, permissions: Permissions) -> Result<OwnedFd, Errno> {
        let start = self.tree.open_dir(b"")?;
        path.split('/').try_fold(start, |dir, name| self.enter_or_make(&dir, name, permissions))
    }

    fn enter_or_make(&self, dir: &OwnedFd, name: &str, permissions: Permissions) -> Result<OwnedFd, Errno> {
        match open_dir_in(dir, name.as_bytes()) {
            Err(Errno::NOENT) => {}
            found => return found,
        }
        match mkdirat(dir, name, Mode::RWXU) {
            Err(Errno::EXIST) => return open_dir_in(dir, name.as_bytes()),
            made => made?,
        }
        let made = open_dir_in(dir, name.as_bytes())?;
        self.set_permissions(&made, permissions, self.options.dir_mode)?;
        // A writer that finds the directory a moment later relies on this: its own flush comes after in the journal.
        self.persist(dir)?;
        Ok(made)
    }

    /// Sets owner group and mode by the descriptor, so that neither umask nor a swapped name matters (S42).
    pub(crate) fn set_permissions(
        &self,
        fd: impl AsFd,
        permissions: Permissions,
        mode: u32,
    ) -> Result<(), Errno> {
        match (permissions, self.options.group) {
            (Permissions::State, _) => fchmod(fd, Mode::RWXU),
            (Permissions::Object, None) => fchmod(fd, Mode::from_raw_mode(mode)),
            (Permissions::Object, Some(gid)) => {
                // The mode comes second: changing the owner may clear bits of it.
                fchown(&fd, None, Some(Gid::from_raw(gid)))?;
                fchmod(&fd, Mode::from_raw_mode(mode))
            }
        }
    }

    /// Flushes a file or directory to the disk, if that was asked for.
    pub(crate) fn persist(&self, fd: impl AsFd) -> Result<(), Errno> {
        match self.options.durability {
            Durability::Full => fsync(fd),
            Durability::None => Ok(()),
        }
    }

    /// Tells whether reads that do not wait are worth trying.
    pub(crate) fn reads_cached(&self) -> bool {
        self.cached_reads.load(Ordering::Relaxed)
    }

    /// Remembers that the file system has no reads that do not wait, but not when `file` lies on another one, mounted
    /// below the root: the reads of all the rest would wait behind those of a slow disk.
    pub(crate) fn give_up_cached_reads(&self, file: &File) {
        let is_of_root = match (fstat(file), fstat(self.tree.dir())) {
            (Ok(file), Ok(root)) => file.st_dev == root.st_dev,
            _ => true,
        };
        if is_of_root {
            self.cached_reads.store(false, Ordering::Relaxed);
        }
    }
}

/// Returns the path of the directory that holds `key`, without a slash at its end; empty for the root.
pub(crate) fn parent_path(key: &ObjectKey) -> &str {
    key.as_str().rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn open_root(path: &Path, options: &FileOptions) -> Result<OwnedFd, Errno> {
    match (Tree::open(path), options.missing_root) {
        (Err(Errno::NOENT), MissingRoot::Create) => {}
        (opened, _) => return opened,
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(Errno::from_io_error(&error).unwrap_or(Errno::IO));
        }
        _ => {}
    }
    let dir = Tree::open(path)?;
    if let Some(gid) = options.group {
        fchown(&dir, None, Some(Gid::from_raw(gid)))?;
    }
    fchmod(&dir, Mode::from_raw_mode(options.dir_mode))?;
    if options.durability == Durability::Full {
        // What is flushed inside is lost with the name of the directory, which is its parent's.
        fsync(open_dir_in(&dir, b"..")?)?;
    }
    Ok(dir)
}

fn probe_attributes(dir: &OwnedFd, options: &FileOptions) -> Attributes {
    if options.without.contains(&Without::Attributes) {
        return Attributes::Missing;
    }
    match fgetxattr(dir, record::ATTRIBUTE, &mut [0; 1][..]) {
        Ok(_) | Err(Errno::NODATA | Errno::RANGE) => Attributes::Kept,
        Err(_) => Attributes::Missing,
    }
}
