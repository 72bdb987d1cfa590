//! Reading directories in the order of keys.

use std::ops::ControlFlow;

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, FileType, RawDir, statat};
use rustix::io::Errno;

use crate::state;
use crate::tree::Tree;

/// So many bytes of directory entries are fetched at a time.
const FETCH: usize = 32 * 1024;

/// Directories with a longer path hold nothing that a key could name.
pub(crate) const MAX_DEPTH: usize = object_key::ObjectKey::MAX_LEN;

/// A name in a directory; that of a directory ends in `/`, which is what puts `a.b` before `a/` before `a0`.
pub(crate) type Name = Box<[u8]>;

/// Returns the names of the files and directories in `dir` that `wanted` picks, in key order.
///
/// Symlinks and special files are no objects and left out, and so is what is Hallpass's own. The names of one directory
/// are all that is held in memory.
pub(crate) fn sorted_names(dir: &OwnedFd, wanted: impl Fn(&[u8]) -> bool) -> Result<Vec<Name>, Errno> {
    let mut names = Vec::new();
    let mut take = |name: &[u8]| {
        if wanted(name) {
            names.push(Name::from(name));
        }
    };
    let mut with_slash = Vec::new();
    visit(dir, |name, kind| {
        match kind {
            FileType::RegularFile => take(name),
            FileType::Directory => {
                with_slash.clear();
                with_slash.extend_from_slice(name);
                with_slash.push(b'/');
                take(&with_slash);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    })
    .map(|_| {
        names.sort_unstable();
        names
    })
}

/// Returns the names of everything in `dir`.
pub(crate) fn names_in(dir: &OwnedFd) -> Result<Vec<Name>, Errno> {
    let mut names = Vec::new();
    visit(dir, |name, _| {
        names.push(Name::from(name));
        ControlFlow::Continue(())
    })
    .map(|_| names)
}

/// Tells whether there is a regular file anywhere below the directory `path`. It stops at the first.
pub(crate) fn holds_objects(tree: &Tree, path: &[u8]) -> Result<bool, Errno> {
    let mut pending = vec![path.to_vec()];
    while let Some(path) = pending.pop() {
        let dir = match tree.open_dir(&path) {
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => continue,
            dir => dir?,
        };
        let found = visit(&dir, |name, kind| match kind {
            FileType::RegularFile => ControlFlow::Break(()),
            FileType::Directory if path.len() > MAX_DEPTH => ControlFlow::Break(()),
            FileType::Directory => {
                pending.push([&path, name].join(&b'/'));
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        });
        match found {
            Ok(ControlFlow::Break(())) => return Ok(true),
            // Removed since it was opened.
            Ok(ControlFlow::Continue(())) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(false)
}

/// Shows every name in a directory but `.`, `..` and the reserved one, with its kind, until `look` has seen enough.
fn visit(
    dir: &OwnedFd,
    mut look: impl FnMut(&[u8], FileType) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Errno> {
    let mut space = Vec::with_capacity(FETCH);
    let mut entries = RawDir::new(dir, space.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") || state::is_reserved(name) {
            continue;
        }
        let kind = match entry.file_type() {
            FileType::Unknown => match statat(dir, name, AtFlags::SYMLINK_NOFOLLOW) {
                Err(Errno::NOENT) => continue,
                status => FileType::from_raw_mode(status?.st_mode),
            },
            kind => kind,
        };
        if look(name, kind).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}
