//! What computes signatures: one file for each library, and the choice among those that are compiled in.
//!
//! A library that does not know a kind of key with a hash says so, and the next one is asked. They are asked in the
//! order of their speed.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(feature = "p256")]
mod p256;
#[cfg(feature = "ring")]
mod ring;
#[cfg(feature = "rsa")]
mod rsa;

use std::error::Error;
use std::fmt;

use crate::SigningAlgorithm;
use crate::algorithm::Hash;
use crate::key::{PrivateMaterial, PublicMaterial};

/// The libraries compiled in, the fastest first.
const BACKENDS: &[Backend] = &[
    #[cfg(feature = "aws-lc-rs")]
    aws_lc::BACKEND,
    #[cfg(feature = "ring")]
    ring::BACKEND,
    #[cfg(feature = "p256")]
    p256::BACKEND,
    #[cfg(feature = "rsa")]
    rsa::BACKEND,
];

/// A library.
struct Backend {
    name: &'static str,
    /// Makes a key ready, if the library can sign with it and this hash.
    signing: fn(&PrivateMaterial, Hash) -> Option<Result<Signing, Rejected>>,
    /// Makes a key ready, if the library can verify with it and this hash.
    verifying: fn(&PublicMaterial, Hash) -> Option<Verifying>,
}

/// Signs a message.
pub(crate) type Signing = Box<dyn Fn(&[u8]) -> Result<Vec<u8>, Failed> + Send + Sync>;

/// Tells whether a signature (the second argument) is that of a message (the first).
pub(crate) type Verifying = Box<dyn Fn(&[u8], &[u8]) -> bool + Send + Sync>;

/// The numbers of a key do not fit together, or are weak.
#[derive(Debug)]
pub(crate) struct Rejected;

/// A library failed to sign; it does not say why.
#[derive(Debug)]
pub(crate) struct Failed;

/// Makes a key ready in the fastest library that can sign with it; returns the library's name, too.
pub(crate) fn signing(
    material: &PrivateMaterial,
    algorithm: SigningAlgorithm,
) -> Result<(&'static str, Signing), UnusableKey> {
    let hash = algorithm.hash();
    let ready = |backend: &Backend| Some((backend.name, (backend.signing)(material, hash)?));
    match BACKENDS.iter().find_map(ready) {
        Some((name, Ok(signing))) => Ok((name, signing)),
        Some((_, Err(Rejected))) => Err(UnusableKey::Rejected),
        None => Err(UnusableKey::NoBackend { algorithm }),
    }
}

/// Makes a key ready in the fastest library that can verify with it.
pub(crate) fn verifying(material: &PublicMaterial, hash: Hash) -> Option<Verifying> {
    BACKENDS.iter().find_map(|backend| (backend.verifying)(material, hash))
}

/// Says why a key cannot sign here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnusableKey {
    /// No compiled library can sign like this.
    NoBackend {
        /// The kind of key and hash.
        algorithm: SigningAlgorithm,
    },
    /// The numbers in the key do not fit together, or are weak.
    Rejected,
    /// An ECDSA key with SHA-1: CloudFront would take it, and SHA-256 is better in every way.
    P256WithSha1,
}

impl fmt::Display for UnusableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBackend { algorithm } => {
                let features = match algorithm {
                    SigningAlgorithm::RsaSha256 => "`ring`, `aws-lc-rs` or `rsa`",
                    SigningAlgorithm::RsaSha1 => "`rsa`",
                    SigningAlgorithm::P256Sha256 => "`ring`, `aws-lc-rs` or `p256`",
                };
                write!(f, "{algorithm} needs the feature {features} of crate `signer-cloudfront`")
            }
            Self::Rejected => f.write_str("the key is damaged or weak: its numbers do not fit together"),
            Self::P256WithSha1 => f.write_str("an ECDSA key signs with SHA-256: use `Signer::sha256`"),
        }
    }
}

impl Error for UnusableKey {}

#[cfg(test)]
mod tests;
