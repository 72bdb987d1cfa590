//! [`Refusal`]: why a request opens nothing.

use std::error::Error;
use std::fmt;
use std::time::SystemTime;

/// Says why a request was refused, precisely: for the log, and for whoever develops against a local edge.
///
/// No part of it holds a signature or policy. The client should learn nothing from it: CloudFront answers 403 to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no signature.
    Unsigned,
    /// The URL is none, is too long, or holds a character that URLs never do.
    Malformed,
    /// Signature, key pair id or expiry is missing.
    Incomplete,
    /// A parameter of CloudFront's is there twice.
    Repeated {
        /// Which one.
        parameter: &'static str,
    },
    /// There are both an expiry (canned) and a policy (custom).
    Ambiguous,
    /// The expiry is no time that CloudFront can read.
    BadExpires,
    /// The hash is another one than `SHA256`, or nothing for SHA-1.
    UnknownHash,
    /// No trusted key has that id.
    UnknownKey,
    /// No compiled library can verify this kind of key with this hash: ECDSA with SHA-1 needs the feature `p256`.
    NoBackend,
    /// The signature is not that of this policy, or of this URL and expiry.
    BadSignature,
    /// The policy is not base64, or not one statement with a resource and the three known conditions.
    BadPolicy,
    /// The policy is for other URLs.
    NotCovered,
    /// The signature is good no longer.
    Expired {
        /// Since when.
        at: SystemTime,
    },
    /// The signature is not good yet.
    NotYet {
        /// Up to and including which second.
        until: SystemTime,
    },
    /// The policy is for other addresses than the client's.
    WrongAddress,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => f.write_str("not signed"),
            Self::Malformed => f.write_str("not a URL that CloudFront would serve"),
            Self::Incomplete => f.write_str("a part of the signature is missing"),
            Self::Repeated { parameter } => write!(f, "`{parameter}` is there twice"),
            Self::Ambiguous => f.write_str("both `Expires` and `Policy` are there"),
            Self::BadExpires => f.write_str("`Expires` is no time in seconds"),
            Self::UnknownHash => f.write_str("`Hash-Algorithm` is not `SHA256`"),
            Self::UnknownKey => f.write_str("the key pair id is none of a trusted key"),
            Self::NoBackend => f.write_str("no compiled feature verifies this kind of key with this hash"),
            Self::BadSignature => f.write_str("the signature does not match"),
            Self::BadPolicy => f.write_str("the policy cannot be read"),
            Self::NotCovered => f.write_str("the policy is for other URLs"),
            Self::Expired { at } => write!(f, "expired at {}", Seconds(*at)),
            Self::NotYet { until } => write!(f, "good only after {}", Seconds(*until)),
            Self::WrongAddress => f.write_str("the policy is for other addresses"),
        }
    }
}

impl Error for Refusal {}

/// Shows a time as seconds since 1970.
struct Seconds(SystemTime);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.0.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        write!(f, "{} (seconds since 1970)", since.as_secs())
    }
}
