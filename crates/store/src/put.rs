//! Writing: [`Upload`], how it ends ([`PutMode`]) and what it carries ([`PutOptions`]).

use bytes::Bytes;

use crate::{Attributes, ETag, Fut, Metadata, NameRule, Sha256Digest, UserMetadata};

/// An object being written.
///
/// Dropped before [`finish`](Self::finish) is polled, it is never visible; what it leaves behind goes to the store's
/// collector. When the future of `finish` is dropped before it is ready, the object appears whole or not at all, perhaps
/// after that. After an error, and after a [`write`](Self::write) whose future was dropped before it returned, the
/// upload is spent: only dropping it makes sense, and `finish` fails.
pub trait Upload: Send {
    /// Takes the next bytes, holding back while the store cannot keep up.
    ///
    /// # Errors
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch) as soon as more than [`PutOptions::length`] came.
    fn write(&mut self, chunk: Bytes) -> Fut<'_, ()>;

    /// Makes the object visible, whole and durable, under the terms of `mode`.
    ///
    /// # Errors
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists) for [`PutMode::Create`] when the object exists,
    /// [`PreconditionFailed`](crate::ErrorKind::PreconditionFailed) for [`PutMode::Update`] of another version (or of
    /// none), [`LengthMismatch`](crate::ErrorKind::LengthMismatch) when fewer bytes than announced came. After
    /// [`Unavailable`](crate::ErrorKind::Unavailable) the object may have been written all the same.
    fn finish(self: Box<Self>, mode: PutMode) -> Fut<'static, Written>;
}

/// What a store says of the object it has just written.
///
/// Not its whole [`Metadata`]: S3's answer to a write has no date, and a second look may see another writer's version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The strong validator of this version.
    pub etag: ETag,
    /// The size in bytes of what is stored.
    pub size: u64,
    /// The SHA-256 of the stored bytes, where it is known.
    pub sha256: Option<Sha256Digest>,
}

impl Written {
    /// Makes the answer to a write.
    pub fn new(size: u64, etag: ETag, sha256: Option<Sha256Digest>) -> Self {
        Self { etag, size, sha256 }
    }
}

impl From<Metadata> for Written {
    fn from(metadata: Metadata) -> Self {
        Self::new(metadata.size, metadata.etag, metadata.sha256)
    }
}

/// The terms under which an upload becomes visible.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PutMode {
    /// Only if there is no object of that name. Of many at once, exactly one succeeds.
    #[default]
    Create,
    /// Whatever was there before.
    Overwrite,
    /// Only in place of this version.
    Update(ETag),
}

/// What an upload carries besides its bytes.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct PutOptions {
    /// The HTTP fields that describe the content; a missing content type is filled in from the name.
    pub attributes: Attributes,
    /// What the application attaches.
    pub user: UserMetadata,
    /// The number of bytes to come, where it is known; another number is an error.
    pub length: Option<u64>,
    /// The names that may be written.
    pub name_rule: NameRule,
}

impl PutOptions {
    /// Sets the HTTP fields that describe the content.
    #[must_use]
    pub fn with_attributes(mut self, attributes: Attributes) -> Self {
        self.attributes = attributes;
        self
    }

    /// Sets what the application attaches.
    #[must_use]
    pub fn with_user(mut self, user: UserMetadata) -> Self {
        self.user = user;
        self
    }

    /// Announces the number of bytes to come.
    #[must_use]
    pub fn with_length(mut self, length: u64) -> Self {
        self.length = Some(length);
        self
    }

    /// Sets the names that may be written.
    #[must_use]
    pub fn with_name_rule(mut self, rule: NameRule) -> Self {
        self.name_rule = rule;
        self
    }
}

/// Which version of an object an operation is meant for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum When {
    /// Whatever is there.
    #[default]
    Always,
    /// Only this version.
    Matches(ETag),
}

/// How to copy an object.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CopyOptions {
    /// The terms for the target.
    pub mode: PutMode,
    /// The version of the source to copy.
    pub source: When,
    /// What becomes of the metadata.
    pub metadata: CopyMetadata,
    /// The names that may be written.
    pub name_rule: NameRule,
}

impl CopyOptions {
    /// Sets the terms for the target.
    #[must_use]
    pub fn with_mode(mut self, mode: PutMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets the version of the source to copy.
    #[must_use]
    pub fn with_source(mut self, source: When) -> Self {
        self.source = source;
        self
    }

    /// Sets what becomes of the metadata.
    #[must_use]
    pub fn with_metadata(mut self, metadata: CopyMetadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Sets the names that may be written.
    #[must_use]
    pub fn with_name_rule(mut self, rule: NameRule) -> Self {
        self.name_rule = rule;
        self
    }
}

/// What becomes of the metadata of a copied object.
#[derive(Debug, Clone, Default)]
pub enum CopyMetadata {
    /// The copy has the source's.
    #[default]
    Keep,
    /// The copy has these instead.
    Replace {
        /// The HTTP fields that describe the content.
        attributes: Attributes,
        /// What the application attaches.
        user: UserMetadata,
    },
}
