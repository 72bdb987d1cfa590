//! [`Store`]: what every place for objects can do.

use std::pin::Pin;
use std::sync::Arc;

use futures_core::Stream;
use object_key::ObjectKey;

use crate::{CopyOptions, Entry, Error, Get, Got, List, PutOptions, Upload, When, Written};

/// A boxed future of a store operation.
pub type Fut<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// A boxed stream.
pub type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + Send + 'a>>;

/// A place that keeps objects under keys.
///
/// This is the contract for implementors, as small as it can be; [`StoreExt`](crate::StoreExt) has the short forms
/// that callers use. The `store-conformance` crate tests every promise made here.
///
/// - An object becomes visible whole, with its metadata, or not at all.
/// - Nothing buffers a whole object: bodies are streams of [`Bytes`](bytes::Bytes).
/// - Futures may be dropped at any point and leave nothing half-done: a write that had begun to take effect may still
///   do so a moment later, whole.
pub trait Store: Send + Sync {
    /// Looks up an object, judges the request's preconditions and range, and opens what is asked for.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no such object, whatever the preconditions say, and for a
    /// key that this store cannot hold.
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got>;

    /// Begins an upload, which stays invisible until [`Upload::finish`].
    ///
    /// # Errors
    /// [`InvalidName`](crate::ErrorKind::InvalidName) for a key that breaks [`PutOptions::name_rule`] or that this
    /// store cannot hold, [`InvalidMetadata`](crate::ErrorKind::InvalidMetadata) for metadata it cannot keep.
    fn begin<'a>(&'a self, key: &'a ObjectKey, options: PutOptions) -> Fut<'a, Box<dyn Upload>>;

    /// Deletes an object. A missing one is no error, unless `when` names a version.
    ///
    /// # Errors
    /// [`PreconditionFailed`](crate::ErrorKind::PreconditionFailed) when the object is not the version that `when`
    /// names, [`NotFound`](crate::ErrorKind::NotFound) when a version is named and the object is missing,
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a version without [`Abilities::conditional_delete`].
    fn delete<'a>(&'a self, key: &'a ObjectKey, when: When) -> Fut<'a, ()>;

    /// Copies an object within the store, its metadata with it or replaced.
    ///
    /// # Errors
    /// As [`get`](Self::get) for the source and [`Upload::finish`] for the target;
    /// [`PreconditionFailed`](crate::ErrorKind::PreconditionFailed) when the source is not the version asked for.
    fn copy<'a>(&'a self, from: &'a ObjectKey, to: &'a ObjectKey, options: CopyOptions) -> Fut<'a, Written>;

    /// Lists entries in the order of their names' bytes, as a stream that reads ahead only a bounded amount.
    ///
    /// An object created or deleted while the listing runs may or may not be in it; all others are, once.
    fn list(&self, ask: List) -> BoxStream<'_, Result<Entry, Error>>;

    /// Says where this store differs from the ideal one.
    fn abilities(&self) -> Abilities;
}

/// Where stores differ; each field gates the conformance cases that need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "a set of independent yes-or-no facts")]
pub struct Abilities {
    /// [`When::Matches`] is honoured by `delete`.
    pub conditional_delete: bool,
    /// `a` and `a/b` can both exist.
    pub flat_namespace: bool,
    /// Attributes and user metadata that cannot be derived from the name are kept.
    pub keeps_metadata: bool,
    /// [`Metadata::modified`](crate::Metadata::modified) is finer than a second.
    pub fine_modified: bool,
    /// [`Metadata::sha256`](crate::Metadata::sha256) is known for every object written through this store.
    pub keeps_sha256: bool,
    /// Segments longer than 255 bytes can be held.
    pub long_segments: bool,
    /// Every write has another [`ETag`](crate::ETag), even one of the same bytes. Without it (S3) only other bytes have.
    pub etag_per_write: bool,
    /// The longest key in bytes: [`ObjectKey::MAX_LEN`], less what a prefix takes up.
    pub max_key_len: usize,
}

impl Abilities {
    /// Returns the abilities of a store that can do everything.
    pub const fn all() -> Self {
        Self {
            conditional_delete: true,
            flat_namespace: true,
            keeps_metadata: true,
            fine_modified: true,
            keeps_sha256: true,
            long_segments: true,
            etag_per_write: true,
            max_key_len: ObjectKey::MAX_LEN,
        }
    }
}

macro_rules! delegate_store {
    ($($pointer:ty),*) => {$(
        impl<S: Store + ?Sized> Store for $pointer {
            fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
                (**self).get(key, ask)
            }

            fn begin<'a>(&'a self, key: &'a ObjectKey, options: PutOptions) -> Fut<'a, Box<dyn Upload>> {
                (**self).begin(key, options)
            }

            fn delete<'a>(&'a self, key: &'a ObjectKey, when: When) -> Fut<'a, ()> {
                (**self).delete(key, when)
            }

            fn copy<'a>(&'a self, from: &'a ObjectKey, to: &'a ObjectKey, o: CopyOptions) -> Fut<'a, Written> {
                (**self).copy(from, to, o)
            }

            fn list(&self, ask: List) -> BoxStream<'_, Result<Entry, Error>> {
                (**self).list(ask)
            }

            fn abilities(&self) -> Abilities {
                (**self).abilities()
            }
        }
    )*};
}

delegate_store!(&S, Box<S>, Arc<S>);
