//! Byte ranges (RFC 9110 §14): parsed once, coalesced to one range or set aside.

use std::ops::Range;

/// More ranges than this in one header are set aside at once; no honest client sends them.
const MAX_RANGES: usize = 64;

/// A longer header is set aside unread: so many ranges, each of two 20-digit positions, fit (S16).
const MAX_LEN: usize = 4096;

/// One range of bytes, before the size of the object is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteRange {
    /// From a first to a last position, both included; `first <= last`.
    Closed {
        /// The first position.
        first: u64,
        /// The last position.
        last: u64,
    },
    /// From a position to the end.
    From(u64),
    /// The last so many bytes.
    Last(u64),
}

/// What a `Range` header asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestedRange {
    /// The whole object: no `bytes` range, a malformed one, or several that do not touch. A server may ignore `Range`.
    Whole,
    /// One range, perhaps put together from several that touch.
    One(ByteRange),
}

impl RequestedRange {
    /// Reads the value of a `Range` header.
    ///
    /// Takes time linear in the length of the value; a value of more than 4096 bytes is not read. Positions beyond `u64`
    /// count as `u64::MAX`, which lies behind every object.
    ///
    /// ```
    /// use store::{ByteRange, RequestedRange};
    ///
    /// let one = |first, last| RequestedRange::One(ByteRange::Closed { first, last });
    /// assert_eq!(RequestedRange::parse("bytes=0-99"), one(0, 99));
    /// assert_eq!(RequestedRange::parse("bytes=0-99, 100-199"), one(0, 199));
    /// assert_eq!(RequestedRange::parse("bytes=0-9, 50-59"), RequestedRange::Whole);
    /// ```
    pub fn parse(value: &str) -> Self {
        Some(value)
            .filter(|value| value.len() <= MAX_LEN)
            .and_then(parse_set)
            .and_then(coalesce)
            .map_or(Self::Whole, Self::One)
    }
}

fn parse_set(value: &str) -> Option<Vec<ByteRange>> {
    let (unit, set) = value.split_once('=')?;
    if !unit.trim_matches(OWS).eq_ignore_ascii_case("bytes") {
        return None;
    }
    let mut ranges = Vec::new();
    // RFC 9110 §5.6.1.2: a recipient accepts empty list elements.
    for spec in set.split(',').map(|spec| spec.trim_matches(OWS)).filter(|spec| !spec.is_empty()) {
        if ranges.len() == MAX_RANGES {
            return None;
        }
        ranges.push(parse_spec(spec)?);
    }
    Some(ranges)
}

/// Optional white space of RFC 9110 §5.6.3.
const OWS: [char; 2] = [' ', '\t'];

fn parse_spec(spec: &str) -> Option<ByteRange> {
    let (first, last) = spec.split_once('-')?;
    match (first, last) {
        ("", last) => position(last).map(ByteRange::Last),
        (first, "") => position(first).map(ByteRange::From),
        (first, last) => {
            let (first, last) = (position(first)?, position(last)?);
            (first <= last).then_some(ByteRange::Closed { first, last })
        }
    }
}

fn position(digits: &str) -> Option<u64> {
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Puts ranges that overlap or touch together; `None` when more than one is left.
fn coalesce(mut ranges: Vec<ByteRange>) -> Option<ByteRange> {
    if let [one] = ranges[..] {
        return Some(one);
    }
    ranges.sort_by_key(|range| match *range {
        ByteRange::Closed { first, .. } | ByteRange::From(first) => first,
        ByteRange::Last(_) => u64::MAX,
    });
    ranges.into_iter().map(Some).reduce(|whole, next| join(whole?, next?))?
}

/// Joins two ranges, the first of which does not begin after the second.
fn join(a: ByteRange, b: ByteRange) -> Option<ByteRange> {
    use ByteRange::{Closed, From, Last};
    match (a, b) {
        (Last(a), Last(b)) => Some(Last(a.max(b))),
        (From(a), From(_) | Closed { .. }) => Some(From(a)),
        (Closed { first, last }, From(b)) if b <= last.saturating_add(1) => Some(From(first)),
        (Closed { first, last }, Closed { first: b, last: end }) if b <= last.saturating_add(1) => {
            Some(Closed { first, last: last.max(end) })
        }
        // A suffix may or may not touch the rest: that depends on the size, which is not known here.
        _ => None,
    }
}

/// A range held against the size of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolvedRange {
    /// Bytes of the object: never empty, never beyond its end.
    Part(Range<u64>),
    /// The end of an empty object, which is all of it: satisfiable, but no `Content-Range` can say so (RFC 9110 §14.1.2,
    /// §14.4). The whole object is sent: 200, as by nginx and by Go's file server.
    Whole,
    /// No byte of the object lies in the range: 416.
    Unsatisfiable,
}

impl ByteRange {
    /// Holds the range against an object of `size` bytes.
    pub fn resolve(self, size: u64) -> ResolvedRange {
        let part = match self {
            Self::Closed { first, last } => first..last.saturating_add(1).min(size),
            Self::From(first) => first..size,
            Self::Last(count) if size == 0 && count > 0 => return ResolvedRange::Whole,
            Self::Last(count) => size.saturating_sub(count)..size,
        };
        if part.start < part.end { ResolvedRange::Part(part) } else { ResolvedRange::Unsatisfiable }
    }
}
