//! Patterns: which are accepted, what they cover, and what they must not.

use signer_cloudfront::{InvalidUrl, Pattern};

use crate::fixture::url;

#[track_caller]
fn refuse(text: &str, expected: InvalidUrl) {
    assert_eq!(Pattern::parse(text).unwrap_err(), expected, "{text}");
}

#[test]
fn hosts_are_written_out() {
    for text in [
        "https://example.com/*",
        "https://example.com/a?c/*.jpg",
        "http*://example.com/a/*",
        "https://example.com/a*?size=*",
        "https://example.com:8443/*",
        "http*://example.com:443/*",
    ] {
        assert_eq!(Pattern::parse(text).unwrap().as_str(), text);
    }
    refuse("https://*.example.com/*", InvalidUrl::WildcardHost);
    refuse("https://example.com*", InvalidUrl::WildcardHost);
    refuse("https://example.co?/*", InvalidUrl::WildcardHost);
    refuse("https://*", InvalidUrl::WildcardHost);
    refuse("https://example.com", InvalidUrl::MissingPath);
    refuse("https://example.com:443/*", InvalidUrl::DefaultPort);
    refuse("*", InvalidUrl::Scheme);
    refuse("", InvalidUrl::Scheme);
    refuse("*/a", InvalidUrl::Scheme);
    refuse("ht*://example.com/*", InvalidUrl::Scheme);
}

#[test]
fn the_rules_of_urls_hold_for_patterns() {
    refuse("https://example.com/a b*", InvalidUrl::Character { character: ' ', at: 21 });
    refuse("https://example.com/\"*", InvalidUrl::Character { character: '"', at: 20 });
    refuse("https://example.com/ä*", InvalidUrl::Character { character: 'ä', at: 20 });
    refuse("https://example.com/*#", InvalidUrl::Fragment);
    refuse("https://example.com/%*", InvalidUrl::Percent { at: 20 });
    refuse("https://example.com/../*", InvalidUrl::DotSegment);
    refuse("https://example.com/%2e%2e/*", InvalidUrl::DotSegment);
    refuse("https://Example.com/*", InvalidUrl::UpperCase);
    refuse("https://user@example.com/*", InvalidUrl::UserInformation);
    refuse(&format!("https://example.com/{}", "*".repeat(8192)), InvalidUrl::TooLong { length: 8212 });
}

#[test]
fn any_host_has_to_be_asked_for() {
    for text in ["*", "*/images/*", "http*://*", "https://*.example.com/*", "https://example.com*"] {
        assert_eq!(Pattern::dangerous_any_host(text).unwrap().as_str(), text);
    }
    assert_eq!(Pattern::dangerous_any_host("").unwrap_err(), InvalidUrl::Scheme);
    assert_eq!(Pattern::dangerous_any_host("ftp://*").unwrap_err(), InvalidUrl::Scheme);
    assert!(Pattern::dangerous_any_host("*\"").is_err());
}

#[test]
fn covers_whole_urls() {
    let covers = |pattern: &str, text: &str| Pattern::parse(pattern).unwrap().matches(&url(text));
    assert!(covers("https://example.com/a/*", "https://example.com/a/b/c.jpg?x=1"));
    assert!(covers("http*://example.com/a/*", "http://example.com/a/b"));
    assert!(covers("https://example.com/a/?.jpg", "https://example.com/a/1.jpg"));
    assert!(!covers("https://example.com/a/?.jpg", "https://example.com/a/10.jpg"));
    assert!(!covers("https://example.com/a/*", "https://example.com/ab/c"));
    assert!(!covers("https://example.com/a/*", "http://example.com/a/b"));
    assert!(!covers("https://example.com/a.jpg", "https://example.com/a.jpg?x=1"));
    // Host and path are literal, so another host that ends in this path is not covered.
    assert!(!covers("https://example.com/a/*", "https://evil.com/https://example.com/a/"));
}

#[test]
fn below_ends_in_a_slash_and_a_star() {
    let base = url("https://example.com/m/");
    let below = |segments: &[&str]| Pattern::below(&base, segments).map(|p| p.to_string());
    assert_eq!(below(&[]).unwrap(), "https://example.com/m/*");
    assert_eq!(below(&["tenant a"]).unwrap(), "https://example.com/m/tenant%20a/*");
    assert_eq!(below(&["*", "?"]).unwrap(), "https://example.com/m/%2A/%3F/*");
    assert_eq!(below(&[".."]).unwrap_err(), InvalidUrl::Segment);
    assert_eq!(Pattern::below(&url("https://example.com/m"), ["a"]).unwrap_err(), InvalidUrl::Base);
}

#[test]
fn d09_a_star_in_a_name_is_not_a_wildcard() {
    let base = url("https://example.com/");
    let pattern = Pattern::below(&base, ["a*b"]).unwrap();
    assert!(pattern.matches(&base.join(["a*b", "c"]).unwrap()));
    assert!(!pattern.matches(&base.join(["axb", "c"]).unwrap()));
}
