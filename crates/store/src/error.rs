//! [`Error`]: what went wrong, in which operation, on which key.

use std::error::Error as StdError;
use std::fmt;

use object_key::ObjectKey;

type Source = Box<dyn StdError + Send + Sync>;

/// The failure of a store operation.
///
/// [`kind`](Self::kind) is what a caller acts on; the text adds the operation, the store and the key for people. It
/// never holds a secret.
#[derive(Debug)]
pub struct Error(Box<Context>);

#[derive(Debug)]
struct Context {
    kind: ErrorKind,
    operation: Operation,
    backend: Option<&'static str>,
    key: Option<ObjectKey>,
    detail: Option<String>,
    source: Option<Source>,
}

impl Error {
    /// Makes an error of this kind in this operation.
    pub fn new(kind: ErrorKind, operation: Operation) -> Self {
        Self(Box::new(Context { kind, operation, backend: None, key: None, detail: None, source: None }))
    }

    /// Names the store, such as `file store`.
    #[must_use]
    pub fn with_backend(mut self, backend: &'static str) -> Self {
        self.0.backend = Some(backend);
        self
    }

    /// Names the object.
    #[must_use]
    pub fn with_key(mut self, key: &ObjectKey) -> Self {
        self.0.key = Some(key.clone());
        self
    }

    /// Adds what a person should know or do, as a lowercase fragment.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Keeps the underlying error.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Returns the kind, on which callers decide.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the operation that failed.
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// Returns the key concerned, if one is.
    pub fn key(&self) -> Option<&ObjectKey> {
        self.0.key.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Context { kind, operation, backend, key, detail, .. } = &*self.0;
        write!(f, "failed to {operation}")?;
        if let Some(key) = key {
            write!(f, " `{key}`")?;
        }
        if let Some(backend) = backend {
            write!(f, " in the {backend}")?;
        }
        write!(f, ": {kind}")?;
        detail.as_ref().map_or(Ok(()), |detail| write!(f, ": {detail}"))
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| -> &(dyn StdError + 'static) { source })
    }
}

/// What kind of failure it was, which is what a caller can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such object.
    NotFound,
    /// An object of that name exists and was not to be replaced.
    AlreadyExists,
    /// The object is not the version that was asked for.
    PreconditionFailed,
    /// The name clashes with another object (`a` and `a/b` on files), or a rival write won; trying again may help.
    Conflict,
    /// The name may not be created, or this store cannot hold it.
    InvalidName,
    /// The metadata cannot be kept by this store.
    InvalidMetadata,
    /// More or fewer bytes came than were announced.
    LengthMismatch,
    /// The object is larger than the caller is willing to take.
    TooLarge,
    /// The store refuses access: its own permissions or credentials are at fault.
    Forbidden,
    /// There is no room left: disk, quota or file descriptors.
    Exhausted,
    /// The store cannot be reached or answered too late; trying again may help.
    Unavailable,
    /// This store has no such operation (see [`Abilities`](crate::Abilities)).
    Unsupported,
    /// Anything else: a failing disk, a broken answer, a bug.
    Internal,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "not found",
            Self::AlreadyExists => "already exists",
            Self::PreconditionFailed => "not the version asked for",
            Self::Conflict => "conflict with another object or write",
            Self::InvalidName => "name not allowed",
            Self::InvalidMetadata => "metadata cannot be kept",
            Self::LengthMismatch => "length differs from what was announced",
            Self::TooLarge => "larger than allowed",
            Self::Forbidden => "access refused by the store",
            Self::Exhausted => "no room left",
            Self::Unavailable => "store unavailable",
            Self::Unsupported => "not supported by this store",
            Self::Internal => "unexpected failure",
        })
    }
}

/// The operation that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Opening a store.
    Open,
    /// Looking up or reading an object.
    Get,
    /// Writing an object.
    Put,
    /// Deleting an object.
    Delete,
    /// Copying an object.
    Copy,
    /// Listing objects.
    List,
    /// Collecting the remains of abandoned uploads.
    Collect,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Get => "get",
            Self::Put => "put",
            Self::Delete => "delete",
            Self::Copy => "copy",
            Self::List => "list",
            Self::Collect => "collect remains",
        })
    }
}
