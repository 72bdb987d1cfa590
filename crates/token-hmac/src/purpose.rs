//! [`Purpose`] and [`Audience`]: what a pass is for, and where.

use std::error::Error;
use std::fmt;

/// Says what a pass lets its holder do. Each purpose has a signing key of its own, so that a pass for one is worth
/// nothing at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Read stored objects.
    Download,
    /// Send an object.
    Upload,
    /// Take an uploaded object into use.
    Attach,
    /// Remove an object.
    Delete,
}

impl Purpose {
    /// Returns the name that enters key derivation and MAC.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Upload => "upload",
            Self::Attach => "attach",
            Self::Delete => "delete",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// Names the place a pass is good at, such as a store or the path it is mounted at: 1 to 255 bytes of text.
///
/// It is inside the MAC and not in the pass: a pass for one audience is a forgery at every other.
///
/// ```
/// use token_hmac::Audience;
///
/// assert_eq!(Audience::new("/media/")?.as_str(), "/media/");
/// assert!(Audience::new("").is_err());
/// # Ok::<(), token_hmac::InvalidAudience>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Audience(String);

impl Audience {
    /// The longest audience in bytes.
    pub const MAX_LEN: usize = 255;

    /// Accepts `text` as the name of an audience, exactly as it stands.
    ///
    /// # Errors
    /// The text is empty or too long.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidAudience> {
        let text = text.into();
        if (1..=Self::MAX_LEN).contains(&text.len()) {
            Ok(Self(text))
        } else {
            Err(InvalidAudience { length: text.len() })
        }
    }

    /// Returns the audience as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says that a text is no [`Audience`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidAudience {
    length: usize,
}

impl fmt::Display for InvalidAudience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "audience has {} bytes, 1 to {} are allowed", self.length, Audience::MAX_LEN)
    }
}

impl Error for InvalidAudience {}
