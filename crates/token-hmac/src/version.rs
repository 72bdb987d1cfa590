//! [`VersionDigest`]: the stored version a pass is bound to.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Keeps a version's digest apart from every other use of SHA-256.
const DOMAIN: &[u8] = b"hallpass version v1\0";

/// Stands for one version of an object (its strong etag, or whatever the store tells versions apart by): the first 64
/// bits of a SHA-256, which is what a pass has room for.
#[derive(Clone, Copy)]
pub struct VersionDigest([u8; VersionDigest::LEN]);

impl VersionDigest {
    /// The length in bytes.
    pub const LEN: usize = 8;

    /// Digests the text that tells an object's versions apart.
    pub fn of(version: &str) -> Self {
        let digest = Sha256::new().chain_update(DOMAIN).chain_update(version).finalize();
        let mut short = [0; Self::LEN];
        for (to, from) in short.iter_mut().zip(digest) {
            *to = from;
        }
        Self(short)
    }

    /// Returns the bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    pub(crate) const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }
}

impl PartialEq for VersionDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for VersionDigest {}

impl fmt::Debug for VersionDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VersionDigest(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}
