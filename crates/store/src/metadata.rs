//! What is known about an object besides its bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::time::SystemTime;

use crate::ETag;

/// Everything a store knows about one version of an object.
///
/// What an object written by other programs carries and these types cannot hold, such as a value that is no
/// [`FieldValue`], is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// The size in bytes of what is stored, which is what is sent.
    pub size: u64,
    /// The size before a content encoding that the store applied itself (gzip on S3), where it is known.
    pub logical_size: Option<u64>,
    /// The strong validator of this version.
    pub etag: ETag,
    /// When this version was written, as finely as the store knows it.
    ///
    /// A hint for caches, not an order: S3 dates a multipart upload by its beginning, so that a later version may show
    /// an earlier time. The entity tag is what tells versions apart.
    pub modified: SystemTime,
    /// The SHA-256 of the stored bytes, where it is known; it may be missing from the answer to a range.
    pub sha256: Option<Sha256Digest>,
    /// The HTTP fields that describe the content.
    pub attributes: Attributes,
    /// What the application attached.
    pub user: UserMetadata,
}

impl Metadata {
    /// Makes metadata with what every store knows; the other fields start out empty.
    pub fn new(size: u64, etag: ETag, modified: SystemTime) -> Self {
        Self {
            size,
            logical_size: None,
            etag,
            modified,
            sha256: None,
            attributes: Attributes::default(),
            user: UserMetadata::default(),
        }
    }
}

/// The HTTP fields that describe an object's content, each as it will be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attributes {
    /// `Content-Type`. When none is given, stores fill it in from the name.
    pub content_type: Option<FieldValue>,
    /// `Content-Encoding` of the stored bytes.
    pub content_encoding: Option<FieldValue>,
    /// `Content-Disposition`.
    pub content_disposition: Option<FieldValue>,
    /// `Content-Language`.
    pub content_language: Option<FieldValue>,
    /// `Cache-Control`, a wish that delivery may only tighten.
    pub cache_control: Option<FieldValue>,
}

/// The value of an HTTP field: 1 to 1024 bytes of visible ASCII, spaces inside.
///
/// Nothing that could end a header line gets in here (S24).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldValue(Cow<'static, str>);

impl FieldValue {
    /// The longest value in bytes.
    pub const MAX_LEN: usize = 1024;

    /// Accepts `text` as a value, exactly as it stands.
    ///
    /// # Errors
    /// [`InvalidFieldValue`] when the text breaks the rule above.
    pub fn parse(text: impl Into<Cow<'static, str>>) -> Result<Self, InvalidFieldValue> {
        let text = text.into();
        let fits = (1..=Self::MAX_LEN).contains(&text.len());
        let visible = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        let trimmed = !text.starts_with(' ') && !text.ends_with(' ');
        if fits && visible && trimmed { Ok(Self(text)) } else { Err(InvalidFieldValue) }
    }

    /// Returns the value as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// The text cannot be the value of an HTTP field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidFieldValue;

impl fmt::Display for InvalidFieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a header value of 1 to 1024 visible ASCII characters without outer spaces")
    }
}

impl Error for InvalidFieldValue {}

/// Names and values that the application attached to an object.
///
/// The limits are the same for every store, and fit S3's 2 KiB with room for the store's own entries: at most
/// [`UserMetadata::MAX_ENTRIES`], names and values together at most [`UserMetadata::MAX_BYTES`]. Names are lower-case
/// letters, digits, `-`, `_` and `.`, and do not begin with [`UserMetadata::RESERVED`]; values are [`FieldValue`]s.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserMetadata(BTreeMap<String, FieldValue>);

impl UserMetadata {
    /// The most bytes that names and values may have together.
    pub const MAX_BYTES: usize = 1792;

    /// The most entries: HTTP clients read a hundred header fields of a response, and other fields need theirs.
    pub const MAX_ENTRIES: usize = 32;

    /// What names of the stores' own entries begin with; an application cannot write or see them.
    pub const RESERVED: &str = "hallpass-";

    /// Attaches a value, replacing one of the same name.
    ///
    /// # Errors
    /// When the name or the value has characters that are not allowed, or the whole would grow too large.
    pub fn insert(
        &mut self,
        name: &str,
        value: impl Into<Cow<'static, str>>,
    ) -> Result<(), InvalidUserMetadata> {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(InvalidUserMetadata::Name);
        }
        if name.starts_with(Self::RESERVED) {
            return Err(InvalidUserMetadata::Reserved);
        }
        if self.0.len() == Self::MAX_ENTRIES && !self.0.contains_key(name) {
            return Err(InvalidUserMetadata::TooMany);
        }
        let value = FieldValue::parse(value).map_err(|_| InvalidUserMetadata::Value)?;
        let others = self.0.iter().filter(|(other, _)| *other != name);
        let bytes = others.fold(entry_bytes(name, &value), |sum, (n, v)| sum + entry_bytes(n, v));
        if bytes > Self::MAX_BYTES {
            return Err(InvalidUserMetadata::TooLarge);
        }
        self.0.insert(name.to_owned(), value);
        Ok(())
    }

    /// Returns the value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(FieldValue::as_str)
    }

    /// Iterates over names and values in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Tells whether nothing is attached.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn entry_bytes(name: &str, value: &FieldValue) -> usize {
    name.len() + value.as_str().len()
}

/// Says why user metadata is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidUserMetadata {
    /// A name is empty or has other characters than lower-case letters, digits, `-`, `_` and `.`.
    Name,
    /// A name begins with [`UserMetadata::RESERVED`].
    Reserved,
    /// A value is no [`FieldValue`].
    Value,
    /// There are more than [`UserMetadata::MAX_ENTRIES`].
    TooMany,
    /// Names and values have more than [`UserMetadata::MAX_BYTES`].
    TooLarge,
}

impl fmt::Display for InvalidUserMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => {
                f.write_str("metadata name may only have lower-case letters, digits, `-`, `_` and `.`")
            }
            Self::Reserved => write!(f, "metadata name begins with `{}`", UserMetadata::RESERVED),
            Self::TooMany => write!(f, "metadata has more than {} entries", UserMetadata::MAX_ENTRIES),
            Self::Value => write!(f, "metadata value: {InvalidFieldValue}"),
            Self::TooLarge => write!(f, "metadata has more than {} bytes", UserMetadata::MAX_BYTES),
        }
    }
}

impl Error for InvalidUserMetadata {}

/// A SHA-256 digest; displays as lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256Digest(pub [u8; 32]);

impl fmt::Display for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
