//! The store's own folder, `<root>/.hallpass`: staging and locks. No key reaches into it, nor into the folder of this
//! name of another store or a gateway anywhere below the root (S57).

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, statat};
use rustix::io::Errno;
use store::{Error, ErrorKind};

use crate::error::Site;
use crate::root::{Permissions, Root};

/// The segment that no key may have.
const RESERVED: &str = ".hallpass";

/// The same name to a file system that folds case.
const RESERVED_FOLDED: &str = ".HALLPASS";

/// Where uploads are written.
pub(crate) const STAGING: &str = ".hallpass/staging";

/// Where the lock files lie.
const LOCKS: &str = ".hallpass/locks";

/// Tells whether a key or path lies in a folder that is Hallpass's own.
// SECURITY: whichever segment it is. Who serves a directory further up has the secret of a gateway below it in the tree.
pub(crate) fn is_reserved(path: impl AsRef<[u8]>) -> bool {
    path.as_ref().split(|byte| *byte == b'/').any(|segment| segment == RESERVED.as_bytes())
}

/// Opens the folder for uploads; it comes into being with the first write, so that a read-only root can be read.
pub(crate) fn staging(root: &Root, site: &Site) -> Result<OwnedFd, Error> {
    open(root, STAGING, site)
}

/// Opens the folder for lock files.
pub(crate) fn locks(root: &Root, site: &Site) -> Result<OwnedFd, Error> {
    open(root, LOCKS, site)
}

fn open(root: &Root, folder: &str, site: &Site) -> Result<OwnedFd, Error> {
    let made = match root.tree.open_dir(folder.as_bytes()) {
        Err(Errno::NOENT) => {
            let made = root.make_dirs(folder, Permissions::State);
            refuse_folded_case(root, site)?;
            made
        }
        found => found,
    };
    made.map_err(|errno| site.failed(errno).with_detail(format!("cannot open the folder `{folder}`")))
}

/// Refuses a root where another spelling of the reserved name reaches our own folder.
pub(crate) fn refuse_folded_case(root: &Root, site: &Site) -> Result<(), Error> {
    let inode = |name| statat(root.tree.dir(), name, AtFlags::SYMLINK_NOFOLLOW).map(|status| status.st_ino);
    match (inode(RESERVED), inode(RESERVED_FOLDED)) {
        (Ok(ours), Ok(other)) if ours == other => Err(site
            .error(ErrorKind::Unsupported)
            .with_detail("the file system does not tell upper from lower case")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, reserved: bool) {
        assert_eq!(is_reserved(path), reserved, "{path}");
    }

    #[test]
    fn s57_the_own_name_is_reserved_as_any_segment() {
        check(".hallpass", true);
        check(".hallpass/secret", true);
        check(".hallpass/staging/x", true);
        check("a/.hallpass", true);
        check("a/.hallpass/secret", true);
        check("a/b/.hallpass/staging/x", true);
        check(".hallpassx", false);
        check("a/x.hallpass/b", false);
        check("a.hallpass", false);
        check(".Hallpass/x", false);
    }
}
