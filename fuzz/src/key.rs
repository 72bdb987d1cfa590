//! Keys: which texts are one, and how they stand in the path of a URL.

use std::str;

use object_key::ObjectKey;

/// Reads the input as a key and as the raw path of a URL.
pub fn check(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    assert_eq!(ObjectKey::parse(text).is_ok(), is_key(data), "{text:?}");
    let decoded = ObjectKey::from_url_path(text).ok();
    assert_eq!(decoded.as_ref().map(|key| key.as_str().as_bytes()), decode(data).as_deref(), "{text:?}");
    if let Ok(key) = ObjectKey::parse(text) {
        check_key(&key, text);
    }
}

fn check_key(key: &ObjectKey, text: &str) {
    assert_eq!(key.as_str(), text, "accepted exactly as given");
    let path = key.url_path().to_string();
    assert_eq!(path, encode(text));
    assert_eq!(ObjectKey::from_url_path(&path).as_ref(), Ok(key), "there and back");

    let segments: Vec<&str> = key.segments().collect();
    assert_eq!(segments.join("/"), text);
    assert_eq!(segments.last(), Some(&key.file_name()));
    assert_eq!(format!("{}{}", key.parent(), key.file_name()), text);
    if let Some(extension) = key.extension() {
        assert!(key.file_name().ends_with(&format!(".{extension}")) && !extension.contains('.'));
    }
    check_portable(key, &segments);
}

/// A name is as safe as its least safe segment, and neither case nor an extension makes a device something else.
fn check_portable(key: &ObjectKey, segments: &[&str]) {
    let safe = |text: &str| ObjectKey::parse(text).is_ok_and(|key| key.check_portable().is_ok());
    let portable = key.check_portable().is_ok();
    assert_eq!(portable, segments.iter().all(|segment| safe(segment)));
    assert_eq!(portable, safe(&key.as_str().to_ascii_uppercase()));
    for segment in segments.iter().filter(|segment| !segment.contains('.') && segment.len() < 1000) {
        assert!(safe(segment) || !safe(&format!("{segment}.txt")) || segment.ends_with(' '), "{segment:?}");
    }
}

/// Tells whether these bytes are a key, one byte at a time.
pub(crate) fn is_key(bytes: &[u8]) -> bool {
    let (mut length, mut dots, mut previous) = (0, 0, 0);
    for byte in bytes.iter().copied().chain([b'/']) {
        match byte {
            b'/' if length == dots && length <= 2 => return false, // empty, `.` or `..`
            b'/' => (length, dots) = (0, 0),
            0..0x20 | 0x7F | b'\\' => return false,
            0x80..0xA0 if previous == 0xC2 => return false, // U+0080 to U+009F
            _ => (length, dots) = (length + 1, dots + usize::from(byte == b'.')),
        }
        previous = byte;
    }
    bytes.len() <= 1024
}

/// Decodes percent escapes and returns what is a key then, read from the end.
fn decode(raw: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    let mut rest = raw;
    while let [byte, tail @ ..] = rest {
        if *byte != b'%' {
            decoded.push(*byte);
            rest = tail;
            continue;
        }
        let [high, low, tail @ ..] = tail else { return None };
        let digits = [*high, *low];
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let byte = u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?;
        decoded.push((byte != b'/').then_some(byte)?);
        rest = tail;
    }
    (str::from_utf8(&decoded).is_ok() && is_key(&decoded)).then_some(decoded)
}

/// Writes every byte that is neither `/` nor unreserved (RFC 3986 §2.3) as an escape.
fn encode(text: &str) -> String {
    const UNRESERVED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    let one = |byte: u8| match char::from(byte) {
        plain if UNRESERVED.contains(plain) => plain.to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s01_the_model_knows_the_rules() {
        for good in ["a", "a/b.c", "..a", "a..", "...", "é/ü", " ", "a%2Fb", "\u{A0}"] {
            assert!(is_key(good.as_bytes()), "{good:?}");
        }
        for bad in
            ["", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a\\b", "a\0", "\u{85}", "\u{7F}"]
        {
            assert!(!is_key(bad.as_bytes()), "{bad:?}");
        }
        assert_eq!(decode(b"a%20b/c").as_deref(), Some(&b"a b/c"[..]));
        for bad in ["%", "%2", "%zz", "%+1", "a%2fb", "%2e%2e", "%ff", "%00"] {
            assert_eq!(decode(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(encode("a b/é"), "a%20b/%C3%A9");
    }
}
