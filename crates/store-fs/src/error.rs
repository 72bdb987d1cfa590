//! What the system's error numbers mean to a caller: the one place where they are judged.

use std::io;

use object_key::ObjectKey;
use rustix::io::Errno;
use store::{Error, ErrorKind, Operation};

/// What errors call this store.
pub(crate) const BACKEND: &str = "file store";

/// Where an error happens: the operation, and the object it is about.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    operation: Operation,
    key: Option<ObjectKey>,
    side: Side,
}

/// Which side of an operation meets the error: the same number means different things to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Something that should exist is looked for.
    Existing,
    /// Something new is to be placed.
    New,
}

impl Site {
    /// An operation that looks for the object `key`.
    pub(crate) fn existing(operation: Operation, key: &ObjectKey) -> Self {
        Self { operation, key: Some(key.clone()), side: Side::Existing }
    }

    /// An operation that places the object `key`.
    pub(crate) fn new(operation: Operation, key: &ObjectKey) -> Self {
        Self { operation, key: Some(key.clone()), side: Side::New }
    }

    /// An operation on the store itself.
    pub(crate) fn whole(operation: Operation) -> Self {
        Self { operation, key: None, side: Side::Existing }
    }

    /// Makes an error of this kind.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        let error = Error::new(kind, self.operation).with_backend(BACKEND);
        match &self.key {
            Some(key) => error.with_key(key),
            None => error,
        }
    }

    /// Makes the error that an error number stands for here.
    pub(crate) fn failed(&self, errno: Errno) -> Error {
        self.error(kind(errno, self.side)).with_source(io::Error::from(errno))
    }

    /// Makes the error that a failed call of the standard library stands for here.
    pub(crate) fn failed_io(&self, error: io::Error) -> Error {
        let kind = Errno::from_io_error(&error).map_or(ErrorKind::Internal, |errno| kind(errno, self.side));
        self.error(kind).with_source(error)
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
