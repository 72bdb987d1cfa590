//! [`Disposition`]: whatever the name, one field with one name in it.

use links::{Disposition, DispositionKind};
use proptest::prelude::*;

use crate::fixture::{key, percent_decoded};

#[track_caller]
fn check(name: &str, expected: &str) {
    assert_eq!(Disposition::attachment(name).to_string(), format!("attachment{expected}"), "{name:?}");
}

#[test]
fn d20_dp6_names_come_out_the_same_for_every_browser() {
    check("report.pdf", "; filename=\"report.pdf\"");
    check("my report (1).pdf", "; filename=\"my report (1).pdf\"");
    check("Porträt.jpg", "; filename=\"Portr_t.jpg\"; filename*=UTF-8''Portr%C3%A4t.jpg");
    check("日本.txt", "; filename=\"__.txt\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt");
    check("🎉.gif", "; filename=\"_.gif\"; filename*=UTF-8''%F0%9F%8E%89.gif");
    check("it's", "; filename=\"it's\"");
    check("", "");
    check("folder/", "");
}

#[test]
fn s24_s51_no_name_ends_the_quotes_the_parameter_or_the_line() {
    check(
        "\"; filename=evil.bat",
        "; filename=\"__ filename=evil.bat\"; filename*=UTF-8''%22%3B%20filename%3Devil.bat",
    );
    check("setup.bat;.pdf", "; filename=\"setup.bat_.pdf\"; filename*=UTF-8''setup.bat%3B.pdf");
    check("a\\\"b", "; filename=\"_b\"; filename*=UTF-8''%22b");
    check("100%41.txt", "; filename=\"100_41.txt\"; filename*=UTF-8''100%2541.txt");
    check("a\r\nSet-Cookie: x=y", "; filename=\"aSet-Cookie: x=y\"");
    check("a\0b\u{7f}c\u{85}d", "; filename=\"abcd\"");
    check("../../etc/passwd", "; filename=\"passwd\"");
    check("C:\\Users\\evil.bat", "; filename=\"evil.bat\"");
    check("cv-\u{202E}fdp.exe", "; filename=\"cv-fdp.exe\"");
}

#[test]
fn of_a_key_only_the_file_name_counts() {
    let shown = Disposition::of_key(DispositionKind::Inline, &key("private/users/42/me.jpg"));
    assert_eq!(shown.to_string(), "inline; filename=\"me.jpg\"");
}

#[test]
fn a_long_name_is_cut_and_keeps_its_extension() {
    let decoded = |name: &str| read(&Disposition::attachment(name).to_string()).unwrap();
    let cut = decoded(&format!("{}.tar.gz", "x".repeat(500)));
    assert_eq!(cut.len(), 200);
    assert!(cut.ends_with("x.gz"), "{cut}");
    let cut = decoded(&format!("{}.pdf", "ü".repeat(300)));
    assert!(cut.len() <= 200 && cut.ends_with("ü.pdf"), "{cut}");
    let cut = decoded(&format!("x.{}", "y".repeat(300)));
    assert_eq!(cut.len(), 200, "what is that long is no extension");
}

/// Reads a field by RFC 6266 and RFC 8187, strictly and independently of the writer: the name that a browser takes.
fn read(field: &str) -> Option<String> {
    let (_, parameters) = field.split_once("; ")?;
    let rest = parameters.strip_prefix("filename=\"")?;
    let (fallback, rest) = rest.split_once('"')?;
    assert!(
        fallback.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !b"\"\\%;".contains(&byte)),
        "{field}"
    );
    if rest.is_empty() {
        return Some(fallback.to_owned());
    }
    let extended = rest.strip_prefix("; filename*=UTF-8''").unwrap_or_else(|| panic!("{field}"));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~%".contains(&byte);
    assert!(extended.bytes().all(plain), "{field}");
    Some(percent_decoded(extended))
}

proptest! {
    #[test]
    fn dp6_every_name_survives_the_round_trip(name in "[^/\\\\\\p{C}\\p{Zl}\\p{Zp}]{1,40}") {
        prop_assert_eq!(read(&Disposition::attachment(&name).to_string()), Some(name));
    }

    #[test]
    fn s24_every_text_makes_a_header_value(name in any::<String>(), long in "\\PC{0,400}") {
        for text in [name, long] {
            let field = Disposition::new(DispositionKind::Inline, &text).to_string();
            prop_assert!(field.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{}", field);
            prop_assert!(field == "inline" || read(&field).is_some_and(|name| name.len() <= 200));
        }
    }
}
