//! [`Site`]: where an error happens, for those who write stores.

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;

use object_key::ObjectKey;

use crate::{Error, ErrorKind, Operation};

/// What a store is built on: what errors call it, and what its failures mean.
pub trait Backend {
    /// What errors call the store, such as `file store`.
    const NAME: &'static str;

    /// How its calls fail: an error number, the answer of a server. It becomes the source of the store's error.
    type Failure: StdError + Send + Sync + 'static;

    /// Says what a failure means to a caller of the store.
    fn kind(failure: &Self::Failure, side: Side) -> ErrorKind;

    /// Says what a person may do about it, as a lowercase fragment.
    fn advice(_: &Self::Failure) -> Option<String> {
        None
    }
}

/// Which side of an operation meets a failure: the same one means different things to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Something that should exist is looked for.
    Existing,
    /// Something is to be placed, perhaps instead of a version that is named.
    New,
}

/// Where an error happens: the operation, the object it is about, and the side.
///
/// ```
/// use std::io;
/// use object_key::ObjectKey;
/// use store::{Backend, ErrorKind, Operation, Side, Site};
///
/// struct Tape;
///
/// impl Backend for Tape {
///     const NAME: &'static str = "tape store";
///     type Failure = io::Error;
///
///     fn kind(failure: &io::Error, side: Side) -> ErrorKind {
///         match (failure.kind(), side) {
///             (io::ErrorKind::NotFound, Side::Existing) => ErrorKind::NotFound,
///             _ => ErrorKind::Internal,
///         }
///     }
/// }
///
/// let site = Site::<Tape>::existing(Operation::Get, &ObjectKey::parse("a/b")?);
/// let error = site.failed(io::Error::from(io::ErrorKind::NotFound));
/// assert_eq!(error.to_string(), "failed to get `a/b` in the tape store: not found");
/// # Ok::<(), object_key::InvalidKey>(())
/// ```
pub struct Site<B> {
    operation: Operation,
    key: Option<ObjectKey>,
    side: Side,
    backend: PhantomData<fn() -> B>,
}

impl<B: Backend> Site<B> {
    /// Names an operation that looks for the object `key`.
    pub fn existing(operation: Operation, key: &ObjectKey) -> Self {
        Self::at(operation, Some(key), Side::Existing)
    }

    /// Names an operation that places the object `key`.
    pub fn new(operation: Operation, key: &ObjectKey) -> Self {
        Self::at(operation, Some(key), Side::New)
    }

    /// Names an operation on the store itself.
    pub fn whole(operation: Operation) -> Self {
        Self::at(operation, None, Side::Existing)
    }

    fn at(operation: Operation, key: Option<&ObjectKey>, side: Side) -> Self {
        Self { operation, key: key.cloned(), side, backend: PhantomData }
    }

    /// Makes an error of this kind.
    pub fn error(&self, kind: ErrorKind) -> Error {
        let error = Error::new(kind, self.operation).with_backend(B::NAME);
        match &self.key {
            Some(key) => error.with_key(key),
            None => error,
        }
    }

    /// Makes the error of what should not be: a broken answer, a bug.
    pub fn broken(&self, detail: impl Into<String>) -> Error {
        self.error(ErrorKind::Internal).with_detail(detail)
    }

    /// Makes the error that a failure of the backend stands for here.
    pub fn failed(&self, failure: impl Into<B::Failure>) -> Error {
        let failure = failure.into();
        let error = self.error(B::kind(&failure, self.side));
        let error = match B::advice(&failure) {
            Some(advice) => error.with_detail(advice),
            None => error,
        };
        error.with_source(failure)
    }
}

impl<B> Clone for Site<B> {
    fn clone(&self) -> Self {
        Self { operation: self.operation, key: self.key.clone(), side: self.side, backend: PhantomData }
    }
}

impl<B: Backend> fmt::Debug for Site<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, key, side, .. } = self;
        f.debug_struct("Site")
            .field("backend", &B::NAME)
            .field("operation", operation)
            .field("key", key)
            .field("side", side)
            .finish()
    }
}
