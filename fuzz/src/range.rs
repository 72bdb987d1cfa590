//! `Range` (RFC 9110 §14), held against the single bytes of a small object.

use std::collections::BTreeSet;

use http::{HeaderValue, Request, StatusCode, header};

use crate::exhibit::{Answer, Exhibit};

/// Takes the first byte as the size of an object, at most 64, and the others as the value of `Range`.
pub fn check(data: &[u8]) {
    let Some((size, value)) = data.split_first() else { return };
    let Ok(field) = HeaderValue::from_bytes(value) else { return };
    let exhibit = Exhibit { size: size % 65, modified: 0 };
    let answer = exhibit.answer(Request::get("/").header(header::RANGE, field));
    let asked = std::str::from_utf8(value).ok().and_then(read);
    match answer.status {
        StatusCode::OK => check_whole(exhibit, &answer, asked.as_deref()),
        StatusCode::PARTIAL_CONTENT => check_part(exhibit, &answer, asked.as_deref()),
        StatusCode::RANGE_NOT_SATISFIABLE => check_none(exhibit, &answer, asked.as_deref()),
        status => panic!("{status} for {value:?}"),
    }
}

/// The whole object may be sent for any range but one: a single one that has bytes, or several that make one.
fn check_whole(exhibit: Exhibit, answer: &Answer, asked: Option<&[Spec]>) {
    assert_eq!((answer.body.as_slice(), &answer.content_range), (exhibit.content().as_slice(), &None));
    let Some(specs) = asked.filter(|specs| is_one_range(specs)) else { return };
    let empty_end = exhibit.size == 0 && specs.iter().any(|spec| matches!(spec, Spec::Last(1..)));
    assert!(empty_end, "{specs:?} was set aside");
}

/// A part is exactly the bytes that were asked for, each once, and they lie side by side.
fn check_part(exhibit: Exhibit, answer: &Answer, asked: Option<&[Spec]>) {
    let specs = asked.expect("a part is sent only of what is understood");
    let wanted: BTreeSet<u8> = specs.iter().flat_map(|spec| spec.bytes(exhibit.size)).collect();
    assert_eq!(answer.body, wanted.iter().copied().collect::<Vec<u8>>(), "{specs:?}");
    let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else { panic!("an empty part") };
    assert_eq!(answer.content_range, Some(format!("bytes {first}-{last}/{}", exhibit.size)));
    assert_eq!(usize::from(last - first) + 1, wanted.len(), "without gaps");
}

/// Only what has no byte at all is not satisfiable.
fn check_none(exhibit: Exhibit, answer: &Answer, asked: Option<&[Spec]>) {
    let specs = asked.expect("what is not understood is ignored");
    assert!(specs.iter().all(|spec| spec.bytes(exhibit.size).is_empty()), "{specs:?}");
    assert_eq!(answer.content_range, Some(format!("bytes */{}", exhibit.size)));
    assert!(answer.body.is_empty());
}

/// One of the ranges of a field, with positions beyond `u64` cut to it.
#[derive(Debug, Clone, Copy)]
enum Spec {
    Closed(u64, u64),
    From(u64),
    Last(u64),
}

impl Spec {
    /// Lists the bytes of an object that are in the range, looking at every one.
    fn bytes(self, size: u8) -> Vec<u8> {
        let inside = |byte: &u8| match self {
            Self::Closed(first, last) => (first..=last).contains(&u64::from(*byte)),
            Self::From(first) => u64::from(*byte) >= first,
            Self::Last(count) => u64::from(size - *byte) <= count,
        };
        (0..size).filter(inside).collect()
    }
}

/// Tells whether, whatever the size, the ranges are one: nothing lies between them. Suffixes join with suffixes alone.
fn is_one_range(specs: &[Spec]) -> bool {
    if specs.len() < 2 || specs.iter().all(|spec| matches!(spec, Spec::Last(_))) {
        return !specs.is_empty();
    }
    let bounds = specs.iter().map(|spec| match *spec {
        Spec::Closed(first, last) => Some((first, last)),
        Spec::From(first) => Some((first, u64::MAX)),
        Spec::Last(_) => None,
    });
    let Some(mut left) = bounds.collect::<Option<Vec<_>>>() else { return false };
    let least = left.iter().map(|(first, _)| *first).min().unwrap_or_default();
    let begins = left.iter().position(|(first, _)| *first == least).unwrap_or_default();
    let (_, mut covered) = left.swap_remove(begins);
    // Takes, again and again, any range that touches what is covered.
    while !left.is_empty() {
        let Some(at) = left.iter().position(|(first, _)| *first <= covered.saturating_add(1)) else {
            return false;
        };
        covered = covered.max(left.swap_remove(at).1);
    }
    true
}

/// Reads a field by the grammar: `None` for what a server is to ignore, and beyond the limits that it has (S16, S17).
fn read(text: &str) -> Option<Vec<Spec>> {
    let (unit, set) = text.split_once('=')?;
    if !unit.trim_matches([' ', '\t']).eq_ignore_ascii_case("bytes") || text.len() > 4096 {
        return None;
    }
    let elements: Vec<&str> =
        set.split(',').map(|it| it.trim_matches([' ', '\t'])).filter(|it| !it.is_empty()).collect();
    let specs: Option<Vec<Spec>> = elements.iter().map(|element| read_spec(element)).collect();
    specs.filter(|specs| specs.len() <= 64)
}

fn read_spec(text: &str) -> Option<Spec> {
    let dashes = text.matches('-').count();
    let digits = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    let (first, last) = text.split_once('-').filter(|_| dashes == 1 && digits)?;
    match (number(first), number(last)) {
        (Some(first), Some(last)) => (first <= last).then_some(Spec::Closed(first, last)),
        (Some(first), None) => Some(Spec::From(first)),
        (None, last) => last.map(Spec::Last),
    }
}

/// Adds digit by digit, and stays at the largest number.
fn number(digits: &str) -> Option<u64> {
    let add = |sum: u64, digit: u8| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    (!digits.is_empty()).then(|| digits.bytes().fold(0, add))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s16_the_model_knows_what_is_one_range() {
        let one = |text: &str| read(text).is_some_and(|specs| is_one_range(&specs));
        for text in [
            "bytes=0-4",
            "BYTES = 5-",
            "bytes=-3",
            "bytes=0-4,5-9",
            "bytes=5-9, 0-4,,",
            "bytes=2-,0-1",
            "bytes=-1,-9",
        ] {
            assert!(one(text), "{text}");
        }
        for text in [
            "bytes=",
            "bytes=5-2",
            "bytes=0-1,3-4",
            "bytes=0-4,-1",
            "chunks=0-1",
            "bytes=0-1-2",
            "bytes=+1-2",
            "bytes=-",
        ] {
            assert!(!one(text), "{text}");
        }
        assert_eq!(Spec::Last(2).bytes(5), [3, 4]);
        assert_eq!(Spec::Closed(3, 99).bytes(5), [3, 4]);
    }

    #[test]
    fn s17_ten_thousand_ranges_are_set_aside() {
        let mut data = vec![9];
        data.extend(b"bytes=0-0");
        data.extend(b",0-0".repeat(10_000));
        check(&data);
    }
}
