//! Prefixes match whole segments.

use object_key::{InvalidKey, ObjectKey, Prefix};

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

fn prefix(text: &str) -> Prefix {
    Prefix::parse(text).unwrap()
}

#[test]
fn prefixes_are_empty_or_a_key_and_a_slash() {
    for text in ["", "a/", "a/b/", "é /", ".../"] {
        assert_eq!(prefix(text).as_str(), text);
        assert_eq!(text.parse::<Prefix>().unwrap(), prefix(text));
    }
    for (text, reason) in [
        ("a", InvalidKey::OpenPrefix),
        ("a/b", InvalidKey::OpenPrefix),
        ("/", InvalidKey::Empty),
        ("//", InvalidKey::OuterSlash),
        ("/a/", InvalidKey::OuterSlash),
        ("a//", InvalidKey::OuterSlash),
        ("a//b/", InvalidKey::EmptySegment),
        ("../", InvalidKey::DotSegment),
        ("a/./", InvalidKey::DotSegment),
        ("a\\/", InvalidKey::Backslash),
        ("a\0/", InvalidKey::Control { character: '\0' }),
    ] {
        assert_eq!(Prefix::parse(text), Err(reason), "{text:?}");
    }
    assert_eq!(prefix(&format!("{}/", "k".repeat(1024))).segment_count(), 1);
    let long = format!("{}/", "k".repeat(1025));
    assert_eq!(Prefix::parse(&long), Err(InvalidKey::TooLong { length: 1025 }));
}

#[test]
fn s02_s03_a_prefix_holds_what_lies_below_it_and_nothing_beside_it() {
    let public = prefix("public/");
    assert!(public.contains(&key("public/logo.svg")));
    assert!(public.contains(&key("public/a/b")));
    for text in ["public", "publicx/secret", "PUBLIC/secret", "a/public/x", "publi/c", "public2/x", "pub"] {
        assert!(!public.contains(&key(text)), "{text}");
    }
    assert!(Prefix::root().contains(&key("anything/at/all")));
}

#[test]
fn d01_dot_segments_never_reach_the_comparison() {
    for text in ["public/../secret", "public/./../secret", "public//../secret", "./public/x"] {
        assert!(ObjectKey::parse(text).is_err(), "{text}");
    }
}

#[test]
fn s03_prefixes_of_prefixes() {
    let tenant = prefix("tenant-a/");
    assert!(tenant.contains_prefix(&tenant));
    assert!(tenant.contains_prefix(&prefix("tenant-a/x/")));
    assert!(!tenant.contains_prefix(&prefix("tenant-abc/")));
    assert!(!tenant.contains_prefix(&Prefix::root()));
    assert!(Prefix::root().contains_prefix(&tenant));
}

#[test]
fn d11_stripping_and_joining_stay_below() {
    let tenant = prefix("tenant-a/");
    assert_eq!(tenant.strip(&key("tenant-a/x/y")), Some(key("x/y")));
    assert_eq!(tenant.strip(&key("tenant-abc/x")), None);
    assert_eq!(tenant.strip(&key("tenant-a")), None);
    assert_eq!(Prefix::root().strip(&key("a")), Some(key("a")));

    assert_eq!(tenant.join(&key("x")).unwrap(), key("tenant-a/x"));
    assert_eq!(Prefix::root().join(&key("x")).unwrap(), key("x"));
    assert_eq!(tenant.join_prefix(&prefix("b/")).unwrap(), prefix("tenant-a/b/"));
    assert_eq!(tenant.join_prefix(&Prefix::root()).unwrap(), tenant);
    assert_eq!(Prefix::root().join_prefix(&Prefix::root()).unwrap(), Prefix::root());
    let long = key(&"k".repeat(1020));
    assert_eq!(tenant.join(&long), Err(InvalidKey::TooLong { length: 1029 }));
    assert!(tenant.join_prefix(&prefix(&format!("{long}/"))).is_err());
}

#[test]
fn segments_are_counted() {
    assert_eq!(["", "a/", "a/b/"].map(|text| prefix(text).segment_count()), [0, 1, 2]);
    assert!(prefix("").is_root() && Prefix::default().is_root() && !prefix("a/").is_root());
}

#[test]
fn s08_nothing_is_a_pattern() {
    let literal = prefix("a[b]*/");
    assert!(literal.contains(&key("a[b]*/x")));
    assert!(!literal.contains(&key("ab/x")));
    assert!(!literal.contains(&key("a[b]c/x")));
}
