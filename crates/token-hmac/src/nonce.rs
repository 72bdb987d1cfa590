//! [`Nonce`]: what makes a pass good for one use.

use std::error::Error;
use std::fmt;

/// Marks a pass as good for one use, by 16 bytes that no other pass has.
///
/// It is not secret: the verifier hands it to a ledger, which lets it through once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nonce([u8; Nonce::LEN]);

impl Nonce {
    /// The length in bytes.
    pub const LEN: usize = 16;

    /// Takes `bytes`, which the caller makes sure were never used before.
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// Draws a nonce from the operating system's random source.
    ///
    /// # Errors
    /// The operating system has none to give.
    pub fn random() -> Result<Self, NoRandomness> {
        let mut bytes = [0; Self::LEN];
        getrandom::fill(&mut bytes).map_err(|_| NoRandomness::new())?;
        Ok(Self(bytes))
    }

    /// Returns the bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nonce({self})")
    }
}

/// Says that the operating system gave no random bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoRandomness(());

impl NoRandomness {
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system gave no random bytes")
    }
}

impl Error for NoRandomness {}
