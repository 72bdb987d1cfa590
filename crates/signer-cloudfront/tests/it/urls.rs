//! Exact URLs: taken as they are, or refused with a word on what to write instead.

use proptest::prelude::*;
use signer_cloudfront::{InvalidUrl, Resource};

use crate::fixture::url;

#[track_caller]
fn accept(text: &str) {
    assert_eq!(Resource::parse(text).unwrap().as_str(), text);
}

#[track_caller]
fn refuse(text: &str, expected: InvalidUrl, advice: &str) {
    let error = Resource::parse(text).unwrap_err();
    assert_eq!(error, expected, "{text}");
    assert!(error.to_string().contains(advice), "{text}: {error}");
}

#[track_caller]
fn refuse_character(text: &str, character: char, advice: &str) {
    let at = text.find(character).unwrap();
    refuse(text, InvalidUrl::Character { character, at }, advice);
}

#[test]
fn what_clients_leave_alone_is_taken() {
    accept("https://example.com/");
    accept("http://example.com/a");
    accept("https://example.com/a/b.jpg?size=large&x=1");
    accept("https://example.com/a%20b.jpg");
    accept("https://example.com/a+b.jpg?q=a+b");
    accept("https://example.com/a%2fb%2Fc");
    accept("https://example.com/a=b,c;d:e@f!$&()");
    accept("https://example.com/it's");
    accept("https://example.com/?flag");
    accept("https://example.com/?flag&other=");
    accept("https://example.com/?a=b=c,d");
    accept("https://example.com/?a=b?c/d");
    accept("https://example.com//a//b/");
    accept("https://example.com/.hidden/...");
    accept("https://example.com/~user/-_.");
    accept("https://example.com/%E2%82%AC");
    accept("https://example.com:8443/a");
    accept("http://127.0.0.1:8080/a");
    accept("https://xn--mnchen-3ya.example/");
    accept("https://my_bucket.example.com/");
    accept("https://example.com/?expires=1&policy=2&signature=3");
    accept("https://example.com/?MyPolicy=1&Expires2=2");
}

#[test]
fn what_clients_rewrite_is_refused_fragment() {
    refuse("https://example.com/a#b", InvalidUrl::Fragment, "`%23`");
    refuse("https://example.com/a?b#", InvalidUrl::Fragment, "never sent");
}

#[test]
fn what_clients_rewrite_is_refused_characters() {
    refuse_character("https://example.com/a b", ' ', "`%20`");
    refuse_character("https://example.com/a\tb", '\t', "`%09`");
    refuse_character("https://example.com/a\nb", '\n', "`%0A`");
    refuse_character("https://example.com/a\0", '\0', "`%00`");
    refuse_character("https://example.com/a\u{7f}", '\u{7f}', "`%7F`");
    refuse_character("https://example.com/ä", 'ä', "`%C3%A4`");
    refuse_character("https://example.com/a?b=€", '€', "`%E2%82%AC`");
    refuse_character("https://example.com/😀", '😀', "`%F0%9F%98%80`");
    refuse_character("https://example.com/a\"b", '"', "`%22`");
    refuse_character("https://example.com/a\\b", '\\', "`%5C`");
    refuse_character("https://example.com/a?b='c'", '\'', "`%27`");
    for character in ['<', '>', '`', '{', '}', '^', '|', '[', ']'] {
        refuse_character(&format!("https://example.com/a{character}"), character, "write `%");
        refuse_character(&format!("https://example.com/a?b={character}"), character, "write `%");
    }
    refuse("https://example.com/a*", InvalidUrl::Wildcard, "`%2A`");
    refuse("https://example.com/a?b=*", InvalidUrl::Wildcard, "`%2A`");
}

#[test]
fn what_clients_rewrite_is_refused_percent() {
    refuse("https://example.com/100%", InvalidUrl::Percent { at: 23 }, "`%25`");
    refuse("https://example.com/%4", InvalidUrl::Percent { at: 20 }, "`%25`");
    refuse("https://example.com/%zz", InvalidUrl::Percent { at: 20 }, "`%25`");
    refuse("https://example.com/%+1", InvalidUrl::Percent { at: 20 }, "`%25`");
}

#[test]
fn what_clients_rewrite_is_refused_query() {
    refuse("https://example.com/a?", InvalidUrl::EmptyParameter, "`?`");
    refuse("https://example.com/a?b&", InvalidUrl::EmptyParameter, "`&`");
    refuse("https://example.com/a?&b", InvalidUrl::EmptyParameter, "`&`");
    refuse("https://example.com/a?b&&c", InvalidUrl::EmptyParameter, "empty parameter");
    for name in ["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"] {
        refuse(&format!("https://example.com/a?{name}=1"), InvalidUrl::Reserved { name }, "another name");
        refuse(&format!("https://example.com/a?b&{name}"), InvalidUrl::Reserved { name }, name);
    }
    refuse("https://example.com/a?%45xpires=1", InvalidUrl::Reserved { name: "Expires" }, "Expires");
    refuse("https://example.com/a?Polic%79=1", InvalidUrl::Reserved { name: "Policy" }, "Policy");
    refuse("https://example.com/a?Key%2dPair%2DId=1", InvalidUrl::Reserved { name: "Key-Pair-Id" }, "own");
}

