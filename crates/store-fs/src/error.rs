//! What the system's error numbers mean to a caller: the one place where they are judged.

use std::io;

use rustix::io::Errno;
use store::{Backend, ErrorKind, Side};

/// Where an error of this store happens.
pub(crate) type Site = store::Site<Files>;

/// The file system, whose failures are error numbers.
pub(crate) enum Files {}

impl Backend for Files {
    const NAME: &'static str = "file store";

    type Failure = io::Error;

    fn kind(failure: &io::Error, side: Side) -> ErrorKind {
        Errno::from_io_error(failure).map_or(ErrorKind::Internal, |errno| kind(errno, side))
    }
}

fn kind(errno: Errno, side: Side) -> ErrorKind {
    match (errno, side) {
        // A symlink, a file where a directory should be, a socket: none is an object, none is followed (S4, S56).
        (Errno::NOENT, _)
        | (
            Errno::NOTDIR
            | Errno::LOOP
            | Errno::ISDIR
            | Errno::NXIO
            | Errno::NODEV
            | Errno::XDEV
            | Errno::NAMETOOLONG,
            Side::Existing,
        ) => ErrorKind::NotFound,
        (Errno::NOTDIR | Errno::LOOP | Errno::ISDIR | Errno::NOTEMPTY, Side::New) => ErrorKind::Conflict,
        (Errno::NAMETOOLONG | Errno::ILSEQ, Side::New) => ErrorKind::InvalidName,
        (Errno::EXIST, _) => ErrorKind::AlreadyExists,
        (Errno::ACCESS | Errno::PERM | Errno::ROFS, _) => ErrorKind::Forbidden,
        (
            Errno::NOSPC
            | Errno::DQUOT
            | Errno::FBIG
            | Errno::MFILE
            | Errno::NFILE
            | Errno::NOMEM
            | Errno::MLINK,
            _,
        ) => ErrorKind::Exhausted,
        (Errno::AGAIN | Errno::TIMEDOUT | Errno::STALE | Errno::BUSY, _) => ErrorKind::Unavailable,
        (Errno::OPNOTSUPP | Errno::XDEV, _) => ErrorKind::Unsupported,
        _ => ErrorKind::Internal,
    }
}

#[cfg(test)]
mod tests {
    use object_key::ObjectKey;
    use store::Operation;

    use super::*;

    #[track_caller]
    fn check(errno: Errno, existing: ErrorKind, new: ErrorKind) {
        assert_eq!(kind(errno, Side::Existing), existing, "{errno:?} while reading");
        assert_eq!(kind(errno, Side::New), new, "{errno:?} while writing");
    }

    #[test]
    fn error_numbers_have_a_kind() {
        use ErrorKind::{
            AlreadyExists, Conflict, Exhausted, Forbidden, Internal, InvalidName, NotFound, Unavailable,
            Unsupported,
        };
        check(Errno::NOENT, NotFound, NotFound);
        check(Errno::NOTDIR, NotFound, Conflict);
        check(Errno::LOOP, NotFound, Conflict);
        check(Errno::ISDIR, NotFound, Conflict);
        check(Errno::NXIO, NotFound, Internal);
        check(Errno::NAMETOOLONG, NotFound, InvalidName);
        check(Errno::XDEV, NotFound, Unsupported);
        check(Errno::EXIST, AlreadyExists, AlreadyExists);
        check(Errno::ACCESS, Forbidden, Forbidden);
        check(Errno::ROFS, Forbidden, Forbidden);
        check(Errno::NOSPC, Exhausted, Exhausted);
        check(Errno::DQUOT, Exhausted, Exhausted);
        check(Errno::MFILE, Exhausted, Exhausted);
        check(Errno::AGAIN, Unavailable, Unavailable);
        check(Errno::IO, Internal, Internal);
    }

    #[test]
    fn an_error_names_operation_store_and_key() {
        let site = Site::existing(Operation::Get, &ObjectKey::parse("a/b").unwrap());
        let text = site.failed(Errno::ACCESS).to_string();
        assert_eq!(text, "failed to get `a/b` in the file store: access refused by the store");
    }
}
