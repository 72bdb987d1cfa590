//! What an error says, to a program and to a person.

use std::error::Error as _;
use std::io;

use store::{Error, ErrorKind, Operation};

use crate::support::key;

#[track_caller]
fn check(error: &Error, expected: &str) {
    assert_eq!(error.to_string(), expected);
}

#[test]
fn the_text_follows_failed_to() {
    let bare = || Error::new(ErrorKind::NotFound, Operation::Get);
    check(&bare(), "failed to get: not found");
    check(&bare().with_key(&key("a b/c")), "failed to get `a b/c`: not found");
    check(&bare().with_backend("file store"), "failed to get in the file store: not found");
    check(&bare().with_detail("try again"), "failed to get: not found: try again");
    check(
        &Error::new(ErrorKind::Exhausted, Operation::Put)
            .with_detail("no space on device")
            .with_key(&key("a"))
            .with_backend("file store"),
        "failed to put `a` in the file store: no room left: no space on device",
    );
}

#[test]
fn kind_operation_and_key_are_there_to_decide_on() {
    let error = Error::new(ErrorKind::Conflict, Operation::Copy).with_key(&key("a")).with_key(&key("b"));
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Conflict, Operation::Copy));
    assert_eq!(error.key(), Some(&key("b")));
    assert!(Error::new(ErrorKind::Conflict, Operation::Copy).key().is_none());
}

#[test]
fn the_source_is_kept_and_not_repeated() {
    let error = Error::new(ErrorKind::Internal, Operation::Open).with_source(io::Error::other("the disk"));
    assert_eq!(error.source().unwrap().to_string(), "the disk");
    check(&error, "failed to open: unexpected failure");
    assert!(Error::new(ErrorKind::Internal, Operation::Open).source().is_none());
}

#[test]
fn every_kind_and_operation_has_its_own_lowercase_text() {
    use ErrorKind as K;
    use Operation as O;
    let kinds = [
        K::NotFound,
        K::AlreadyExists,
        K::PreconditionFailed,
        K::Conflict,
        K::InvalidName,
        K::InvalidMetadata,
        K::LengthMismatch,
        K::TooLarge,
        K::Forbidden,
        K::Exhausted,
        K::Unavailable,
        K::Unsupported,
        K::Internal,
    ];
    let operations = [O::Open, O::Get, O::Put, O::Delete, O::Copy, O::List, O::Collect];
    let mut texts: Vec<_> = kinds.iter().map(ToString::to_string).collect();
    texts.extend(operations.iter().map(ToString::to_string));
    let count = texts.len();
    assert!(texts.iter().all(|text| text.starts_with(|c: char| c.is_lowercase()) && !text.ends_with('.')));
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), count);
}
