//! [`KeyPairId`]: which public key of CloudFront's verifies a signature.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Names a public key as CloudFront does, `K2JCJMDEHXQW5F` for instance: 1 to 64 characters out of `A-Z a-z 0-9 _ -`.
///
/// It is the id of the *public key* in a key group (or the `APKA…` id of an older key pair), not the id of the group.
///
/// ```
/// use signer_cloudfront::KeyPairId;
///
/// assert_eq!(KeyPairId::parse("K2JCJMDEHXQW5F")?.as_str(), "K2JCJMDEHXQW5F");
/// assert!(KeyPairId::parse("K2JC&Policy=").is_err());
/// # Ok::<(), signer_cloudfront::InvalidKeyPairId>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyPairId(Arc<str>);

impl KeyPairId {
    /// The longest id in characters.
    pub const MAX_LEN: usize = 64;

    /// Accepts `text` as an id, exactly as it stands.
    ///
    /// # Errors
    /// The text is empty, too long, or holds another character.
    pub fn parse(text: &str) -> Result<Self, InvalidKeyPairId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if text.is_empty() || text.len() > Self::MAX_LEN || !text.bytes().all(allowed) {
            return Err(InvalidKeyPairId(()));
        }
        Ok(Self(text.into()))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyPairId {
    type Err = InvalidKeyPairId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for KeyPairId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for KeyPairId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Says that a text is no [`KeyPairId`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidKeyPairId(());

impl fmt::Display for InvalidKeyPairId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key pair id is not 1 to {} characters out of `A-Z a-z 0-9 _ -`", KeyPairId::MAX_LEN)
    }
}

impl Error for InvalidKeyPairId {}
