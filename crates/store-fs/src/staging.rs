//! [`Staging`]: a file that is being written, out of everybody's sight.

use std::fs::File;

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, fchmod, flock, openat, unlinkat};
use rustix::io::Errno;
use store::{Error, ErrorKind};

use crate::error::Site;
use crate::file::Stamp;
use crate::record::hex;
use crate::root::Root;
use crate::{blocking, state};

/// How often a name is tried. One is enough unless the collector runs at this very moment.
const ATTEMPTS: usize = 16;

/// The digits of a staging file's name.
pub(crate) const NAME_LEN: usize = 32;

/// A file in the staging folder, locked as long as its writer lives, so that the collector knows remains from work.
///
/// Dropped before it is placed, it is unlinked, on the blocking pool: to free a long file takes its time.
#[derive(Debug)]
pub(crate) struct Staging {
    pub(crate) dir: OwnedFd,
    pub(crate) name: String,
    pub(crate) file: File,
    fate: Fate,
}

/// What becomes of the name in the staging folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Unlink,
    Gone,
}

impl Staging {
    pub(crate) fn create(root: &Root, site: &Site) -> Result<Self, Error> {
        let dir = state::staging(root, site)?;
        for _ in 0..ATTEMPTS {
            let name = random_name(site)?;
            match create_locked(&dir, &name) {
                Ok(file) => return Ok(Self { dir, name, file, fate: Fate::Unlink }),
                Err(Errno::EXIST | Errno::AGAIN | Errno::NOENT) => {}
                Err(errno) => return Err(site.failed(errno)),
            }
        }
        Err(site.error(ErrorKind::Unavailable).with_detail("no staging file could be held"))
    }

    /// Says that the file has left the staging folder.
    pub(crate) fn placed(&mut self) {
        self.fate = Fate::Gone;
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if self.fate == Fate::Gone {
            return;
        }
        match (self.dir.try_clone(), self.dir.try_clone()) {
            (Ok(dir), Ok(stand_in)) => {
                // Whoever closes the file last frees it: that must not be this thread.
                let file = std::mem::replace(&mut self.file, File::from(stand_in));
                blocking::discard(Remains { dir, name: std::mem::take(&mut self.name), _file: file });
            }
            _ => unlink(&self.dir, &self.name),
        }
    }
}

/// What is left of an upload that was given up: a name, and a file that has no other.
#[derive(Debug)]
struct Remains {
    dir: OwnedFd,
    name: String,
    _file: File,
}

impl Drop for Remains {
    fn drop(&mut self) {
        unlink(&self.dir, &self.name);
    }
}

fn unlink(dir: &OwnedFd, name: &str) {
    // What cannot be unlinked now is the collector's.
    let _ = unlinkat(dir, name, AtFlags::empty());
}

fn create_locked(dir: &OwnedFd, name: &str) -> Result<File, Errno> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let private = Mode::RUSR | Mode::WUSR;
    let file = File::from(openat(dir, name, flags, private)?);
    let held = hold(&file, private);
    if held.is_err() {
        let _ = unlinkat(dir, name, AtFlags::empty());
    }
    held.map(|()| file)
}

fn hold(file: &File, mode: Mode) -> Result<(), Errno> {
    fchmod(file, mode)?;
    flock(file, FlockOperation::NonBlockingLockExclusive)?;
    let (stamp, _) = Stamp::of(file)?;
    // Between creation and lock the collector may have taken it for remains.
    if stamp.is_linked() { Ok(()) } else { Err(Errno::NOENT) }
}

fn random_name(site: &Site) -> Result<String, Error> {
    Ok(hex(&random_bytes(site)?))
}

/// Returns random bytes from the system.
pub(crate) fn random_bytes(site: &Site) -> Result<[u8; NAME_LEN / 2], Error> {
    let mut bytes = [0; NAME_LEN / 2];
    getrandom::fill(&mut bytes).map_err(|error| site.error(ErrorKind::Internal).with_source(error))?;
    Ok(bytes)
}
