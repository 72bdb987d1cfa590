//! [`SignError`]: why nothing was signed.

use std::error::Error;
use std::fmt;

use crate::InvalidWindow;

/// Says why something could not be signed, or a signature not be put on a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// A canned policy was asked for, which has one exact URL and an expiry, and nothing else.
    NotCanned,
    /// The policy does not cover the URL: CloudFront would refuse it.
    NotCovered,
    /// The signed URL would be longer than CloudFront takes.
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A signature from outside has not the form of its algorithm.
    MalformedSignature,
    /// The cryptographic library failed, and does not say why.
    Failed,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCanned => {
                f.write_str("a canned policy has one exact URL and an expiry only: ask for the shortest form")
            }
            Self::NotCovered => f.write_str("the signed policy does not cover this URL"),
            Self::TooLong { length } => {
                write!(f, "the signed URL would have {length} bytes, more than CloudFront takes")
            }
            Self::MalformedSignature => f.write_str(
                "the signature has not the form of its algorithm: 256 bytes for RSA, DER for ECDSA",
            ),
            Self::Failed => f.write_str("the cryptographic library failed to sign"),
        }
    }
}

impl Error for SignError {}

/// Says why [`StableUrls`](crate::StableUrls) gave no URL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignUrlError {
    /// The lifetime leads beyond what CloudFront can read.
    Window(InvalidWindow),
    /// Nothing was signed.
    Sign(SignError),
}

impl fmt::Display for SignUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Window(error) => error.fmt(f),
            Self::Sign(error) => error.fmt(f),
        }
    }
}

impl Error for SignUrlError {}

impl From<InvalidWindow> for SignUrlError {
    fn from(error: InvalidWindow) -> Self {
        Self::Window(error)
    }
}

impl From<SignError> for SignUrlError {
    fn from(error: SignError) -> Self {
        Self::Sign(error)
    }
}
