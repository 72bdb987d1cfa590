//! Names that may be written, and what they say about the content.

use store::{FieldValue, InvalidName, NameRule, check_name, guess_content_type};

use crate::support::key;

#[track_caller]
fn portable(name: &str) {
    assert_eq!(check_name(&key(name), NameRule::Portable), Ok(()), "{name:?}");
    assert_eq!(check_name(&key(name), NameRule::Any), Ok(()), "{name:?}");
}

#[track_caller]
fn not_portable(name: &str) {
    let result = check_name(&key(name), NameRule::Portable);
    assert!(matches!(result, Err(InvalidName::NotPortable(_))), "{name:?}: {result:?}");
    assert_eq!(check_name(&key(name), NameRule::Any), Ok(()), "{name:?}");
}

#[test]
fn ordinary_names_may_be_written() {
    for name in [
        "a",
        "a/b.txt",
        "a b",
        "é",
        "日本語/x",
        "100%",
        "?*\"<>|",
        "console",
        "com",
        "nul_",
        ".hidden",
        "..a",
    ] {
        portable(name);
    }
}

#[test]
fn s05_windows_names_may_not_be_written() {
    for name in [
        "a/NUL",
        "con.txt",
        "nul .txt",
        "COM¹",
        "lpt9/x",
        "x::$DATA",
        "C:x",
        "a.",
        "a ",
        "a /b",
        "aux.tar.gz",
    ] {
        not_portable(name);
    }
}

#[test]
fn s06_names_are_normalized() {
    for name in
        ["e\u{301}", "a/e\u{301}.txt", "\u{212a}", "\u{1100}\u{1161}", "a\u{323}\u{307}x\u{307}\u{323}"]
    {
        assert_eq!(check_name(&key(name), NameRule::Portable), Err(InvalidName::NotNormalized), "{name:?}");
        assert_eq!(check_name(&key(name), NameRule::Any), Ok(()));
    }
    for name in ["\u{e9}", "K", "가", "ﬁ", "①"] {
        portable(name); // compatibility forms are different characters and stay
    }
}

#[test]
fn s06_invisible_and_bidirectional_characters_may_not_be_written() {
    for name in ["a\u{200b}b", "\u{feff}a", "a\u{202e}fdp.exe", "a\u{2066}b", "a\u{ad}b"] {
        not_portable(name);
    }
}

#[test]
fn the_reason_is_a_text() {
    let reason = |name: &str| check_name(&key(name), NameRule::Portable).unwrap_err().to_string();
    assert_eq!(reason("e\u{301}"), "the name is not in Unicode Normalization Form C");
    assert_eq!(reason("nul"), "a segment is a Windows device name");
}

#[test]
fn the_extension_says_the_type() {
    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(guess_content_type(&key(name)).as_str(), expected, "{name}");
    }
    check("a.png", "image/png");
    check("a.PNG", "image/png");
    check("a.tar.gz", "application/gzip");
    check("a.svg", "image/svg+xml");
    check("a.html", "text/html");
    check("photo.png/readme", "application/octet-stream");
    check(".png", "application/octet-stream");
    check("png", "application/octet-stream");
    check("a.", "application/octet-stream");
    check("a.no-such", "application/octet-stream");
    check("a.é", "application/octet-stream");
}

/// The library promises media types; that each is a [`FieldValue`] is ours to know.
#[test]
fn every_type_of_a_short_extension_is_a_field_value() {
    let letters: Vec<char> = ('a'..='z').chain('0'..='9').collect();
    let longer =
        ["html", "jpeg", "json", "webp", "xhtml", "woff2", "xlsx", "docx", "pptx", "tiff", "webm", "mpeg"];
    let longer_by_one = |stems: &[String]| -> Vec<String> {
        stems.iter().flat_map(|stem| letters.iter().map(move |letter| format!("{stem}{letter}"))).collect()
    };
    let one = longer_by_one(&[String::new()]);
    let two = longer_by_one(&one);
    let three = longer_by_one(&two);
    let mut known = 0;
    for extension in [one, two, three, longer.map(str::to_owned).to_vec()].concat() {
        let guess: FieldValue = guess_content_type(&key(&format!("a.{extension}")));
        assert!(guess.as_str().contains('/'), "{extension}: {guess}");
        known += i32::from(guess.as_str() != "application/octet-stream");
    }
    assert!(known > 500, "only {known} extensions are known");
}
