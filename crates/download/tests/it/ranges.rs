//! Ranges and preconditions, row by row; the models are in `model.rs` and `differential.rs`.

use std::time::{Duration, Instant};

use links::Clock;

use crate::fixture::{MODIFIED, NOW, assert_refused, at, get, head, link, mount, send, shelf};
use crate::shelf::{Shelf, item};

const DIGITS: &str = "0123456789";

fn digits() -> Shelf {
    Shelf::default().with("digits", item(DIGITS, "text/plain")).with("empty", item("", "text/plain"))
}

#[track_caller]
fn check(range: &str, status: u16, content_range: &str, body: &str) {
    let reply = send(&mount(&digits()), get(&link("digits")).header("range", range));
    let seen = (reply.status, reply.header("content-range"), str::from_utf8(reply.bytes()).unwrap());
    assert_eq!(seen, (status, content_range, body), "{range:?}");
    assert_eq!(reply.header("content-length"), body.len().to_string(), "{range:?}");
}

#[test]
fn d06_x05_a_range_is_answered_with_its_part() {
    check("bytes=0-0", 206, "bytes 0-0/10", "0");
    check("bytes=2-5", 206, "bytes 2-5/10", "2345");
    check("bytes=7-", 206, "bytes 7-9/10", "789");
    check("bytes=-3", 206, "bytes 7-9/10", "789");
    check("bytes=-99", 206, "bytes 0-9/10", DIGITS);
    check("bytes=5-99", 206, "bytes 5-9/10", "56789");
    check("bytes=0-", 206, "bytes 0-9/10", DIGITS);
    check("BYTES=0-1", 206, "bytes 0-1/10", "01");
    // Several that touch are one, others are answered whole.
    check("bytes=0-1,2-3", 206, "bytes 0-3/10", "0123");
    check("bytes=4-6, 0-4", 206, "bytes 0-6/10", "0123456");
    check("bytes=0-1,3-4", 200, "", DIGITS);
    check("bytes=0-1,-1", 200, "", DIGITS);
}

#[test]
fn d06_what_is_no_range_is_ignored() {
    for range in [
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=x",
        "bytes=1",
        "bytes=--1",
        "bytes=1-2-3",
        "bytes=5-2",
        "bytes=+1-2",
        "bytes=1 -2",
        "bytes=0x1-2",
        "lines=0-1",
        "bytes 0-1",
        "0-1",
        "bytes=0-1;2-3",
        "bytes=0-1,x",
        "bytes=\u{b9}-2",
    ] {
        check(range, 200, "", DIGITS);
    }
    let twice = get(&link("digits")).header("range", "bytes=0-1").header("range", "bytes=0-1");
    assert_eq!(send(&mount(&digits()), twice).status, 200);
}

#[test]
fn s16_hostile_ranges_are_cheap_and_never_overflow() {
    check("bytes=10-", 416, "bytes */10", "");
    check("bytes=-0", 416, "bytes */10", "");
    check("bytes=18446744073709551615-", 416, "bytes */10", "");
    check("bytes=18446744073709551615-18446744073709551615", 416, "bytes */10", "");
    check("bytes=99999999999999999999999999-", 416, "bytes */10", "");
    check("bytes=0-18446744073709551615", 206, "bytes 0-9/10", DIGITS);
    check("bytes=-18446744073709551616", 206, "bytes 0-9/10", DIGITS);
    check("bytes=0-18446744073709551615,5-18446744073709551615", 206, "bytes 0-9/10", DIGITS);
    check("bytes=\t0-1 , \t 2-3\t", 206, "bytes 0-3/10", "0123");
    let service = mount(&digits());
    let started = Instant::now();
    for range in [
        format!("bytes={}", "0-0,".repeat(10_000)),
        format!("bytes={}", "0-,".repeat(10_000)),
        format!("bytes={}", ",".repeat(1_000_000)),
        format!("bytes={}-", "9".repeat(1_000_000)),
        format!("bytes={}", " ".repeat(1_000_000)),
        format!("bytes={}", "-1,".repeat(300_000)),
    ] {
        let reply = send(&service, get(&link("digits")).header("range", range));
        assert!(matches!(reply.status, 200 | 206 | 416));
        assert!(reply.bytes().len() <= DIGITS.len(), "S17: never more than the object");
    }
    assert!(started.elapsed() < Duration::from_secs(2), "linear: {:?}", started.elapsed());
}

