//! Header values and user metadata: what gets in and what does not.

use proptest::prelude::*;
use store::{ETag, FieldValue, InvalidUserMetadata, Metadata, Sha256Digest, UserMetadata, Written};

#[test]
fn a_field_value_is_kept_as_it_stands() {
    for text in ["a", "text/html; charset=utf-8", "a  b", "\"q\" \\ ~!", &"x".repeat(1024)] {
        let value = FieldValue::parse(text.to_owned()).unwrap();
        assert_eq!((value.as_str(), value.to_string()), (text, text.to_owned()));
    }
}

#[test]
fn s24_nothing_that_ends_a_header_line_gets_in() {
    for text in [
        "",
        " ",
        "a\r\nb",
        "a\rb",
        "a\nb",
        "\n",
        "a\0b",
        "a\tb",
        "a\u{b}b",
        "a\u{7f}b",
        "a\u{85}b",
        " a",
        "a ",
        "é",
        "😀",
        "a\u{2028}b",
        "%0d%0a\u{d}",
        &"x".repeat(1025),
    ] {
        assert!(FieldValue::parse(text.to_owned()).is_err(), "{text:?}");
    }
    // An escape is four harmless characters: nobody decodes it again.
    assert!(FieldValue::parse("%0d%0a").is_ok());
}

#[track_caller]
fn refused(name: &str, value: &str, reason: InvalidUserMetadata) {
    assert_eq!(UserMetadata::default().insert(name, value.to_owned()), Err(reason), "{name}={value}");
}

#[test]
fn user_metadata_has_plain_names_and_values() {
    let mut user = UserMetadata::default();
    for (name, value) in [("z", "1"), ("a-b_c.9", "\"x\""), ("z", "2")] {
        user.insert(name, value).unwrap();
    }
    assert_eq!(user.iter().collect::<Vec<_>>(), [("a-b_c.9", "\"x\""), ("z", "2")]);
    assert_eq!((user.get("z"), user.get("y"), user.is_empty()), (Some("2"), None, false));

    for name in ["", "A", "a b", "a:b", "é", "a\r\nb", "a/b", "a=b"] {
        refused(name, "x", InvalidUserMetadata::Name);
    }
    for value in ["", " x", "x ", "a\r\nb", "a\0b", "é", &"x".repeat(1025)] {
        refused("a", value, InvalidUserMetadata::Value);
    }
    refused("hallpass-sha256", "x", InvalidUserMetadata::Reserved);
    refused("hallpass-", "x", InvalidUserMetadata::Reserved);
    assert!(UserMetadata::default().insert("hallpass", "x").is_ok());
}

#[test]
fn user_metadata_has_a_limit_in_bytes() {
    let mut user = UserMetadata::default();
    user.insert("a", "x".repeat(1023)).unwrap();
    let room = UserMetadata::MAX_BYTES - 1024;
    assert_eq!(user.insert("bc", "x".repeat(room - 1)), Err(InvalidUserMetadata::TooLarge));
    assert_eq!(user.get("bc"), None);
    user.insert("bc", "x".repeat(room - 2)).unwrap();
    assert_eq!(user.insert("d", "x"), Err(InvalidUserMetadata::TooLarge));
    // One of the same name makes room for itself, and a refused one leaves the old.
    user.insert("bc", "y".repeat(room - 2)).unwrap();
    assert_eq!(user.insert("bc", "z".repeat(room - 1)), Err(InvalidUserMetadata::TooLarge));
    assert!(user.get("bc").unwrap().starts_with('y'));
}

#[test]
fn user_metadata_has_a_limit_in_entries() {
    let mut user = UserMetadata::default();
    for number in 0..UserMetadata::MAX_ENTRIES {
        user.insert(&format!("n{number}"), "x").unwrap();
    }
    assert_eq!(user.insert("more", "x"), Err(InvalidUserMetadata::TooMany));
    user.insert("n0", "another").unwrap();
    assert_eq!(user.get("n0"), Some("another"));
}

#[test]
fn a_digest_is_shown_in_hexadecimal() {
    let digest = Sha256Digest(std::array::from_fn(|at| u8::try_from(at * 8).unwrap()));
    assert_eq!(digest.to_string(), "0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8");
    assert_eq!(format!("{digest:?}"), digest.to_string());
}

#[test]
fn what_was_written_is_what_the_metadata_says() {
    let etag = ETag::new("x").unwrap();
    let mut metadata = Metadata::new(7, etag.clone(), std::time::SystemTime::now());
    metadata.sha256 = Some(Sha256Digest([1; 32]));
    assert_eq!(Written::from(metadata.clone()), Written::new(7, etag, metadata.sha256));
}

proptest! {
    #[test]
    fn a_field_value_is_visible_ascii(text in "\\PC{0,40}|[\\x00-\\x7f]{0,40}") {
        let plain = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        let expected = plain && !text.is_empty() && text.trim() == text;
        prop_assert_eq!(FieldValue::parse(text).is_ok(), expected);
    }
}
