//! What became of a request, before it is rendered.

use std::error::Error;
use std::fmt;

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
            Self::Pass(reason) => write!(f, "the pass does not hold: {reason}"),
            Self::Missing => f.write_str("no such object"),
        }
    }
}

impl Error for Refusal {}

impl From<token_hmac::Refusal> for Refusal {
    fn from(reason: token_hmac::Refusal) -> Self {
        Self::Pass(reason)
    }
}
