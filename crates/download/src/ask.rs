//! From request headers to a [`Get`]: preconditions and range, each field read under a limit.

use std::time::SystemTime;

use http::header::{
    HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE,
};
use store::{ByteRange, Conditions, ETag, Get, IfRange, RequestedRange, TagMatch, Want};

/// Reads what a request asks of an object.
pub(crate) fn read(headers: &HeaderMap, want: Want) -> Get {
    Get { want, conditions: conditions(headers), range: range(headers), if_range: if_range(headers) }
}

fn conditions(headers: &HeaderMap) -> Conditions {
    Conditions {
        if_match: list(headers, &IF_MATCH).as_deref().map(TagMatch::parse_if_match),
        if_unmodified_since: date(headers, &IF_UNMODIFIED_SINCE),
        if_none_match: list(headers, &IF_NONE_MATCH).as_deref().map(TagMatch::parse_if_none_match),
        if_modified_since: date(headers, &IF_MODIFIED_SINCE),
    }
}

fn range(headers: &HeaderMap) -> Option<ByteRange> {
    match RequestedRange::parse(single(headers, &RANGE)?) {
        RequestedRange::One(range) => Some(range),
        RequestedRange::Whole => None,
    }
}

/// RFC 9110 §13.1.5: what is neither a strong tag nor a date never matches, so that the whole object is sent.
fn if_range(headers: &HeaderMap) -> Option<IfRange> {
    if !headers.contains_key(IF_RANGE) {
        return None;
    }
    let value = single(headers, &IF_RANGE).unwrap_or_default();
    let tag = ETag::parse_quoted(value).ok().map(IfRange::Tag);
    Some(tag.or_else(|| parse_date(value).map(IfRange::Date)).unwrap_or(IfRange::Never))
}

/// Returns the lines of a list field as one value (RFC 9110 §5.3); what is not ASCII text matches nothing.
fn list(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default());
    let first = lines.next()?.to_owned();
    Some(lines.fold(first, |value, line| value + "," + line))
}

/// Returns the only line of a field; a field that must not be repeated and is repeated counts as absent.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut lines = headers.get_all(name).iter();
    let only = lines.next()?;
    lines.next().is_none().then(|| only.to_str().ok()).flatten()
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    parse_date(single(headers, name)?)
}

/// The longest form of an HTTP date, `Wednesday, 09-Nov-94 08:49:37 GMT`, has 33 bytes; the parser gets no more (S54).
const MAX_DATE_BYTES: usize = 40;

fn parse_date(value: &str) -> Option<SystemTime> {
    let readable = value.len() <= MAX_DATE_BYTES && has_space_before_time(value);
    readable.then(|| httpdate::parse_http_date(value).ok()).flatten()
}

/// The parser takes any byte for the space before the time in the form of RFC 850; what is no date is to be ignored
/// (RFC 9110 §13.1.3).
fn has_space_before_time(value: &str) -> bool {
    let before = |rest: &str| {
        rest.len().checked_sub("_08:49:37".len()).and_then(|at| rest.as_bytes().get(at).copied())
    };
    value.trim().strip_suffix(" GMT").and_then(before).is_none_or(|byte| byte == b' ')
}
