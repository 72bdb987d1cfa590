//! [`KeyId`]: which secret of a ring signed a pass.

use std::error::Error;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::{self, FromStr};

/// Names one secret of a [`KeyRing`](crate::KeyRing): 1 to 16 characters out of `A-Z a-z 0-9 . _ -`.
///
/// It travels in every pass in the clear, so it should say when a secret was made (`2026-11`) and nothing else.
///
/// ```
/// use token_hmac::KeyId;
///
/// assert_eq!(KeyId::parse("2026-11")?.as_str(), "2026-11");
/// assert!(KeyId::parse("../secrets").is_err());
/// # Ok::<(), token_hmac::InvalidKeyId>(())
/// ```
#[derive(Clone, Copy)]
pub struct KeyId {
    // INVARIANT: the first `length` bytes are ASCII of the allowed alphabet, the others are zero.
    bytes: [u8; KeyId::MAX_LEN],
    length: u8,
}

impl KeyId {
    /// The longest key id in characters.
    pub const MAX_LEN: usize = 16;

    /// Accepts `text` as a key id, exactly as it stands.
    ///
    /// # Errors
    /// The text is empty, too long, or holds another character.
    pub fn parse(text: &str) -> Result<Self, InvalidKeyId> {
        Self::from_bytes(text.as_bytes())
    }

    /// Returns the key id as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(crate) fn from_bytes(text: &[u8]) -> Result<Self, InvalidKeyId> {
        let mut bytes = [0; Self::MAX_LEN];
        let length = u8::try_from(text.len()).map_err(|_| InvalidKeyId(()))?;
        let room = bytes.get_mut(..text.len()).ok_or(InvalidKeyId(()))?;
        if text.is_empty() || !text.iter().copied().all(is_allowed) {
            return Err(InvalidKeyId(()));
        }
        room.copy_from_slice(text);
        Ok(Self { bytes, length })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The length in bytes, which fits the one byte it has in a pass.
    pub(crate) const fn length(&self) -> u8 {
        self.length
    }
}

const fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

impl FromStr for KeyId {
    type Err = InvalidKeyId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl PartialEq for KeyId {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for KeyId {}

impl Hash for KeyId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Says that a text is no [`KeyId`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidKeyId(());

impl fmt::Display for InvalidKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key id is not 1 to {} characters out of `A-Z a-z 0-9 . _ -`", KeyId::MAX_LEN)
    }
}

impl Error for InvalidKeyId {}