#[test]
fn s17_many_ranges_cost_one_object_at_most() {
    for (count, status) in [(2, 206), (64, 206), (65, 200), (10_000, 200)] {
        let range = format!("bytes=0-0{}", ",0-0".repeat(count - 1));
        let body = if status == 206 { "0" } else { DIGITS };
        check(&range, status, if status == 206 { "bytes 0-0/10" } else { "" }, body);
    }
}

#[test]
fn an_empty_object_has_no_part() {
    let service = mount(&digits());
    assert_eq!(send(&service, get(&link("empty"))).header("content-length"), "0");
    for range in ["bytes=0-", "bytes=0-0", "bytes=-0"] {
        let reply = send(&service, get(&link("empty")).header("range", range));
        assert_eq!((reply.status, reply.header("content-range")), (416, "bytes */0"), "{range}");
    }
    // Its end is all of it, which only a 200 can say (RFC 9110 §14.1.2).
    let reply = send(&service, get(&link("empty")).header("range", "bytes=-1"));
    assert_eq!((reply.status, reply.header("content-length")), (200, "0"));
}

#[test]
fn s19_if_range_needs_the_strong_tag_or_the_exact_date() {
    let service = mount(&digits());
    let exact = "Mon, 01 Dec 2025 00:00:00 GMT";
    for (condition, status) in [
        ("\"v1\"", 206),
        (exact, 206),
        ("W/\"v1\"", 200),
        ("\"v2\"", 200),
        ("v1", 200),
        ("*", 200),
        ("", 200),
        ("\"v1\", \"v2\"", 200),
        ("Mon, 01 Dec 2025 00:00:01 GMT", 200),
        ("Sun, 30 Nov 2025 23:59:59 GMT", 200),
        ("Monday, 01-Dec-25 00:00:00 GMT", 206),
        ("nonsense", 200),
    ] {
        let request = || get(&link("digits")).header("range", "bytes=2-3").header("if-range", condition);
        assert_eq!(send(&service, request()).status, status, "{condition:?}");
        let twice = request().header("if-range", condition);
        assert_eq!(send(&service, twice).status, 200, "repeated {condition:?}");
    }
    let alone = get(&link("digits")).header("if-range", "\"v1\"");
    assert_eq!(send(&service, alone).status, 200);
}

#[test]
fn d06_dp4_preconditions_are_judged_in_the_order_of_the_rfc() {
    let service = mount(&digits());
    let (before, same, after) =
        ("Sun, 30 Nov 2025 23:59:59 GMT", "Mon, 01 Dec 2025 00:00:00 GMT", "Mon, 01 Dec 2025 00:00:01 GMT");
    for (fields, status) in [
        (&[("if-none-match", "\"v1\"")][..], 304),
        (&[("if-none-match", "W/\"v1\"")], 304),
        (&[("if-none-match", "\"v0\", \"v1\"")], 304),
        (&[("if-none-match", "\"v0\""), ("if-none-match", "\"v1\"")], 304),
        (&[("if-none-match", "\"v0,\\\"v1")], 200),
        (&[("if-none-match", "*")], 304),
        (&[("if-none-match", "\"v2\"")], 200),
        (&[("if-none-match", "v1")], 200),
        (&[("if-modified-since", same)], 304),
        (&[("if-modified-since", after)], 304),
        (&[("if-modified-since", before)], 200),
        (&[("if-modified-since", "yesterday")], 200),
        (&[("if-modified-since", same), ("if-modified-since", same)], 200),
        (&[("if-none-match", "\"v2\""), ("if-modified-since", same)], 200),
        (&[("if-match", "\"v1\"")], 200),
        (&[("if-match", "W/\"v1\"")], 412),
        (&[("if-match", "\"v2\"")], 412),
        (&[("if-match", "*")], 200),
        (&[("if-match", "")], 412),
        (&[("if-unmodified-since", same)], 200),
        (&[("if-unmodified-since", before)], 412),
        (&[("if-unmodified-since", "0")], 200),
        (&[("if-match", "\"v1\""), ("if-unmodified-since", before)], 200),
        (&[("if-match", "\"v2\""), ("if-none-match", "\"v1\"")], 412),
        (&[("if-match", "\"v1\""), ("if-none-match", "\"v1\"")], 304),
        (&[("if-none-match", "\"v1\""), ("range", "bytes=99-")], 304),
        (&[("if-match", "\"v2\""), ("range", "bytes=99-")], 412),
    ] {
        for request in [get(&link("digits")), head(&link("digits"))] {
            let request = fields.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let reply = send(&service, request);
            assert_eq!(reply.status, status, "{fields:?}");
            assert_eq!(reply.header("etag"), "\"v1\"", "{fields:?}");
        }
    }
}

