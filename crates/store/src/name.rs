//! Names: which may be written, and what they say about the content.

use std::error::Error;
use std::fmt;

use object_key::{NotPortable, ObjectKey};
use unicode_normalization::is_nfc;

use crate::FieldValue;

/// Which names may be written. Reading takes every well-formed key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NameRule {
    /// Only names that mean the same object on every system (S5, S6).
    #[default]
    Portable,
    /// Every well-formed key, for moving objects that exist already.
    Any,
}

/// Checks that `key` may be written.
///
/// # Errors
/// What makes the name unsafe on some system.
pub fn check_name(key: &ObjectKey, rule: NameRule) -> Result<(), InvalidName> {
    match rule {
        NameRule::Any => Ok(()),
        NameRule::Portable if !is_nfc(key.as_str()) => Err(InvalidName::NotNormalized),
        NameRule::Portable => key.check_portable().map_err(InvalidName::NotPortable),
    }
}

/// Says why a name may not be written or made up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidName {
    /// The name is not in Unicode Normalization Form C, so that another spelling of it looks the same.
    NotNormalized,
    /// The name is not safe on every system.
    NotPortable(NotPortable),
    /// Folder and extension leave no room for a unique name within the limits.
    NoRoom,
    /// The suffix of a unique name has something else than letters and digits.
    Suffix,
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNormalized => f.write_str("the name is not in Unicode Normalization Form C"),
            Self::NotPortable(reason) => fmt::Display::fmt(reason, f),
            Self::NoRoom => f.write_str("folder and extension leave no room for a unique name"),
            Self::Suffix => f.write_str("the suffix of a unique name is not made of letters and digits"),
        }
    }
}

impl Error for InvalidName {}

/// Guesses the content type from the extension: `application/octet-stream` when it says nothing.
pub fn guess_content_type(key: &ObjectKey) -> FieldValue {
    const UNKNOWN: &str = "application/octet-stream";
    let guess = key.extension().and_then(|extension| mime_guess::from_ext(extension).first_raw());
    match FieldValue::parse(guess.unwrap_or(UNKNOWN)) {
        Ok(value) => value,
        #[expect(clippy::unreachable, reason = "the table holds media types, tested one by one")]
        Err(_) => unreachable!("a media type is a field value"),
    }
}
