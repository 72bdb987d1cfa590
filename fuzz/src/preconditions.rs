//! Preconditions, held against RFC 9110 §13.2.2 as it reads.
//!
//! Each line of an input is a field, by its first letter: `m` If-Match, `u` If-Unmodified-Since, `n` If-None-Match, `s`
//! If-Modified-Since, `g` If-Range, `r` Range; `h` makes it a HEAD. Of a value such as `@+1` comes the date that lies so
//! many seconds from the object's own.

use http::{HeaderName, HeaderValue, Request, StatusCode, header};

use crate::date;
use crate::exhibit::{Exhibit, TAG};

const MODIFIED: u64 = 1_764_547_200; // Mon, 01 Dec 2025 00:00:00 GMT
const OBJECT: Exhibit = Exhibit { size: 4, modified: MODIFIED };

/// Sends a request with the input's fields.
pub fn check(data: &[u8]) {
    let fields: Vec<Field> = data.split(|byte| *byte == b'\n').take(32).filter_map(Field::read).collect();
    let head = data.split(|byte| *byte == b'\n').any(|line| line == b"h");
    let mut request = if head { Request::head("/") } else { Request::get("/") };
    for Field { name, value } in &fields {
        request = request.header(name, value);
    }
    let expected = literal(&Asked { fields: &fields, head });
    let answer = OBJECT.answer(request);
    assert_eq!(answer.status, expected, "{fields:?}");
    let length = match expected {
        _ if head => 0,
        StatusCode::OK => 4,
        StatusCode::PARTIAL_CONTENT => 2,
        _ => 0,
    };
    assert_eq!(answer.body.len(), length, "{fields:?}");
}

/// The ranges of this target; what there is to know about others is for the target `range`.
const RANGES: [&[u8]; 3] = [b"bytes=0-1", b"bytes=9-", b"lines=0-1"];

/// A header field.
#[derive(Debug)]
struct Field {
    name: HeaderName,
    value: HeaderValue,
}

impl Field {
    fn read(line: &[u8]) -> Option<Self> {
        let (letter, value) = line.split_first()?;
        let name = match letter {
            b'm' => header::IF_MATCH,
            b'u' => header::IF_UNMODIFIED_SINCE,
            b'n' => header::IF_NONE_MATCH,
            b's' => header::IF_MODIFIED_SINCE,
            b'g' => header::IF_RANGE,
            b'r' => header::RANGE,
            _ => return None,
        };
        if name == header::RANGE && !RANGES.contains(&value) {
            return None;
        }
        let offset =
            std::str::from_utf8(value).ok().and_then(|text| text.strip_prefix('@')?.parse::<i16>().ok());
        let value = match offset {
            Some(offset) => HeaderValue::try_from(date::write(MODIFIED.checked_add_signed(offset.into())?)),
            None => HeaderValue::try_from(value.to_vec()),
        };
        Some(Self { name, value: value.ok()? })
    }
}

/// What a request asks.
struct Asked<'a> {
    fields: &'a [Field],
    head: bool,
}

