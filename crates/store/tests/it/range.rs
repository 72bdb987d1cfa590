//! Ranges: RFC 9110 §14, and threats.md S16 and S17.

use std::collections::BTreeSet;

use proptest::prelude::*;
use store::ByteRange::{self, Closed, From, Last};
use store::RequestedRange::{self, One, Whole};
use store::ResolvedRange::{self, Part, Unsatisfiable};

#[track_caller]
fn check(header: &str, expected: RequestedRange) {
    assert_eq!(RequestedRange::parse(header), expected, "{:?}", header.get(..80).unwrap_or(header));
}

const fn closed(first: u64, last: u64) -> RequestedRange {
    One(Closed { first, last })
}

#[test]
fn the_examples_of_the_rfc() {
    check("bytes=0-499", closed(0, 499));
    check("bytes=500-999", closed(500, 999));
    check("bytes=-500", One(Last(500)));
    check("bytes=9500-", One(From(9500)));
    check("bytes=0-0,-1", Whole);
    check("bytes= 0-999, 4500-5499, -1000", Whole);
    check("bytes=500-600,601-999", closed(500, 999));
    check("bytes=500-700,601-999", closed(500, 999));
}

#[test]
fn what_touches_is_one_range() {
    check("bytes=0-0,1-1,2-2", closed(0, 2));
    check("bytes=2-2,0-0,1-1", closed(0, 2));
    check("bytes=0-9,2-3", closed(0, 9));
    check("bytes=5-9,0-4", closed(0, 9));
    check("bytes=0-9,10-", One(From(0)));
    check("bytes=10-,0-9", One(From(0)));
    check("bytes=5-,7-", One(From(5)));
    check("bytes=5-,7-9", One(From(5)));
    check("bytes=-5,-7", One(Last(7)));
    check("bytes=0-18446744073709551615,18446744073709551615-", One(From(0)));
    check("bytes=0-9,11-19", Whole);
    check("bytes=0-9,11-", Whole);
    check("bytes=-5,0-", Whole);
    check("bytes=-1,18446744073709551615-", Whole);
}

#[test]
fn spelling_varies() {
    check("BYTES=0-1", closed(0, 1));
    check("Bytes = 0-1", closed(0, 1));
    check("bytes=,0-1,,", closed(0, 1));
    check("bytes=\t0-1 ,\t2-3 ", closed(0, 3));
    check("bytes=00000000000000000000000000001-02", closed(1, 2));
}

#[test]
fn what_is_malformed_is_ignored() {
    for header in [
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes= ",
        "=0-1",
        "bytes 0-1",
        "bytes=-",
        "bytes=--1",
        "bytes=1",
        "bytes=1-2-3",
        "bytes=a-b",
        "bytes=0x1-2",
        "bytes=+1-2",
        "bytes=1-+2",
        "bytes=1 - 2",
        "bytes=1.0-2",
        "bytes=0-1;2-3",
        "bytes=0-1,x",
        "bytes=x,0-1",
        "bytes=0-1 2-3",
        "items=0-1",
        "bytes=bytes=0-1",
        "bytes=٠-١",
        "bytes=0–1",
    ] {
        check(header, Whole);
    }
}

#[test]
fn s16_hostile_headers() {
    check("bytes=18446744073709551615-", One(From(u64::MAX)));
    check("bytes=18446744073709551616-", One(From(u64::MAX)));
    check("bytes=99999999999999999999999999-", One(From(u64::MAX)));
    check("bytes=0-99999999999999999999999999", closed(0, u64::MAX));
    check("bytes=99999999999999999999999999-5", Whole);
    check("bytes=-99999999999999999999999999", One(Last(u64::MAX)));
    check("bytes=-0", One(Last(0)));
    check("bytes=5-2", Whole);
    check("bytes=0-1\r\nX: y", Whole);
    check("bytes=0-1\0", Whole);

    // As much as is read, and a megabyte, of which nothing is.
    let long = |header: &str, filler: &str, rest: &str, expected| {
        let fill = |length: usize| {
            let count = (length - header.len() - rest.len()) / filler.len();
            format!("{header}{}{rest}", filler.repeat(count))
        };
        check(&fill(4096), expected);
        check(&fill(1 << 20), Whole);
    };
    long("bytes=", "9", "", Whole);
    long("bytes=", "9", "-", One(From(u64::MAX)));
    long("bytes=", "0", "0-1", closed(0, 1));
    long("bytes=", " ", "0-1", closed(0, 1));
    long("bytes=", ",", "0-1", closed(0, 1));
    long("bytes=", " ,\t", "", Whole);
    long("bytes=", "-", "", Whole);
    long("", "b", "", Whole);
    check(&format!("bytes={}0-1", ",".repeat(4087)), closed(0, 1));
    check(&format!("bytes={}0-1", ",".repeat(4088)), Whole);
}

#[test]
fn s17_many_ranges_are_set_aside() {
    check(&format!("bytes={}", "0-0,".repeat(64)), closed(0, 0));
    check(&format!("bytes={}", "0-0,".repeat(65)), Whole);
    check(&format!("bytes={}", "0-0,".repeat(10_000)), Whole);
    let steps: Vec<_> = (0..10_000).map(|at| format!("{}-{}", 2 * at, 2 * at)).collect();
    check(&format!("bytes={}", steps.join(",")), Whole);
}

