//! [`Secret`]: what a key ring is made of.

use std::error::Error;
use std::fmt;

use zeroize::Zeroizing;

use crate::NoRandomness;

/// Holds the bytes of one signing secret: never printed, never cloned, wiped from memory when dropped.
///
/// Every key that signs a pass is derived from it, one per [`Purpose`](crate::Purpose).
///
/// # Security
/// The length is checked, the randomness cannot be: take [`Secret::MIN_LEN`] or more bytes from a random source.
/// Wiping covers this value only, not the buffers a caller read it through nor the keys derived from it.
///
/// ```
/// use token_hmac::Secret;
///
/// let secret = Secret::from_text("9f0c6a5d1e7b4832a6c4e0d2b8f13579\n")?;
/// assert_eq!(secret.expose_secret().len(), 32);
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// # Ok::<(), token_hmac::InvalidSecret>(())
/// ```
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// The fewest bytes a secret may have: the output length of SHA-256 (RFC 2104 §3).
    pub const MIN_LEN: usize = 32;

    /// Takes `bytes` as a secret, exactly as they stand.
    ///
    /// # Errors
    /// There are fewer than [`Secret::MIN_LEN`] bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, InvalidSecret> {
        let bytes = Zeroizing::new(bytes.into());
        if bytes.len() < Self::MIN_LEN {
            return Err(InvalidSecret { length: bytes.len() });
        }
        Ok(Self(bytes))
    }

    /// Takes the bytes of `text` as a secret, without the one line ending (`\n` or `\r\n`) that editors leave at the
    /// end of a key file. The rest is taken as it stands: hexadecimal or base64 text is not decoded.
    ///
    /// # Errors
    /// What is left has fewer than [`Secret::MIN_LEN`] bytes.
    pub fn from_text(text: &str) -> Result<Self, InvalidSecret> {
        let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        Self::new(line)
    }

    /// Draws a secret of [`Secret::MIN_LEN`] bytes from the operating system's random source.
    ///
    /// # Errors
    /// The operating system has none to give.
    pub fn random() -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new(vec![0; Self::MIN_LEN]);
        getrandom::fill(&mut bytes).map_err(|_| NoRandomness::new())?;
        Ok(Self(bytes))
    }

    /// Returns the secret bytes.
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Says that a secret is too short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSecret {
    length: usize,
}

impl fmt::Display for InvalidSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "secret has {} bytes, at least {} are needed", self.length, Secret::MIN_LEN)
    }
}

impl Error for InvalidSecret {}