impl Asked<'_> {
    /// The values of a field's lines; those that are not ASCII are empty.
    fn lines(&self, name: &HeaderName) -> Vec<&str> {
        let own = self.fields.iter().filter(|field| field.name == *name);
        own.map(|field| field.value.to_str().unwrap_or_default()).collect()
    }

    /// The value of a field that stands once.
    fn only(&self, name: &HeaderName) -> Option<&str> {
        match self.lines(name)[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The date of a field that is one: another is to be ignored (§13.1.3, §13.1.4).
    fn date(&self, name: &HeaderName) -> Option<u64> {
        self.only(name).and_then(date::read)
    }
}

/// The six steps of §13.2.2, for GET and HEAD.
fn literal(asked: &Asked<'_>) -> StatusCode {
    // 1. When recipient is the origin server and If-Match is present: if true, continue to step 3.
    let if_match = asked.lines(&header::IF_MATCH);
    if if_match.is_empty() {
        // 2. … If-Match is not present, and If-Unmodified-Since is present: if true, continue to step 3.
        if asked.date(&header::IF_UNMODIFIED_SINCE).is_some_and(|date| MODIFIED > date) {
            return StatusCode::PRECONDITION_FAILED;
        }
    } else if !lists_tag(&if_match, Comparison::Strong) {
        return StatusCode::PRECONDITION_FAILED;
    }
    // 3. When If-None-Match is present: if true, continue to step 5; if false for GET/HEAD, respond 304.
    let if_none_match = asked.lines(&header::IF_NONE_MATCH);
    if if_none_match.is_empty() {
        // 4. When the method is GET or HEAD, If-None-Match is not present, and If-Modified-Since is present …
        if asked.date(&header::IF_MODIFIED_SINCE).is_some_and(|date| MODIFIED <= date) {
            return StatusCode::NOT_MODIFIED;
        }
    } else if lists_tag(&if_none_match, Comparison::Weak) {
        return StatusCode::NOT_MODIFIED;
    }
    // 5. When the method is GET and both Range and If-Range are present: if true, respond 206, else ignore Range.
    if !asked.head && if_range_holds(asked) {
        return range_status(asked.only(&header::RANGE));
    }
    // 6. Otherwise, perform the requested method and respond according to its success or failure.
    StatusCode::OK
}

/// §13.1.5: an exact match with the date, a strong one with the tag; anything else is false.
fn if_range_holds(asked: &Asked<'_>) -> bool {
    let lines = asked.lines(&header::IF_RANGE);
    let only = asked.only(&header::IF_RANGE).unwrap_or_default();
    lines.is_empty() || only == format!("\"{TAG}\"") || date::read(only) == Some(MODIFIED)
}

/// What comes of a range that counts.
fn range_status(value: Option<&str>) -> StatusCode {
    match value {
        Some("bytes=0-1") => StatusCode::PARTIAL_CONTENT,
        Some("bytes=9-") => StatusCode::RANGE_NOT_SATISFIABLE,
        _ => StatusCode::OK,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Strong,
    Weak,
}

/// Tells whether a list names the object's tag, or is `*`.
///
/// Reads byte by byte. A broken element ends the list, and so does the 64th; a tag of no length or of more than 128 bytes
/// is nobody's.
fn lists_tag(lines: &[&str], comparison: Comparison) -> bool {
    let value = lines.join(",");
    if value.trim_matches([' ', '\t']) == "*" {
        return true;
    }
    let mut bytes = value.bytes().peekable();
    for _ in 0..64 {
        while bytes.next_if(|byte| b" \t,".contains(byte)).is_some() {}
        let weak = bytes.next_if_eq(&b'W').is_some();
        if weak && bytes.next() != Some(b'/') || bytes.next() != Some(b'"') {
            return false;
        }
        let mut opaque = Vec::new();
        loop {
            match bytes.next() {
                Some(b'"') => break,
                Some(byte) if byte == 0x21 || (0x23..0x7F).contains(&byte) => opaque.push(byte),
                _ => return false,
            }
        }
        while bytes.next_if(|byte| b" \t".contains(byte)).is_some() {}
        let ended = bytes.peek().is_none();
        if !ended && bytes.peek() != Some(&b',') {
            return false;
        }
        if opaque == TAG.as_bytes() && (comparison == Comparison::Weak || !weak) {
            return true;
        }
        if ended {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s19_the_model_compares_as_the_rfc_says() {
        for (list, strong, weak) in [
            ("*", true, true),
            ("\"v1\"", true, true),
            ("W/\"v1\"", false, true),
            ("\"a,\", \"v1\"", true, true),
            ("\"a\" \"v1\"", false, false),
            ("\"v2\"", false, false),
            ("v1", false, false),
        ] {
            assert_eq!(lists_tag(&[list], Comparison::Strong), strong, "{list}");
            assert_eq!(lists_tag(&[list], Comparison::Weak), weak, "{list}");
        }
    }
}
