//! [`ObjectKey`]: the only name an object has.

use std::borrow::Borrow;
use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::{Prefix, UrlPath};

/// Names one object in a store.
///
/// A value exists only if the name is well formed; it is accepted exactly as given or refused, never rewritten:
///
/// - 1 to [`ObjectKey::MAX_LEN`] bytes of UTF-8;
/// - segments divided by `/`, none of them empty, `.` or `..` (so no leading, trailing or doubled `/`);
/// - no control character (NUL included) and no `\`.
///
/// Keys order by their bytes, which is the order in which stores list them.
///
/// ```
/// use object_key::ObjectKey;
///
/// let key = ObjectKey::parse("reports/2026/q1.pdf")?;
/// assert_eq!(key.file_name(), "q1.pdf");
/// assert!(ObjectKey::parse("reports/../secret").is_err());
/// # Ok::<(), object_key::InvalidKey>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(Arc<str>);

impl ObjectKey {
    /// The longest key in bytes: S3's limit.
    pub const MAX_LEN: usize = 1024;

    /// Accepts `text` as a key, exactly as it stands.
    ///
    /// # Errors
    /// The first rule of the type's documentation that `text` breaks.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        check(text)?;
        Ok(Self(Arc::from(text)))
    }

    /// Returns the key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Iterates over the segments, which are never empty, `.` or `..`.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// Returns the last segment.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// Returns what follows the last `.` of the file name, if the name also has something before it.
    pub fn extension(&self) -> Option<&str> {
        let (stem, extension) = self.file_name().rsplit_once('.')?;
        (!stem.is_empty() && !extension.is_empty()).then_some(extension)
    }

    /// Returns the prefix that holds this key: all segments but the last.
    pub fn parent(&self) -> Prefix {
        let parent = self.0.rsplit_once('/').map_or(0, |(parent, _)| parent.len() + 1);
        Prefix::from_valid(self.0.get(..parent).unwrap_or_default())
    }

    /// Returns the prefix made of the first `segments` segments, if the key goes on after them.
    ///
    /// ```
    /// # use object_key::ObjectKey;
    /// let key = ObjectKey::parse("a/b/c")?;
    /// assert_eq!(key.ancestor(2).unwrap().as_str(), "a/b/");
    /// assert!(key.ancestor(3).is_none());
    /// # Ok::<(), object_key::InvalidKey>(())
    /// ```
    pub fn ancestor(&self, segments: usize) -> Option<Prefix> {
        if segments == 0 {
            return Some(Prefix::root());
        }
        let (slash, _) = self.0.match_indices('/').nth(segments - 1)?;
        self.0.get(..=slash).map(Prefix::from_valid)
    }

    /// Returns the key percent-encoded for the path of a URL, `/` between segments.
    pub fn url_path(&self) -> UrlPath<'_> {
        UrlPath::new(&self.0)
    }

    /// Makes a key of text that is known to be well formed.
    pub(crate) fn from_valid(text: &str) -> Self {
        debug_assert!(check(text).is_ok());
        Self(Arc::from(text))
    }
}

/// Checks the rules of [`ObjectKey`] in one pass over the segments.
pub(crate) fn check(text: &str) -> Result<(), InvalidKey> {
    if text.is_empty() {
        return Err(InvalidKey::Empty);
    }
    if text.len() > ObjectKey::MAX_LEN {
        return Err(InvalidKey::TooLong { length: text.len() });
    }
    if text.starts_with('/') || text.ends_with('/') {
        return Err(InvalidKey::OuterSlash);
    }
    for segment in text.split('/') {
        match segment {
            "" => return Err(InvalidKey::EmptySegment),
            "." | ".." => return Err(InvalidKey::DotSegment),
            _ => {}
        }
    }
    match text.chars().find(|c| c.is_control() || *c == '\\') {
        Some('\\') => Err(InvalidKey::Backslash),
        Some(character) => Err(InvalidKey::Control { character }),
        None => Ok(()),
    }
}

impl FromStr for ObjectKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for ObjectKey {
    type Error = InvalidKey;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ObjectKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        check(&text)?;
        Ok(Self(Arc::from(text)))
    }
}

impl AsRef<str> for ObjectKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ObjectKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// Says which rule of [`ObjectKey`] or [`Prefix`] a text breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKey {
    /// There is no text at all.
    Empty,
    /// The text is longer than [`ObjectKey::MAX_LEN`] bytes.
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The text begins or ends with `/`.
    OuterSlash,
    /// Two `/` follow one another.
    EmptySegment,
    /// A segment is `.` or `..`.
    DotSegment,
    /// The text holds a `\`, which some systems take for a separator.
    Backslash,
    /// The text holds a control character.
    Control {
        /// The first one.
        character: char,
    },
    /// A prefix that is not empty does not end in `/`.
    OpenPrefix,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("key is empty"),
            Self::TooLong { length } => {
                write!(f, "key has {length} bytes, at most {} are allowed", ObjectKey::MAX_LEN)
            }
            Self::OuterSlash => f.write_str("key begins or ends with `/`"),
            Self::EmptySegment => f.write_str("key has an empty segment (`//`)"),
            Self::DotSegment => f.write_str("key has a segment `.` or `..`"),
            Self::Backslash => f.write_str("key holds a backslash"),
            Self::Control { character } => {
                write!(f, "key holds the control character U+{:04X}", u32::from(*character))
            }
            Self::OpenPrefix => f.write_str("prefix does not end in `/`"),
        }
    }
}

impl Error for InvalidKey {}
