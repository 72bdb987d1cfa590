//! [`SigningAlgorithm`]: kind of key and hash.

use std::fmt;

/// The kind of a key and the hash that it signs: what CloudFront knows, and this crate signs with.
///
/// (CloudFront also verifies P-256 with SHA-1, and so does [`Verifier`](crate::Verifier); there is no reason to sign so.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SigningAlgorithm {
    /// RSA PKCS#1 v1.5 with SHA-256: `RSASSA_PKCS1_V1_5_SHA_256` of AWS KMS.
    RsaSha256,
    /// RSA PKCS#1 v1.5 with SHA-1, the only one until April 2026. AWS KMS has none.
    RsaSha1,
    /// ECDSA on P-256 with SHA-256, in DER: `ECDSA_SHA_256` of AWS KMS.
    P256Sha256,
}

impl SigningAlgorithm {
    pub(crate) const fn hash(self) -> Hash {
        match self {
            Self::RsaSha256 | Self::P256Sha256 => Hash::Sha256,
            Self::RsaSha1 => Hash::Sha1,
        }
    }
}

impl fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RsaSha256 => "RSA with SHA-256",
            Self::RsaSha1 => "RSA with SHA-1",
            Self::P256Sha256 => "P-256 with SHA-256",
        })
    }
}

/// What of a policy is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
}

impl Hash {
    /// Returns the value of `Hash-Algorithm`; without that parameter it is SHA-1.
    pub(crate) const fn parameter(self) -> Option<&'static str> {
        match self {
            Self::Sha1 => None,
            Self::Sha256 => Some("SHA256"),
        }
    }

    /// Reads the value of `Hash-Algorithm`.
    pub(crate) fn from_parameter(value: Option<&str>) -> Option<Self> {
        [Self::Sha1, Self::Sha256].into_iter().find(|hash| hash.parameter() == value)
    }
}
