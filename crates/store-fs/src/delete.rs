//! Deleting an object, and the directories that it leaves empty.

use std::error::Error as _;
use std::io;

use object_key::ObjectKey;
use rustix::fs::{AtFlags, unlinkat};
use rustix::io::Errno;
use store::{ETag, Error, ErrorKind, Operation, When};

use crate::error::Site;
use crate::lock::KeyLock;
use crate::publish::{Found, what_is_at};
use crate::root::{Root, parent_path};
use crate::state;

/// Deletes an object. Waits for the disk.
pub(crate) fn delete(root: &Root, key: &ObjectKey, when: &When) -> Result<(), Error> {
    let site = Site::existing(Operation::Delete, key);
    if !may_exist(root, key, &site)? {
        return missing(when, &site);
    }
    let _lock = lock(root, key, &site)?;
    if let When::Matches(version) = when {
        require_version(root, key, version, &site)?;
    }
    match unlink(root, key) {
        Ok(()) => {
            prune(root, key);
            Ok(())
        }
        Err(errno) if site.failed(errno).kind() == ErrorKind::NotFound => missing(when, &site),
        Err(errno) => Err(site.failed(errno)),
    }
}

/// Takes the lock, if there is room for its file: where there is none nobody holds it, and deleting is what makes room.
fn lock(root: &Root, key: &ObjectKey, site: &Site) -> Result<Option<KeyLock>, Error> {
    match KeyLock::take(root, key.as_str(), site) {
        Err(error) if is_for_lack_of_room(&error) => Ok(None),
        taken => taken.map(Some),
    }
}

fn is_for_lack_of_room(error: &Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| {
        matches!(cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    })
}

/// Looks without a lock, so that deleting nothing needs no lock file.
fn may_exist(root: &Root, key: &ObjectKey, site: &Site) -> Result<bool, Error> {
    if state::is_reserved(key.as_str()) {
        return Ok(false);
    }
    let looked = root.open_parent(key).and_then(|parent| what_is_at(&parent, key.file_name()));
    match looked.map_err(|errno| site.failed(errno)) {
        Ok(found) => Ok(found == Found::Object),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn missing(when: &When, site: &Site) -> Result<(), Error> {
    match when {
        When::Always => Ok(()),
        When::Matches(_) => Err(site.error(ErrorKind::NotFound)),
    }
}

fn require_version(root: &Root, key: &ObjectKey, version: &ETag, site: &Site) -> Result<(), Error> {
    let object = root.open_object(key).map_err(|errno| site.failed(errno))?;
    if object.etag(root.attributes) == *version {
        Ok(())
    } else {
        Err(site.error(ErrorKind::PreconditionFailed))
    }
}

/// Removes the name. Should a symlink have taken the file's place just now, it is the link that goes, never its target.
fn unlink(root: &Root, key: &ObjectKey) -> Result<(), Errno> {
    let parent = root.open_parent(key)?;
    unlinkat(&parent, key.file_name(), AtFlags::empty())?;
    root.persist(&parent)
}

/// Removes the directories above the object from the innermost up, as far as they are empty.
///
/// A writer that meets a directory vanishing makes it again, so this needs no lock.
fn prune(root: &Root, key: &ObjectKey) {
    let mut path = parent_path(key);
    while !path.is_empty() {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let removed =
            root.tree.open_dir(above.as_bytes()).and_then(|dir| unlinkat(&dir, name, AtFlags::REMOVEDIR));
        if removed.is_err() {
            return;
        }
        path = above;
    }
}
