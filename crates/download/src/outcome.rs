//! What became of a request, before it is rendered.

use std::error::Error;
use std::fmt;

use humantime::format_rfc3339_seconds;
use store::Got;

use crate::access::Permit;

/// The outcome of a request; [`render`](crate::render) turns it into a response.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// An object, or a word about its version or range.
    Found(Box<Found>),
    /// Nothing to say to the outside; the reason is for the log.
    Refused(Refusal),
    /// What can be asked here: the same for every key.
    Options,
    /// A method that reads nothing.
    MethodNotAllowed,
    /// The store failed.
    Failed(store::Error),
}

/// An object that may be handed out, with the terms.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) got: Got,
    pub(crate) permit: Permit,
}

/// Says why a request was refused: for the log, never for the response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The path does not lie under the mount.
    OutsideMount,
    /// The path names no object.
    Path(object_key::InvalidUrlPath),
    /// A parameter that means something is given twice.
    RepeatedParameter,
    /// The query is too long, or a value is not UTF-8.
    MalformedQuery,
    /// There is no pass, and the object is not public.
    NoPass,
    /// The pass does not hold for this request.
    Pass(token_hmac::Refusal),
    /// There is no such object.
    Missing,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutsideMount => f.write_str("the path lies outside the mount"),
            Self::Path(reason) => write!(f, "the path names no object: {reason}"),
            Self::RepeatedParameter => f.write_str("a query parameter is given twice"),
            Self::MalformedQuery => f.write_str("the query is too long or not UTF-8"),
            Self::NoPass => f.write_str("no pass, and the object is not public"),
            Self::Pass(reason) => write!(f, "the pass does not hold: {}", Plain(reason)),
            Self::Missing => f.write_str("no such object"),
        }
    }
}

impl Error for Refusal {}

/// The reason for refusing a pass in the words of whoever serves files, with times that people can read.
struct Plain<'r>(&'r token_hmac::Refusal);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use token_hmac::Refusal::{BadTag, Expired, NotYet, TooFarAhead};
        match self.0 {
            BadTag => f.write_str("altered, or made for another object, mount, user or secret"),
            Expired { at } => write!(f, "expired at {}", format_rfc3339_seconds(*at)),
            NotYet { from } => write!(f, "not good before {}", format_rfc3339_seconds(*from)),
            TooFarAhead { expires } => {
                write!(f, "expires at {}, later than any pass may now", format_rfc3339_seconds(*expires))
            }
            other => fmt::Display::fmt(other, f),
        }
    }
}

impl From<token_hmac::Refusal> for Refusal {
    fn from(reason: token_hmac::Refusal) -> Self {
        Self::Pass(reason)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[track_caller]
    fn check(reason: token_hmac::Refusal, words: &str) {
        assert_eq!(Refusal::from(reason).to_string(), format!("the pass does not hold: {words}"));
    }

    #[test]
    fn reasons_are_said_for_people() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let (first, last) = (at(1_796_083_200), at(253_402_300_799));
        check(token_hmac::Refusal::Expired { at: first }, "expired at 2026-12-01T00:00:00Z");
        check(token_hmac::Refusal::NotYet { from: last }, "not good before 9999-12-31T23:59:59Z");
        check(
            token_hmac::Refusal::TooFarAhead { expires: first },
            "expires at 2026-12-01T00:00:00Z, later than any pass may now",
        );
        check(token_hmac::Refusal::BadTag, "altered, or made for another object, mount, user or secret");
        check(token_hmac::Refusal::Revoked, "revoked");
    }
}