#[test]
fn s54_a_date_without_end_is_ignored() {
    let service = mount(&digits());
    let whole = send(&service, get(&link("digits")));
    let nested = format!("Mon, 01 Dec 2025 00:00:00 {}{} GMT", "(".repeat(32_000), ")".repeat(32_000));
    for name in ["if-modified-since", "if-unmodified-since"] {
        for value in [
            nested.as_str(),
            &"9".repeat(64_000),
            "Mon, 01 Dec 99999999 00:00:00 GMT",
            "Thu, 01 Jan 1969 00:00:00 GMT",
            "",
        ] {
            send(&service, get(&link("digits")).header(name, value)).assert_same(&whole, name);
        }
    }
    let reply = send(&service, get(&link("digits")).header("range", "bytes=0-1").header("if-range", &nested));
    assert_eq!(reply.status, 200);
    for name in ["if-match", "if-none-match"] {
        let tags = format!("{}\"v1\"", "\"x\", ".repeat(20_000));
        let status = send(&service, get(&link("digits")).header(name, tags)).status;
        assert_eq!(
            status,
            if name == "if-match" { 412 } else { 200 },
            "more tags than are read match nothing"
        );
    }
}

#[test]
fn bytes_that_are_no_text_match_nothing() {
    let service = mount(&digits());
    let raw = || http::HeaderValue::from_bytes(b"\"v1\xff\"").unwrap();
    assert_eq!(send(&service, get(&link("digits")).header("if-none-match", raw())).status, 200);
    assert_eq!(send(&service, get(&link("digits")).header("if-match", raw())).status, 412);
    assert_eq!(send(&service, get(&link("digits")).header("range", raw())).status, 200);
    assert_eq!(send(&service, get(&link("digits")).header("if-modified-since", raw())).status, 200);
}

#[test]
fn d06_validators_and_dates_as_a_client_reads_them() {
    let reply = send(&mount(&digits()), get(&link("digits")));
    assert_eq!(reply.header("etag"), "\"v1\"");
    assert_eq!(reply.header("last-modified"), "Mon, 01 Dec 2025 00:00:00 GMT");
    assert_eq!(reply.header("accept-ranges"), "bytes");

    // RFC 9110 §8.8.2: a second that is not over says nothing about a version, nor does one that is to come; a time that
    // no HTTP date shows is left out.
    let shown = |modified, now| {
        let mut object = item("x", "text/plain");
        object.metadata.modified = modified;
        let service = mount(&Shelf::default().with("public/x", object)).with_clock(Clock::new(move || now));
        send(&service, get("/media/public/x")).header("last-modified").to_owned()
    };
    let half = Duration::from_millis(500);
    assert_eq!(shown(at(NOW + 60), at(NOW)), "");
    assert_eq!(shown(at(NOW), at(NOW)), "");
    assert_eq!(shown(at(NOW), at(NOW) + half), "");
    assert_eq!(shown(at(NOW) - half, at(NOW)), "Wed, 31 Dec 2025 23:59:59 GMT");
    assert_eq!(shown(at(MODIFIED) + Duration::from_nanos(999), at(NOW)), "Mon, 01 Dec 2025 00:00:00 GMT");
    assert_eq!(shown(at(0) - Duration::from_secs(1), at(NOW)), "");
    assert_eq!(shown(at(253_402_300_799), at(u64::from(u32::MAX) << 10)), "Fri, 31 Dec 9999 23:59:59 GMT");
    assert_eq!(shown(at(253_402_300_800), at(u64::from(u32::MAX) << 10)), "");
}

#[test]
fn head_says_what_get_says_and_ignores_ranges() {
    let service = mount(&digits().with("page", item("<p>", "text/html")));
    for name in ["digits", "empty", "page", "missing"] {
        for fields in [&[][..], &[("if-none-match", "*")], &[("if-match", "\"no\"")]] {
            let with = |request: http::request::Builder| {
                fields
                    .iter()
                    .fold(request, |request, (name, value): &(&str, &str)| request.header(*name, *value))
            };
            let (got, headed) =
                (send(&service, with(get(&link(name)))), send(&service, with(head(&link(name)))));
            assert_eq!((got.status, &got.headers), (headed.status, &headed.headers), "{name} {fields:?}");
            assert!(headed.bytes().is_empty());
        }
        let ranged = send(&service, head(&link(name)).header("range", "bytes=1-2"));
        assert_eq!(ranged.headers, send(&service, get(&link(name))).headers, "RFC 9110 §14.2");
    }
    assert_refused(&send(&mount(&shelf()), get(&link("digits"))), "another shelf");
}
