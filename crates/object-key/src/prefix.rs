//! [`Prefix`]: everything below a folder, by whole segments.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::key::check;
use crate::{InvalidKey, ObjectKey, UrlPath};

/// Names everything below some leading segments.
///
/// It is empty (all keys) or an [`ObjectKey`] followed by one `/`, so it only ever matches whole segments: `tenant-a/`
/// holds `tenant-a/x` and never `tenant-abc/x`.
///
/// ```
/// use object_key::{ObjectKey, Prefix};
///
/// let public = Prefix::parse("public/")?;
/// assert!(public.contains(&ObjectKey::parse("public/logo.svg")?));
/// assert!(!public.contains(&ObjectKey::parse("publicx/logo.svg")?));
/// # Ok::<(), object_key::InvalidKey>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix(Arc<str>);

impl Prefix {
    /// Returns the empty prefix, which holds every key.
    pub fn root() -> Self {
        Self::from_valid("")
    }

    /// Accepts `text`, which is empty or ends in `/`, as a prefix.
    ///
    /// # Errors
    /// [`InvalidKey::OpenPrefix`] when the last `/` is missing, else the rule of [`ObjectKey`] that `text` breaks.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        if !text.is_empty() {
            check(text.strip_suffix('/').ok_or(InvalidKey::OpenPrefix)?)?;
        }
        Ok(Self::from_valid(text))
    }

    /// Returns the prefix as text: empty, or with a `/` at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether this is the empty prefix.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether `key` lies below this prefix.
    pub fn contains(&self, key: &ObjectKey) -> bool {
        key.as_str().starts_with(&*self.0)
    }

    /// Tells whether everything below `other` lies below this prefix too.
    pub fn contains_prefix(&self, other: &Self) -> bool {
        other.0.starts_with(&*self.0)
    }

    /// Returns the key that `key` has when seen from this prefix, if it lies below it.
    pub fn strip(&self, key: &ObjectKey) -> Option<ObjectKey> {
        key.as_str().strip_prefix(&*self.0).map(ObjectKey::from_valid)
    }

    /// Returns the key `key` placed below this prefix.
    ///
    /// # Errors
    /// [`InvalidKey::TooLong`] when both together exceed [`ObjectKey::MAX_LEN`].
    pub fn join(&self, key: &ObjectKey) -> Result<ObjectKey, InvalidKey> {
        ObjectKey::try_from(format!("{self}{key}"))
    }

    /// Returns the prefix `below` placed below this prefix.
    ///
    /// # Errors
    /// [`InvalidKey::TooLong`] when both together exceed [`ObjectKey::MAX_LEN`].
    pub fn join_prefix(&self, below: &Self) -> Result<Self, InvalidKey> {
        Self::parse(&format!("{self}{below}"))
    }

    /// Returns how many segments the prefix has.
    pub fn segment_count(&self) -> usize {
        self.0.matches('/').count()
    }

    /// Returns the prefix percent-encoded for the path of a URL.
    pub fn url_path(&self) -> UrlPath<'_> {
        UrlPath::new(&self.0)
    }

    /// Makes a prefix of text that is known to be well formed.
    pub(crate) fn from_valid(text: &str) -> Self {
        debug_assert!(text.strip_suffix('/').map_or(text.is_empty(), |body| check(body).is_ok()));
        Self(Arc::from(text))
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self::root()
    }
}

impl FromStr for Prefix {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl AsRef<str> for Prefix {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}
