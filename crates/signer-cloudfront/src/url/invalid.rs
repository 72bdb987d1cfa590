//! [`InvalidUrl`]: why a URL cannot be signed, and what to write instead.

use std::error::Error;
use std::fmt;

use super::MAX_URL;

/// Says why a text is no URL that can be signed, and what to write instead.
///
/// Each of these is something that some client on the way rewrites, cuts off or reads in its own way, so that the URL that
/// reaches CloudFront would not be the one that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidUrl {
    /// The URL does not begin with `http://` or `https://` (patterns: `http*://`, too).
    Scheme,
    /// The URL is longer than CloudFront takes.
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// There is no host, or not one as DNS or IPv4 has them.
    Host,
    /// Letters in upper case in scheme or host.
    UpperCase,
    /// User information before the host (`user@`).
    UserInformation,
    /// The port is no port.
    Port,
    /// The port that the scheme has anyway.
    DefaultPort,
    /// Nothing, not even `/`, follows the host.
    MissingPath,
    /// The path has a segment `.` or `..`, perhaps as `%2e`.
    DotSegment,
    /// A character that has to be percent-encoded.
    Character {
        /// The character.
        character: char,
        /// Where it is, in bytes.
        at: usize,
    },
    /// A `%` without two hexadecimal digits after it.
    Percent {
        /// Where it is, in bytes.
        at: usize,
    },
    /// `#` and what follows it, which clients keep to themselves.
    Fragment,
    /// A `*` in an exact URL.
    Wildcard,
    /// `?` at the end, `&` at the beginning or end of the query, or `&&` in it.
    EmptyParameter,
    /// A parameter with a name that CloudFront takes for its own.
    Reserved {
        /// The name.
        name: &'static str,
    },
    /// The host of a pattern holds a wildcard.
    WildcardHost,
    /// A base does not end in `/`, or has a query.
    Base,
    /// A segment is empty, `.` or `..`.
    Segment,
}

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character { character, at } => {
                let mut bytes = [0; 4];
                let bytes = character.encode_utf8(&mut bytes).bytes();
                write!(f, "`{}` at byte {at}: write `", character.escape_default())?;
                bytes.into_iter().try_for_each(|byte| write!(f, "%{byte:02X}"))?;
                f.write_str("`")
            }
            Self::TooLong { length } => {
                write!(f, "the URL has {length} bytes, and CloudFront takes at most {MAX_URL}")
            }
            Self::Percent { at } => {
                write!(f, "`%` at byte {at} without two hexadecimal digits: write `%25`")
            }
            Self::Reserved { name } => {
                write!(f, "the parameter `{name}` is CloudFront's own: give yours another name")
            }
            _ => f.write_str(self.sentence()),
        }
    }
}

impl InvalidUrl {
    const fn sentence(&self) -> &'static str {
        match self {
            Self::Scheme => "the URL does not begin with `http://` or `https://`",
            Self::Host => "the URL has no host, or not one as DNS or IPv4 has them",
            Self::UpperCase => "scheme and host are in lower case: clients rewrite them so",
            Self::UserInformation => "the URL names a user: leave out everything up to `@`",
            Self::Port => "the port is not a number from 1 to 65535 without leading zeros",
            Self::DefaultPort => "the port is that of the scheme: leave it out, as clients do",
            Self::MissingPath => "nothing follows the host: write `/`",
            Self::DotSegment => {
                "the path has a segment `.` or `..`, which clients resolve: write the resulting path"
            }
            Self::Fragment => "`#` begins a fragment, which is never sent: leave it out, or write `%23`",
            Self::Wildcard => "`*` is a wildcard: write `%2A`, or use a pattern",
            Self::EmptyParameter => "the query has an empty parameter: leave out the `?` or `&`",
            Self::WildcardHost => "the host of the pattern has a wildcard: write it out",
            Self::Base => "a base ends in `/` and has no query",
            Self::Segment => "a segment is empty, `.` or `..`",
            Self::Character { .. } | Self::TooLong { .. } | Self::Percent { .. } | Self::Reserved { .. } => {
                "the URL cannot be signed"
            }
        }
    }
}

impl Error for InvalidUrl {}
