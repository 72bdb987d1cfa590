//! [`InvalidKey`]: why something is no key for CloudFront, and what to do.

use std::error::Error;
use std::fmt;

/// Says why a text or file is no key that CloudFront can use. No part of the key is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKey {
    /// There is no `-----BEGIN …-----` in the text.
    NotPem,
    /// The line breaks of the PEM text are gone, or became the two characters `\n`, as in many environment variables.
    LostNewlines,
    /// The `-----END …-----` that belongs to the beginning is missing.
    Truncated,
    /// There is more than one key or certificate in the text.
    Several,
    /// The text between beginning and end is not base64.
    NotBase64,
    /// The key is protected by a passphrase.
    Encrypted,
    /// A public key where a private one is needed.
    PublicKey,
    /// A private key where a public one is needed.
    PrivateKey,
    /// A certificate, or a request for one, is no key.
    Certificate,
    /// A key in OpenSSH's own format.
    OpenSsh,
    /// An RSA key that is restricted to PSS signatures, which CloudFront does not know.
    RsaPss,
    /// An RSA key that does not have 2048 bits.
    RsaSize {
        /// How many it has.
        bits: usize,
    },
    /// A key on another curve than P-256.
    Curve {
        /// The curve, as far as its name is known.
        name: &'static str,
    },
    /// A key that is neither RSA nor ECDSA.
    Algorithm {
        /// What it is, as far as its name is known.
        name: &'static str,
    },
    /// An ECDSA private key without the public one, which is optional in its format and needed here.
    PublicHalfMissing,
    /// An ECDSA key whose public point is compressed, which not every library reads.
    Compressed,
    /// The key has no structure that is known for keys, or its parts do not fit together.
    Malformed,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPem => f.write_str("not a PEM text: there is no `-----BEGIN` in it"),
            Self::LostNewlines => f.write_str(
                "the line breaks of the PEM text are lost: give the file as it is, or turn each `\\n` back into a line break",
            ),
            Self::Truncated => f.write_str("the PEM text ends before its `-----END` line"),
            Self::Several => f.write_str("the PEM text holds several items: give one key"),
            Self::NotBase64 => f.write_str("the PEM text holds something else than base64"),
            Self::Encrypted => {
                f.write_str("the key has a passphrase: take it off with `openssl pkey -in key.pem -out plain.pem`")
            }
            Self::PublicKey => f.write_str("this is a public key, and a private one is needed"),
            Self::PrivateKey => {
                f.write_str("this is a private key, and a public one is needed: `openssl pkey -in key.pem -pubout`")
            }
            Self::Certificate => f.write_str("this is a certificate, not a key"),
            Self::OpenSsh => f.write_str(
                "the key is in OpenSSH's format: convert a copy with `ssh-keygen -p -m PEM -f key`",
            ),
            Self::RsaPss => f.write_str("the RSA key is for PSS signatures only, which CloudFront does not know"),
            Self::RsaSize { bits } => write!(f, "the RSA key has {bits} bits, CloudFront needs 2048"),
            Self::Curve { name } => write!(f, "the key is on {name}, CloudFront needs P-256 (prime256v1)"),
            Self::Algorithm { name } => write!(f, "the key is {name}, CloudFront needs RSA or ECDSA"),
            Self::PublicHalfMissing => f.write_str(
                "the key lacks its public half: add it with `openssl ec -in key.pem -out complete.pem`",
            ),
            Self::Compressed => f.write_str(
                "the key's point is compressed: write it anew with `openssl ec -conv_form uncompressed`",
            ),
            Self::Malformed => f.write_str("the key is damaged, or of an unknown structure"),
        }
    }
}

impl Error for InvalidKey {}