#[test]
fn a_range_resolves_within_the_object() {
    #[track_caller]
    fn check(range: ByteRange, size: u64, expected: Option<(u64, u64)>) {
        let expected = expected.map_or(Unsatisfiable, |(start, end)| Part(start..end));
        assert_eq!(range.resolve(size), expected, "{range:?} of {size}");
    }
    let closed = |first, last| Closed { first, last };
    check(closed(0, 0), 1, Some((0, 1)));
    check(closed(0, 9), 10, Some((0, 10)));
    check(closed(0, 10), 10, Some((0, 10)));
    check(closed(9, u64::MAX), 10, Some((9, 10)));
    check(closed(10, 10), 10, None);
    check(closed(0, 0), 0, None);
    check(closed(0, u64::MAX), u64::MAX, Some((0, u64::MAX)));
    check(closed(u64::MAX, u64::MAX), u64::MAX, None);
    check(From(0), 10, Some((0, 10)));
    check(From(9), 10, Some((9, 10)));
    check(From(10), 10, None);
    check(From(0), 0, None);
    check(From(u64::MAX), u64::MAX, None);
    check(Last(0), 10, None);
    check(Last(1), 10, Some((9, 10)));
    check(Last(10), 10, Some((0, 10)));
    check(Last(u64::MAX), 10, Some((0, 10)));
    check(Last(0), 0, None);
}

/// RFC 9110 §14.1.2: a suffix that is not empty can be satisfied by every object, also by one without a byte.
#[test]
fn s16_the_end_of_an_empty_object_is_all_of_it() {
    for count in [1, 5, u64::MAX] {
        assert_eq!(Last(count).resolve(0), ResolvedRange::Whole, "{count}");
        assert_ne!(Last(count).resolve(1), ResolvedRange::Whole, "{count}");
    }
}

/// Larger than every position in the generated ranges.
const BEYOND: u64 = 40;

/// The slow and obvious way: which bytes of an object lie in the range.
fn positions(range: ByteRange, size: u64) -> BTreeSet<u64> {
    (0..size)
        .filter(|at| match range {
            Closed { first, last } => first <= *at && *at <= last,
            From(first) => first <= *at,
            Last(count) => at + count >= size,
        })
        .collect()
}

fn resolved(range: ByteRange, size: u64) -> BTreeSet<u64> {
    match range.resolve(size) {
        Part(part) => part.collect(),
        ResolvedRange::Whole => (0..size).collect(),
        Unsatisfiable => BTreeSet::new(),
    }
}

fn in_one_piece(positions: &BTreeSet<u64>) -> bool {
    let (first, last) = (positions.first(), positions.last());
    first.zip(last).is_none_or(|(first, last)| last - first + 1 == u64::try_from(positions.len()).unwrap())
}

fn ranges() -> impl Strategy<Value = ByteRange> {
    prop_oneof![
        4 => (0..20_u64, 0..8_u64).prop_map(|(first, more)| Closed { first, last: first + more }),
        1 => (0..20_u64).prop_map(From),
        1 => (0..20_u64).prop_map(Last),
    ]
}

fn spelled(range: &ByteRange) -> String {
    match range {
        Closed { first, last } => format!("{first}-{last}"),
        From(first) => format!("{first}-"),
        Last(count) => format!("-{count}"),
    }
}

proptest! {
    #[test]
    fn resolving_agrees_with_counting(range in ranges(), size in 0..BEYOND) {
        let expected = positions(range, size);
        prop_assert_eq!(resolved(range, size), expected.clone());
        let end_of_nothing = size == 0 && matches!(range, Last(1..));
        prop_assert_eq!(range.resolve(size) == Unsatisfiable, expected.is_empty() && !end_of_nothing);
    }

    #[test]
    fn coalescing_is_the_union(ranges in prop::collection::vec(ranges(), 1..6), comma in "[ \t]{0,2},[ ,\t]{0,2}") {
        let header = format!("bytes={}", ranges.iter().map(spelled).collect::<Vec<_>>().join(&comma));
        let union = |size| ranges.iter().flat_map(|range| positions(*range, size)).collect::<BTreeSet<_>>();
        let suffixes = ranges.iter().filter(|range| matches!(range, Last(_))).count();
        match RequestedRange::parse(&header) {
            One(whole) => {
                for size in 0..BEYOND {
                    prop_assert_eq!(resolved(whole, size), union(size), "{} of {}", header, size);
                }
            }
            // Set aside only what is in several pieces, or may be for some size.
            Whole => {
                let mixed = suffixes > 0 && suffixes < ranges.len();
                prop_assert!(mixed || !in_one_piece(&union(BEYOND)), "{}", header);
            }
        }
    }

    #[test]
    fn parsing_never_panics(header in ".{0,200}") {
        RequestedRange::parse(&header);
    }

    #[test]
    fn parsing_what_looks_like_ranges_never_panics(set in "[-0-9, \t]{0,200}", size in any::<u64>()) {
        if let One(range) = RequestedRange::parse(&format!("bytes={set}"))
            && let Part(part) = range.resolve(size)
        {
            prop_assert!(part.start < part.end && part.end <= size);
        }
    }
}
