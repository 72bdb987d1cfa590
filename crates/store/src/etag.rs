//! [`ETag`]: the strong validator of one version of an object (RFC 9110 §8.8.3).

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Names one version of an object's bytes and metadata; a strong entity tag.
///
/// Kept without its quotes: 1 to 128 visible ASCII characters other than `"`. A store gives every write another tag
/// where [`Abilities::etag_per_write`](crate::Abilities::etag_per_write) holds, and other bytes another tag everywhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ETag(Arc<str>);

impl ETag {
    /// The longest tag in bytes, without quotes.
    pub const MAX_LEN: usize = 128;

    /// Makes a tag of its opaque text, without quotes.
    ///
    /// # Errors
    /// [`InvalidETag`] when the text breaks the rule above.
    pub fn new(opaque: &str) -> Result<Self, InvalidETag> {
        let fits = (1..=Self::MAX_LEN).contains(&opaque.len());
        if fits && opaque.bytes().all(is_etagc) { Ok(Self(Arc::from(opaque))) } else { Err(InvalidETag) }
    }

    /// Makes a tag of text that is known to be one.
    pub(crate) fn from_valid(opaque: &str) -> Self {
        debug_assert!(Self::new(opaque).is_ok());
        Self(Arc::from(opaque))
    }

    /// Reads a tag in the form of a header, `"…"`; a weak one (`W/"…"`) is refused.
    ///
    /// # Errors
    /// [`InvalidETag`] when the text has another form.
    pub fn parse_quoted(text: &str) -> Result<Self, InvalidETag> {
        text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(InvalidETag).and_then(Self::new)
    }

    /// Returns the opaque text, without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `etagc` of RFC 9110 without `obs-text`.
pub(crate) fn is_etagc(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'"'
}

/// Writes the form of a header: in quotes.
impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

impl fmt::Debug for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no strong entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidETag;

impl fmt::Display for InvalidETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a strong entity tag of at most 128 visible ASCII characters")
    }
}

impl Error for InvalidETag {}