#[test]
fn what_clients_rewrite_is_refused_path() {
    for text in ["https://example.com", "https://example.com?a=b", "https://example.com?a=/"] {
        refuse(text, InvalidUrl::MissingPath, "`/`");
    }
    for dots in [".", "..", "%2e", "%2E", ".%2e", "%2e.", "%2E%2e"] {
        refuse(&format!("https://example.com/a/{dots}/b"), InvalidUrl::DotSegment, "resulting path");
        refuse(&format!("https://example.com/{dots}"), InvalidUrl::DotSegment, "resulting path");
        refuse(&format!("https://example.com/{dots}?a"), InvalidUrl::DotSegment, "resulting path");
    }
}

#[test]
fn what_clients_rewrite_is_refused_scheme_and_host() {
    refuse("HTTPS://example.com/", InvalidUrl::UpperCase, "lower case");
    refuse("https://Example.com/", InvalidUrl::UpperCase, "lower case");
    refuse("https://example.com:443/", InvalidUrl::DefaultPort, "leave it out");
    refuse("http://example.com:80/", InvalidUrl::DefaultPort, "leave it out");
    accept("http://example.com:443/");
    for port in ["", "0", "080", "65536", "x", "+8080", "8080:1"] {
        refuse(&format!("https://example.com:{port}/"), InvalidUrl::Port, "1 to 65535");
    }
    refuse("https://user@example.com/", InvalidUrl::UserInformation, "`@`");
    refuse("https://user:pass@example.com/", InvalidUrl::UserInformation, "`@`");
    for host in ["", ".", "a..b", ".a", "a.", "127.1", "0x7f.0.0.1", "1.2.3.4.5", "256.1.1.1", "a,b"] {
        refuse(&format!("https://{host}/"), InvalidUrl::Host, "host");
    }
    for text in [
        "",
        "/a.jpg",
        "a.jpg",
        "//example.com/",
        "ftp://example.com/",
        "rtmp://example.com/",
        "example.com/",
        "https:/example.com/",
    ] {
        refuse(text, InvalidUrl::Scheme, "`https://`");
    }
    let long = format!("https://example.com/{}", "a".repeat(8173));
    refuse(&long, InvalidUrl::TooLong { length: 8193 }, "8192");
    accept(&long[..8192]);
}

#[test]
fn d09_parts_are_encoded() {
    let base = url("https://media.example.com/m/");
    let join = |segments: &[&str]| base.join(segments).map(|url| url.to_string());
    assert_eq!(join(&["a b?c#d.txt"]).unwrap(), "https://media.example.com/m/a%20b%3Fc%23d.txt");
    assert_eq!(join(&["ä", "100%", "a/b"]).unwrap(), "https://media.example.com/m/%C3%A4/100%25/a%2Fb");
    assert_eq!(join(&["it's*\"\\"]).unwrap(), "https://media.example.com/m/it%27s%2A%22%5C");
    assert_eq!(join(&[]).unwrap(), "https://media.example.com/m/");
    for bad in ["", ".", ".."] {
        assert_eq!(join(&["a", bad]).unwrap_err(), InvalidUrl::Segment);
    }
    assert_eq!(url("https://example.com/a").join(["b"]).unwrap_err(), InvalidUrl::Base);
    assert_eq!(url("https://example.com/a/?b").join(["c"]).unwrap_err(), InvalidUrl::Base);
    assert!(matches!(base.join(["x".repeat(8192)]).unwrap_err(), InvalidUrl::TooLong { .. }));

    let with = base.with_parameter("a b", "c&d=e").unwrap().with_parameter("f", "").unwrap();
    assert_eq!(with.as_str(), "https://media.example.com/m/?a%20b=c%26d%3De&f=");
    assert_eq!(base.with_parameter("", "x").unwrap_err(), InvalidUrl::EmptyParameter);
    assert_eq!(base.with_parameter("Policy", "x").unwrap_err(), InvalidUrl::Reserved { name: "Policy" });
}

proptest! {
    /// Any text at all can be a segment or a value, and comes back when it is decoded once.
    #[test]
    fn any_segment_makes_a_url(segment in "\\PC{1,20}|[\\x00-\\x7f]{1,20}", value in any::<String>()) {
        prop_assume!(segment != "." && segment != "..");
        let base = url("https://example.com/");
        let joined = base.join([&segment]).unwrap().with_parameter("v", &value).unwrap();
        prop_assert_eq!(Resource::parse(joined.as_str()).unwrap(), joined.clone());
        let (path, query) = joined.as_str()["https://example.com/".len()..].split_once("?v=").unwrap();
        prop_assert_eq!(decode(path), segment.into_bytes());
        prop_assert_eq!(decode(query), value.into_bytes());
    }

    /// What is accepted is kept, whatever it is.
    #[test]
    fn accepted_exactly_or_refused(text in "https?://[a-zA-Z0-9.:@-]{1,12}/?[ -~äö]{0,30}") {
        if let Ok(url) = Resource::parse(&text) {
            prop_assert_eq!(url.as_str(), text);
        }
    }
}

fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(str::from_utf8(&tail[..2]).unwrap(), 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    bytes
}
