//! Listing.

use std::time::SystemTime;

use object_key::{ObjectKey, Prefix};

use crate::ETag;

/// What to list; the default is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct List {
    /// Only entries below this prefix.
    pub prefix: Prefix,
    /// Everything below it, or its children only.
    pub depth: Depth,
    /// Only entries whose name comes after this text, in byte order.
    pub after: Option<String>,
}

impl List {
    /// Lists everything below `prefix`.
    pub fn all(prefix: Prefix) -> Self {
        Self { prefix, ..Self::default() }
    }

    /// Lists the children of `prefix`: its objects, and one [`Entry::Prefix`] for each folder.
    pub fn children(prefix: Prefix) -> Self {
        Self { prefix, depth: Depth::Children, after: None }
    }

    /// Lists only what comes after `name`, in byte order.
    #[must_use]
    pub fn with_after(mut self, name: impl Into<String>) -> Self {
        self.after = Some(name.into());
        self
    }
}

/// How deep a listing goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    /// Every object below the prefix.
    #[default]
    All,
    /// The objects directly below the prefix, and the prefixes directly below it (S3's delimiter `/`).
    Children,
}

/// One line of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry {
    /// An object.
    Object(Listed),
    /// A folder, in a listing of [`Depth::Children`]; its name in the order is the prefix with its `/`.
    Prefix(Prefix),
    /// Something whose raw name is no [`ObjectKey`], reported so that it is not lost from sight.
    Unaddressable(Vec<u8>),
}

/// What a listing says about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: ObjectKey,
    /// Its size in bytes.
    pub size: u64,
    /// Its version, where listing knows it.
    pub etag: Option<ETag>,
    /// When it was written.
    pub modified: SystemTime,
}
