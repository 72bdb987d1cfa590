//! Keys in URLs: one encoding, decoded once.

use object_key::{InvalidKey, InvalidUrlPath, ObjectKey, Prefix};

#[track_caller]
fn check_encoded(text: &str, expected: &str) {
    let key = ObjectKey::parse(text).unwrap();
    assert_eq!(key.url_path().to_string(), expected);
    assert_eq!(ObjectKey::from_url_path(expected).unwrap(), key);
}

#[track_caller]
fn check_decoded(raw: &str, expected: &str) {
    assert_eq!(ObjectKey::from_url_path(raw).unwrap().as_str(), expected);
}

#[track_caller]
fn check_refused(raw: &str, reason: InvalidUrlPath) {
    assert_eq!(ObjectKey::from_url_path(raw), Err(reason), "{raw}");
}

#[test]
fn only_unreserved_characters_and_slashes_stay() {
    check_encoded("a/b-c_d.e~f/0", "a/b-c_d.e~f/0");
    check_encoded("photo 1.jpg", "photo%201.jpg");
    check_encoded("a b?c#d.txt", "a%20b%3Fc%23d.txt");
    check_encoded("100%", "100%25");
    check_encoded("%2e%2e", "%252e%252e");
    check_encoded("a+b&c=d;e,f:g@h!i$j'k(l)m*n", "a%2Bb%26c%3Dd%3Be%2Cf%3Ag%40h%21i%24j%27k%28l%29m%2An");
    check_encoded("ü/日本/😀", "%C3%BC/%E6%97%A5%E6%9C%AC/%F0%9F%98%80");
    check_encoded("a\"<>|`^{}[]", "a%22%3C%3E%7C%60%5E%7B%7D%5B%5D");
    assert_eq!(Prefix::parse("a b/ü/").unwrap().url_path().to_string(), "a%20b/%C3%BC/");
    assert_eq!(Prefix::root().url_path().to_string(), "");
}

#[test]
fn s07_a_path_is_decoded_exactly_once() {
    check_decoded("%73ecret.txt", "secret.txt");
    check_decoded("%2573ecret", "%73ecret");
    check_decoded("%252e%252e/x", "%2e%2e/x");
    check_decoded("a%2fb".replace("%2f", "%252f").as_str(), "a%2fb");
    check_decoded("a+b", "a+b");
    check_decoded("a;param", "a;param");
    check_decoded("a%3Bparam", "a;param");
    check_decoded("%c3%bC", "ü");
    check_decoded("ü", "ü");
}

#[test]
fn s01_s07_encoded_traversal_is_refused() {
    check_refused("..%2fx", InvalidUrlPath::EncodedSlash);
    check_refused("public%2F..%2fsecret", InvalidUrlPath::EncodedSlash);
    check_refused("%2e%2e/x", InvalidUrlPath::Key(InvalidKey::DotSegment));
    check_refused("a/%2E", InvalidUrlPath::Key(InvalidKey::DotSegment));
    check_refused("a/.%2e/b", InvalidUrlPath::Key(InvalidKey::DotSegment));
    check_refused("..%5cx", InvalidUrlPath::Key(InvalidKey::Backslash));
    check_refused("a%00b", InvalidUrlPath::Key(InvalidKey::Control { character: '\0' }));
    check_refused("a%0D%0Ab", InvalidUrlPath::Key(InvalidKey::Control { character: '\r' }));
    check_refused("a%C2%85", InvalidUrlPath::Key(InvalidKey::Control { character: '\u{85}' }));
    check_refused("/abs", InvalidUrlPath::Key(InvalidKey::OuterSlash));
    check_refused("a//b", InvalidUrlPath::Key(InvalidKey::EmptySegment));
    check_refused("", InvalidUrlPath::Key(InvalidKey::Empty));
}

#[test]
fn s07_broken_escapes_and_encodings_are_refused() {
    for raw in ["%", "a%", "a%2", "%zz", "%2x", "%%32", "%+2", "% 20", "%é"] {
        check_refused(raw, InvalidUrlPath::BrokenEscape);
    }
    // Overlong forms of `.`, `/` and NUL, a surrogate, a lone continuation, a cut sequence.
    for raw in ["%c0%ae", "%c0%af", "%e0%80%af", "%c0%80", "%ed%a0%80", "%80", "a%e2%82", "%ff"] {
        check_refused(raw, InvalidUrlPath::NotUtf8);
    }
}

#[test]
fn lengths_are_bounded_before_decoding() {
    check_encoded(&"é".repeat(512), &"%C3%A9".repeat(512));
    assert!(matches!(
        ObjectKey::from_url_path(&"%61".repeat(1025)),
        Err(InvalidUrlPath::Key(InvalidKey::TooLong { length: 3075 }))
    ));
    assert!(matches!(
        ObjectKey::from_url_path(&format!("%61{}", "a".repeat(1024))),
        Err(InvalidUrlPath::Key(InvalidKey::TooLong { length: 1025 }))
    ));
}

#[test]
fn errors_say_what_is_wrong() {
    let message = |raw: &str| ObjectKey::from_url_path(raw).unwrap_err().to_string();
    assert_eq!(message("%zz"), "path has a `%` without two hexadecimal digits");
    assert_eq!(message("%2F"), "path has an encoded `/` (`%2F`)");
    assert_eq!(message("%ff"), "path does not decode to UTF-8");
    assert_eq!(message("a/.."), "key has a segment `.` or `..`");
}
