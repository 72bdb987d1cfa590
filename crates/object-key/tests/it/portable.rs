//! Names that are safe to create everywhere.

use object_key::{NotPortable, ObjectKey};

#[track_caller]
fn check(text: &str, expected: &Result<(), NotPortable>) {
    for place in [text.to_owned(), format!("a/{text}"), format!("{text}/b")] {
        assert_eq!(&ObjectKey::parse(&place).unwrap().check_portable(), expected, "{place:?}");
    }
}

#[test]
fn ordinary_names_are_portable() {
    for text in [
        "a.txt",
        "con1",
        "xcon",
        "console.log",
        "com",
        "com10",
        "com1a",
        "lpt",
        "nul_",
        "null",
        "auxiliary",
        ".con",
        "a.con",
        "é😀.jpg",
        " leading",
        "a b",
        "..a",
        "~x",
        "日本語",
        "clock",
    ] {
        check(text, &Ok(()));
    }
}

#[test]
fn s05_windows_devices_are_not() {
    for text in [
        "NUL",
        "nul",
        "con.txt",
        "CON.tar.gz",
        "Aux",
        "prn",
        "COM1",
        "com9.log",
        "COM0",
        "LPT1",
        "com¹",
        "COM¹.txt",
        "lpt²",
        "LPT³.x",
        "nul .txt",
        "con  .a",
        "CONIN$",
        "conout$.txt",
        "clock$",
    ] {
        check(text, &Err(NotPortable::DeviceName));
    }
}

#[test]
fn s05_trailing_dots_and_spaces_are_not() {
    for text in ["a.", "a ", "AUX ", "nul.", "a. ", "a .", "...", " "] {
        check(text, &Err(NotPortable::TrailingDotOrSpace));
    }
}

#[test]
fn s05_drives_and_streams_are_not() {
    for text in ["C:x", "c:", "x::$DATA", "a:b", "file.txt:evil"] {
        check(text, &Err(NotPortable::Colon));
    }
}

#[test]
fn s06_invisible_characters_are_not() {
    for character in [
        '\u{AD}',
        '\u{34F}',
        '\u{61C}',
        '\u{115F}',
        '\u{17B4}',
        '\u{180E}',
        '\u{200B}',
        '\u{200D}',
        '\u{200E}',
        '\u{200F}',
        '\u{2028}',
        '\u{202A}',
        '\u{202E}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{206F}',
        '\u{3164}',
        '\u{FEFF}',
        '\u{FFA0}',
        '\u{FFF9}',
        '\u{1D173}',
        '\u{E0001}',
        '\u{E0041}',
    ] {
        check(&format!("a{character}b"), &Err(NotPortable::Invisible { character }));
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let message = |text: &str| ObjectKey::parse(text).unwrap().check_portable().unwrap_err().to_string();
    assert_eq!(message("gpj.\u{202E}exe"), "a segment holds the invisible character U+202E");
    assert_eq!(message("NUL"), "a segment is a Windows device name");
}
