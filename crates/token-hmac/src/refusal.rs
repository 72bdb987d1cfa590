//! [`Refusal`]: why a pass opens nothing.

use std::error::Error;
use std::fmt;
use std::time::SystemTime;

use crate::unix_seconds::UnixSeconds;
use crate::{KeyId, Method, Methods, SubjectKind};

/// Says why a pass was refused, precisely: for the log of whoever runs the server.
///
/// # Security
/// No part of it holds the pass or its tag. The one who sent the pass should learn nothing from it: the same answer for
/// all of them, or with [`is_authentic`](Self::is_authentic) one more for passes that were good once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The text is no pass of this format.
    Malformed(Malformed),
    /// The ring has no key of that id.
    UnknownKey {
        /// The id that the pass claims.
        id: KeyId,
    },
    /// The pass says it is for a prefix with more segments than the request's key has above its name.
    OutOfScope,
    /// The pass says it is bound to a subject of a kind that the request has none of.
    SubjectMissing {
        /// The kind.
        kind: SubjectKind,
    },
    /// The tag is not the one of this pass for this request: forged, altered, or for another key, subject, override,
    /// purpose or audience. Which of these cannot be told.
    BadTag,
    /// The pass was signed with a key that is no longer accepted.
    Retired {
        /// The key's id.
        id: KeyId,
    },
    /// The pass is good for one use, and this verifier does not check that.
    OneTime,
    /// The pass has expired.
    Expired {
        /// When it did.
        at: SystemTime,
    },
    /// The pass is not good yet.
    NotYet {
        /// When it will be.
        from: SystemTime,
    },
    /// The pass expires later than any pass minted until now could: the clock was set back, or the longest life cut.
    TooFarAhead {
        /// When it expires.
        expires: SystemTime,
    },
    /// The pass does not cover the request's method.
    MethodNotCovered {
        /// The request's method.
        method: Method,
        /// What the pass covers.
        covered: Methods,
    },
    /// The object is not the version that the pass was minted for.
    VersionChanged,
    /// The passes of this object or subject were revoked.
    Revoked,
}

impl Refusal {
    /// Tells whether the pass was minted by this ring for this very request, and is refused for another reason, such
    /// as its age. Only then may an answer differ from that to a forgery.
    ///
    /// A pass of a retired key counts as a forgery: a key may have been retired because it leaked.
    pub const fn is_authentic(&self) -> bool {
        match self {
            Self::Malformed(_)
            | Self::UnknownKey { .. }
            | Self::OutOfScope
            | Self::SubjectMissing { .. }
            | Self::BadTag
            | Self::Retired { .. } => false,
            Self::OneTime
            | Self::Expired { .. }
            | Self::NotYet { .. }
            | Self::TooFarAhead { .. }
            | Self::MethodNotCovered { .. }
            | Self::VersionChanged
            | Self::Revoked => true,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(reason) => write!(f, "not a pass: {reason}"),
            Self::UnknownKey { id } => write!(f, "pass of a key `{id}` that is not in the key ring"),
            Self::OutOfScope => f.write_str("pass for a longer prefix than the key has"),
            Self::SubjectMissing { kind } => write!(f, "pass for a {kind}, and the request has none"),
            Self::BadTag => f.write_str("tag does not match this request"),
            Self::Retired { id } => write!(f, "pass of the retired key `{id}`"),
            Self::OneTime => f.write_str("pass for one use, and one-time passes are not accepted here"),
            Self::Expired { at } => write!(f, "expired at {}", Seconds(*at)),
            Self::NotYet { from } => write!(f, "not good before {}", Seconds(*from)),
            Self::TooFarAhead { expires } => {
                write!(f, "expires at {}, later than any pass may now", Seconds(*expires))
            }
            Self::MethodNotCovered { method, covered } => write!(f, "covers {covered}, not {method}"),
            Self::VersionChanged => f.write_str("object is not the version the pass was minted for"),
            Self::Revoked => f.write_str("revoked"),
        }
    }
}

impl Error for Refusal {}

struct Seconds(SystemTime);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unix second {}", UnixSeconds::floor(self.0))
    }
}

/// Says what keeps a text from being a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// The text or its payload is longer than a pass can be.
    TooLong,
    /// The text is not canonical base64url without padding.
    Encoding,
    /// The pass ends in the middle.
    Truncated,
    /// Something follows the pass.
    TrailingBytes,
    /// The format is not known.
    UnknownFormat {
        /// Its number.
        format: u8,
    },
    /// A flag is not known.
    UnknownFlag,
    /// There is no method that the pass covers.
    NoMethods,
    /// The key's id is none.
    KeyId,
    /// A time is beyond the year 9999.
    Time,
    /// A field is there that says what leaving it out says.
    NotCanonical,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("too long"),
            Self::Encoding => f.write_str("not canonical base64url without padding"),
            Self::Truncated => f.write_str("cut short"),
            Self::TrailingBytes => f.write_str("followed by further bytes"),
            Self::UnknownFormat { format } => write!(f, "unknown format {format}"),
            Self::UnknownFlag => f.write_str("unknown flag"),
            Self::NoMethods => f.write_str("no methods"),
            Self::KeyId => f.write_str("malformed key id"),
            Self::Time => f.write_str("time beyond the year 9999"),
            Self::NotCanonical => f.write_str("empty optional field"),
        }
    }
}

impl Error for Malformed {}
