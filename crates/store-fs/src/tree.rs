//! [`Tree`]: opening below the root and nowhere else.

use std::fs::File;

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::{Errno, retry_on_intr};

/// A directory, and the way to look names up below it.
#[derive(Debug)]
pub(crate) struct Tree {
    dir: OwnedFd,
    lookup: Lookup,
}

/// How names below the root are looked up.
///
/// Both ways follow mount points: only an administrator makes those, and they confine like any other directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// The kernel walks the path and follows nothing that leads out.
    Beneath(CachedLookup),
    /// We walk it ourselves, one directory at a time.
    Stepwise,
}

/// Whether the kernel can look a path up without waiting for the disk (`RESOLVE_CACHED`, Linux 5.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CachedLookup {
    Available,
    Missing,
}

// SECURITY: with O_NONBLOCK a FIFO or device without a partner does not hold a thread (S56).
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOCTTY);
const LIST: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const ASK: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const PASS_THROUGH: OFlags =
    OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
// SECURITY: no name below the root leads out of it, whoever made it (S4).
const BENEATH: ResolveFlags =
    ResolveFlags::BENEATH.union(ResolveFlags::NO_SYMLINKS).union(ResolveFlags::NO_MAGICLINKS);

impl Tree {
    /// Opens the directory `path`, which may be a symlink itself: the operator named it.
    pub(crate) fn open(path: &std::path::Path) -> Result<OwnedFd, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        retry_on_intr(|| openat(CWD, path, flags, Mode::empty()))
    }

    pub(crate) fn new(dir: OwnedFd, lookup: Lookup) -> Self {
        Self { dir, lookup }
    }

    /// The root directory itself.
    pub(crate) fn dir(&self) -> &OwnedFd {
        &self.dir
    }

    /// Opens `path` for reading, whatever it is; a symlink or a socket is an error.
    pub(crate) fn open_file(&self, path: &[u8]) -> Result<File, Errno> {
        self.open_below(path, READ).map(File::from)
    }

    /// Opens `path` only to ask about it, for which it need not be readable.
    pub(crate) fn open_closed(&self, path: &[u8]) -> Result<File, Errno> {
        self.open_below(path, ASK).map(File::from)
    }

    /// Opens `path` for reading if the kernel can do it without waiting for a disk; `None` when it cannot.
    pub(crate) fn open_file_cached(&self, path: &[u8]) -> Option<Result<File, Errno>> {
        if self.lookup != Lookup::Beneath(CachedLookup::Available) {
            return None;
        }
        match openat2(&self.dir, path, READ, Mode::empty(), BENEATH | ResolveFlags::CACHED) {
            Err(Errno::AGAIN | Errno::INTR) => None,
            opened => Some(opened.map(File::from)),
        }
    }

    /// Opens the directory `path` for listing it and placing names in it; the empty path is the root.
    pub(crate) fn open_dir(&self, path: &[u8]) -> Result<OwnedFd, Errno> {
        if path.is_empty() {
            return retry_on_intr(|| openat(&self.dir, ".", LIST, Mode::empty()));
        }
        self.open_below(path, LIST)
    }

    fn open_below(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        match self.lookup {
            Lookup::Beneath(_) => retry_on_intr(|| openat2(&self.dir, path, flags, Mode::empty(), BENEATH)),
            Lookup::Stepwise => self.open_stepwise(path, flags),
        }
    }

    fn open_stepwise(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        let mut segments = path.split(|byte| *byte == b'/').peekable();
        let mut passed: Option<OwnedFd> = None;
        while let Some(segment) = segments.next() {
            if matches!(segment, b"" | b"." | b"..") {
                return Err(Errno::NOENT); // no key has such a segment; this is the second lock on that door
            }
            let dir = passed.as_ref().unwrap_or(&self.dir);
            if segments.peek().is_none() {
                return open_in(dir, segment, flags);
            }
            passed = Some(open_in(dir, segment, PASS_THROUGH)?);
        }
        Err(Errno::NOENT)
    }
}

/// Opens the directory `name` in `dir` for listing it and placing names in it.
pub(crate) fn open_dir_in(dir: impl AsFd, name: &[u8]) -> Result<OwnedFd, Errno> {
    open_in(dir, name, LIST)
}

fn open_in(dir: impl AsFd, name: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
    retry_on_intr(|| openat(&dir, name, flags, Mode::empty()))
}

/// Finds out what the kernel has.
pub(crate) fn probe(dir: &OwnedFd) -> Lookup {
    let with = |resolve| retry_on_intr(|| openat2(dir, ".", LIST, Mode::empty(), BENEATH | resolve));
    if with(ResolveFlags::empty()).is_err() {
        return Lookup::Stepwise; // ENOSYS before Linux 5.6, EPERM or ENOSYS in a sandbox
    }
    match with(ResolveFlags::CACHED) {
        Ok(_) | Err(Errno::AGAIN) => Lookup::Beneath(CachedLookup::Available),
        Err(_) => Lookup::Beneath(CachedLookup::Missing),
    }
}
