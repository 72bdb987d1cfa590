//! Making a finished file visible under its key, whole or not at all.

use object_key::ObjectKey;
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, FileType, RenameFlags, linkat, renameat, renameat_with, statat, unlinkat};
use rustix::io::Errno;
use store::{ETag, Error, ErrorKind, PutMode};

use crate::error::Site;
use crate::lock::KeyLock;
use crate::options::Without;
use crate::root::Root;
use crate::staging::Staging;

/// How often it is tried while others remove empty directories under our hands.
const ATTEMPTS: usize = 64;

/// Moves the file from the staging folder to its place, under the terms of `mode`.
pub(crate) fn publish(
    root: &Root,
    staging: &mut Staging,
    key: &ObjectKey,
    mode: &PutMode,
    site: &Site,
) -> Result<(), Error> {
    // `Create` needs no lock: the file system itself lets only one of many win.
    let _lock = match mode {
        PutMode::Create => None,
        PutMode::Overwrite | PutMode::Update(_) => Some(KeyLock::take(root, key.as_str(), site)?),
    };
    if let PutMode::Update(version) = mode {
        require_version(root, key, version, site)?;
    }
    for _ in 0..ATTEMPTS {
        let parent = match root.make_parent(key) {
            Err(Errno::NOENT) => continue,
            parent => parent.map_err(|errno| site.failed(errno))?,
        };
        match place(root, staging, &parent, key.file_name(), mode) {
            Ok(()) => {
                staging.placed();
                return root.persist(&parent).map_err(|errno| site.failed(errno));
            }
            Err(Errno::NOENT) => {}
            Err(Errno::EXIST | Errno::ISDIR | Errno::NOTEMPTY) => {
                make_room(&parent, key.file_name(), mode, site)?;
            }
            Err(Errno::XDEV) => return Err(other_file_system(site)),
            Err(errno) => return Err(site.failed(errno)),
        }
    }
    Err(site.error(ErrorKind::Conflict).with_detail("its directory kept vanishing"))
}

/// Checks that the object is there, in this version.
fn require_version(root: &Root, key: &ObjectKey, version: &ETag, site: &Site) -> Result<(), Error> {
    match root.open_object(key) {
        Ok(object) if object.etag(root.attributes) == *version => Ok(()),
        Ok(_) | Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NXIO) => {
            Err(site.error(ErrorKind::PreconditionFailed))
        }
        Err(errno) => Err(site.failed(errno)),
    }
}

fn place(root: &Root, staging: &Staging, parent: &OwnedFd, name: &str, mode: &PutMode) -> Result<(), Errno> {
    let Staging { dir, name: temporary, .. } = staging;
    if *mode != PutMode::Create {
        // SECURITY: a rename replaces a symlink and never follows it, but what is no object is not ours to replace.
        return match what_is_at(parent, name)? {
            Found::Nothing | Found::Object => renameat(dir, &**temporary, parent, name),
            Found::Directory | Found::Foreign => Err(Errno::EXIST),
        };
    }
    let exclusive = if root.options.without.contains(&Without::ExclusiveRename) {
        Err(Errno::INVAL)
    } else {
        renameat_with(dir, &**temporary, parent, name, RenameFlags::NOREPLACE)
    };
    match exclusive {
        // Network file systems do not have it; a second link and the loss of the first come to the same.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            linkat(dir, &**temporary, parent, name, AtFlags::empty())?;
            let _ = unlinkat(dir, &**temporary, AtFlags::empty()); // else it is the collector's
            Ok(())
        }
        renamed => renamed,
    }
}

/// Something is in the way: removes an empty directory, which is no object, and reports anything else.
///
/// What was in the way may have gone since, or be another thing: then it is tried again.
fn make_room(parent: &OwnedFd, name: &str, mode: &PutMode, site: &Site) -> Result<(), Error> {
    match what_is_at(parent, name).map_err(|errno| site.failed(errno))? {
        Found::Nothing => Ok(()),
        Found::Object => match mode {
            PutMode::Create => Err(site.error(ErrorKind::AlreadyExists)),
            PutMode::Overwrite => Ok(()),
            PutMode::Update(_) => Err(site.error(ErrorKind::PreconditionFailed)),
        },
        Found::Foreign => Err(site
            .error(ErrorKind::Conflict)
            .with_detail("something that is no regular file has this name")),
        Found::Directory => match unlinkat(parent, name, AtFlags::REMOVEDIR) {
            Ok(()) | Err(Errno::NOENT | Errno::NOTDIR) => Ok(()),
            Err(Errno::NOTEMPTY | Errno::EXIST | Errno::BUSY) => {
                Err(site.error(ErrorKind::Conflict).with_detail("there are objects below this name"))
            }
            Err(errno) => Err(site.failed(errno)),
        },
    }
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    /// A regular file.
    Object,
    Directory,
    /// A symlink, FIFO, socket or device.
    Foreign,
}

/// Looks at a name without following it.
pub(crate) fn what_is_at(parent: &OwnedFd, name: &str) -> Result<Found, Errno> {
    match statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(status) => Ok(match FileType::from_raw_mode(status.st_mode) {
            FileType::RegularFile => Found::Object,
            FileType::Directory => Found::Directory,
            _ => Found::Foreign,
        }),
        Err(Errno::NOENT) => Ok(Found::Nothing),
        Err(errno) => Err(errno),
    }
}

fn other_file_system(site: &Site) -> Error {
    site.error(ErrorKind::Unsupported)
        .with_detail("the key lies on another file system than the root, where nothing can appear whole")
}
