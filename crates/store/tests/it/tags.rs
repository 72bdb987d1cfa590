//! Entity tags and lists of them: RFC 9110 §8.8.3, §13.1.1 and §13.1.2.

use proptest::prelude::*;
use store::{ETag, TagMatch};

fn tag(text: &str) -> ETag {
    ETag::new(text).unwrap()
}

fn tags(texts: &[&str]) -> TagMatch {
    TagMatch::Tags(texts.iter().map(|text| tag(text)).collect())
}

#[track_caller]
fn check(header: &str, strong: &[&str], weak: &[&str]) {
    assert_eq!(TagMatch::parse_if_match(header), tags(strong), "If-Match: {header}");
    assert_eq!(TagMatch::parse_if_none_match(header), tags(weak), "If-None-Match: {header}");
}

#[track_caller]
fn both(header: &str, expected: &[&str]) {
    check(header, expected, expected);
}

#[test]
fn lists_are_read() {
    both("\"a\"", &["a"]);
    both("\"a\", \"b\",\"c\"\t,\t\"d\"", &["a", "b", "c", "d"]);
    both("  \"a\"  ", &["a"]);
    both(", ,\"a\",, ,\"b\",", &["a", "b"]);
    both("\"xyzzy\", \"r2d2xxxx\", \"c3piozzzz\"", &["xyzzy", "r2d2xxxx", "c3piozzzz"]);
}

#[test]
fn commas_may_stand_in_quotes() {
    both("\"a,b\"", &["a,b"]);
    both("\"a,b\", \"c\"", &["a,b", "c"]);
    both("\",\",\",,\"", &[",", ",,"]);
    both("\"a\\\", \"b\"", &["a\\", "b"]); // a backslash does not escape
    both("\"W/\"", &["W/"]);
    both("\"*\"", &["*"]);
}

#[test]
fn weak_tags_match_weakly_only() {
    check("W/\"a\"", &[], &["a"]);
    check("\"a\", W/\"b\", \"c\"", &["a", "c"], &["a", "b", "c"]);
    both("w/\"a\"", &[]);
    both("W/ \"a\"", &[]);
}

#[test]
fn star_is_any_version() {
    for header in ["*", " * ", "\t*"] {
        assert_eq!(TagMatch::parse_if_match(header), TagMatch::Any);
        assert_eq!(TagMatch::parse_if_none_match(header), TagMatch::Any);
    }
    both("*, \"a\"", &[]);
    both("\"a\", *", &["a"]);
    both("**", &[]);
}

#[test]
fn reading_stops_at_what_is_malformed() {
    both("", &[]);
    both("a", &[]);
    both("\"", &[]);
    both("\"a", &[]);
    both("\"a\" \"b\"", &[]);
    both("\"a\"x, \"b\"", &[]);
    both("\"a\", b, \"c\"", &["a"]);
    both("\"a\", \"b", &["a"]);
    both("\"a\"; \"b\"", &[]);
    both("\"a b\", \"c\"", &[]);
    both("\"a\u{7f}\"", &[]);
    both("\"é\"", &[]);
    both("\"a\"\r\n", &[]);
}

#[test]
fn what_no_store_makes_never_matches() {
    both("\"\"", &[]);
    both("\"\", \"a\"", &["a"]);
    both(&format!("\"{}\", \"a\"", "x".repeat(129)), &["a"]);
    assert!(!TagMatch::parse_if_match("").matches(&tag("a")));
    assert!(TagMatch::Any.matches(&tag("a")));
}

#[test]
fn long_headers_are_bounded() {
    let many = vec!["\"x\""; 65].join(",");
    let TagMatch::Tags(read) = TagMatch::parse_if_none_match(&many) else { panic!("no `*` there") };
    assert_eq!(read.len(), 64);
    for header in
        ["\"".repeat(1 << 20), ",".repeat(1 << 20), " ".repeat(1 << 20), format!("\"{}", "a".repeat(1 << 20))]
    {
        both(&header, &[]);
    }
}

#[test]
fn a_tag_is_1_to_128_visible_characters() {
    for text in ["a", "!", "~", "a,b", "\\", "W/x", &"x".repeat(128)] {
        assert_eq!(ETag::new(text).unwrap().as_str(), text);
    }
    for text in ["", "\"", "a\"b", " ", "a b", "\t", "\r\n", "\0", "\u{7f}", "é", &"x".repeat(129)] {
        assert!(ETag::new(text).is_err(), "{text:?}");
    }
    assert_eq!(ETag::parse_quoted("\"a\"").unwrap(), tag("a"));
    for text in ["", "\"", "\"\"", "a", "\"a", "a\"", "W/\"a\"", " \"a\"", "\"a\" ", "\"a\",\"b\""] {
        assert!(ETag::parse_quoted(text).is_err(), "{text:?}");
    }
}

proptest! {
    #[test]
    fn a_list_comes_back(texts in prop::collection::vec("[!#-~]{1,128}", 0..10), comma in "[ \t]{0,2},[ ,\t]{0,2}") {
        let tags: Vec<_> = texts.iter().map(|text| tag(text)).collect();
        let header = tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(&comma);
        prop_assert_eq!(TagMatch::parse_if_match(&header), TagMatch::Tags(tags.clone()));
        prop_assert_eq!(TagMatch::parse_if_none_match(&header), TagMatch::Tags(tags.clone()));
        for tag in tags {
            prop_assert_eq!(ETag::parse_quoted(&tag.to_string()), Ok(tag));
        }
    }

    #[test]
    fn parsing_never_panics_and_weak_reads_no_less(header in "[\"W/a, *\t\\PC]{0,60}") {
        let (strong, weak) = (TagMatch::parse_if_match(&header), TagMatch::parse_if_none_match(&header));
        if let (TagMatch::Tags(strong), TagMatch::Tags(weak)) = (strong, weak) {
            prop_assert!(strong.iter().all(|tag| weak.contains(tag)));
        }
    }
}
