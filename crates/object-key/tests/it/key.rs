//! Keys are accepted exactly or refused.

use std::collections::{BTreeSet, HashMap};

use object_key::{InvalidKey, ObjectKey, Prefix};

#[track_caller]
fn check_accepted(text: &str) {
    let key = ObjectKey::parse(text).unwrap();
    assert_eq!(key.as_str(), text);
    assert_eq!(key.to_string(), text);
    assert_eq!(format!("{key:?}"), format!("{text:?}"));
    assert_eq!(text.parse::<ObjectKey>().unwrap(), key);
    assert_eq!(ObjectKey::try_from(text).unwrap(), key);
    assert_eq!(ObjectKey::try_from(text.to_owned()).unwrap(), key);
}

#[track_caller]
fn check_refused(text: &str, reason: InvalidKey) {
    assert_eq!(ObjectKey::parse(text), Err(reason.clone()), "{text:?}");
    assert_eq!(ObjectKey::try_from(text.to_owned()), Err(reason));
}

#[test]
fn every_sane_existing_name_is_a_key() {
    check_accepted("a");
    check_accepted("reports/2026/q1.pdf");
    check_accepted("...");
    check_accepted("..a/.b/c..");
    check_accepted(".hidden");
    check_accepted("~");
    check_accepted("~root/x");
    check_accepted(" leading and trailing ");
    check_accepted("a b?c#d%2F&e=f;g+h");
    check_accepted("fotos/münchen 😀.jpg");
    check_accepted("e\u{301}"); // decomposed: readable; creating it is for `store` to refuse
    check_accepted("NUL");
    check_accepted("C:x");
    check_accepted("*?[a]b\"<>|'");
}

#[test]
fn s01_hostile_names_are_refused() {
    check_refused("", InvalidKey::Empty);
    check_refused("/", InvalidKey::OuterSlash);
    check_refused("/abs", InvalidKey::OuterSlash);
    check_refused("//host/x", InvalidKey::OuterSlash);
    check_refused("a/", InvalidKey::OuterSlash);
    check_refused("a//b", InvalidKey::EmptySegment);
    check_refused(".", InvalidKey::DotSegment);
    check_refused("..", InvalidKey::DotSegment);
    check_refused("../x", InvalidKey::DotSegment);
    check_refused("a/../../x", InvalidKey::DotSegment);
    check_refused("a/./b", InvalidKey::DotSegment);
    check_refused("a/..", InvalidKey::DotSegment);
    check_refused("..\\x", InvalidKey::Backslash);
    check_refused("\\\\srv\\s", InvalidKey::Backslash);
}

#[test]
fn s01_control_characters_are_refused() {
    for character in ['\0', '\u{1}', '\t', '\n', '\r', '\u{1F}', '\u{7F}', '\u{80}', '\u{85}', '\u{9F}'] {
        for text in [format!("a{character}b"), character.to_string(), format!("a/{character}")] {
            check_refused(&text, InvalidKey::Control { character });
        }
    }
}

#[test]
fn s01_percent_and_overlong_text_are_not_decoded() {
    // Once a key, `%2e%2e` is a name like any other: nothing decodes it again.
    check_accepted("%2e%2e");
    check_accepted("..%2f");
    assert_eq!(ObjectKey::parse("%2e%2e/x").unwrap().segments().next(), Some("%2e%2e"));
}

#[test]
fn the_longest_key_has_1024_bytes() {
    check_accepted(&"k".repeat(1024));
    check_accepted(&"é".repeat(512));
    check_refused(&"k".repeat(1025), InvalidKey::TooLong { length: 1025 });
    check_refused(&"é".repeat(513), InvalidKey::TooLong { length: 1026 });
    check_refused(&"/".repeat(1_000_000), InvalidKey::TooLong { length: 1_000_000 });
}

#[test]
fn parts_of_a_key() {
    #[track_caller]
    fn check(text: &str, file_name: &str, extension: Option<&str>, parent: &str) {
        let key = ObjectKey::parse(text).unwrap();
        assert_eq!((key.file_name(), key.extension()), (file_name, extension));
        assert_eq!(key.parent().as_str(), parent);
        assert_eq!(key.parent().contains(&key), !parent.is_empty() || key.parent().is_root());
    }
    check("a", "a", None, "");
    check("a.txt", "a.txt", Some("txt"), "");
    check("a/b.tar.gz", "b.tar.gz", Some("gz"), "a/");
    check("a.b/c", "c", None, "a.b/");
    check(".profile", ".profile", None, "");
    check("a/.b.c", ".b.c", Some("c"), "a/");
    check("a.", "a.", None, "");
    check("é/ü.ö", "ü.ö", Some("ö"), "é/");
}

#[test]
fn ancestors_are_whole_segments() {
    let key = ObjectKey::parse("a/b/c").unwrap();
    let ancestor = |segments| key.ancestor(segments).map(|prefix| prefix.to_string());
    assert_eq!(ancestor(0).as_deref(), Some(""));
    assert_eq!(ancestor(1).as_deref(), Some("a/"));
    assert_eq!(ancestor(2).as_deref(), Some("a/b/"));
    assert_eq!(ancestor(3), None);
    assert_eq!(ancestor(usize::MAX), None);
    assert_eq!(key.segments().rev().collect::<Vec<_>>(), ["c", "b", "a"]);
}

#[test]
fn keys_order_and_look_up_as_their_text() {
    let keys = ["a", "a!", "a/b", "a0", "é", "\u{10000}", "\u{FFFD}"];
    let sorted: BTreeSet<ObjectKey> = keys.iter().map(|text| ObjectKey::parse(text).unwrap()).collect();
    let mut texts = keys;
    texts.sort_unstable();
    assert_eq!(sorted.iter().map(ObjectKey::as_str).collect::<Vec<_>>(), texts);

    let map: HashMap<ObjectKey, u8> = [(ObjectKey::parse("a/b").unwrap(), 1)].into();
    assert_eq!(map.get("a/b"), Some(&1));
    assert!(sorted.contains("a!") && !sorted.contains("a\""));
}

#[test]
fn errors_say_what_is_wrong() {
    let message = |text: &str| ObjectKey::parse(text).unwrap_err().to_string();
    assert_eq!(message("a\u{1b}"), "key holds the control character U+001B");
    assert_eq!(message(&"x".repeat(1030)), "key has 1030 bytes, at most 1024 are allowed");
    assert_eq!(Prefix::parse("a").unwrap_err().to_string(), "prefix does not end in `/`");
}
