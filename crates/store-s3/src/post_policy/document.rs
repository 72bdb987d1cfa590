//! [`Document`]: a POST policy in JSON, written with the fields that fulfil it.

use std::fmt::{self, Write as _};
use std::ops::RangeInclusive;

/// A policy in the making, and the fields of its form.
pub(super) struct Document {
    expiration: String,
    conditions: Vec<String>,
    fields: Vec<(String, String)>,
}

impl Document {
    pub(super) fn new(expiration: &str) -> Self {
        Self { expiration: expiration.to_owned(), conditions: Vec::new(), fields: Vec::new() }
    }

    /// Adds a field, and the condition that it has this value.
    pub(super) fn field(&mut self, name: &str, value: &str) {
        self.condition(name, value);
        self.free_field(name, value.to_owned());
    }

    /// Adds a field without a condition.
    pub(super) fn free_field(&mut self, name: &str, value: String) {
        self.fields.push((name.to_owned(), value));
    }

    /// Adds the condition that something has this value.
    pub(super) fn condition(&mut self, name: &str, value: &str) {
        self.conditions.push(format!("{{{}: {}}}", Json(name), Json(value)));
    }

    /// Adds the condition that a field begins so.
    pub(super) fn starts_with(&mut self, name: &str, value: &str) {
        self.conditions.push(format!("[\"starts-with\", {}, {}]", Json(&format!("${name}")), Json(value)));
    }

    /// Adds the condition that something lies in a range.
    pub(super) fn range(&mut self, name: &str, range: &RangeInclusive<u64>) {
        self.conditions.push(format!("[{}, {}, {}]", Json(name), range.start(), range.end()));
    }

    /// Returns the fields, and the document.
    pub(super) fn finish(self) -> (Vec<(String, String)>, String) {
        let conditions = self.conditions.join(", ");
        let document =
            format!("{{\"expiration\": {}, \"conditions\": [{conditions}]}}", Json(&self.expiration));
        (self.fields, document)
    }
}

/// Displays a text as a string of JSON, in ASCII alone.
struct Json<'a>(&'a str);

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                ' '..='~' => f.write_char(c)?,
                _ => c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(f, "\\u{unit:04x}"))?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, json: &str) {
        assert_eq!(Json(text).to_string(), json);
    }

    #[test]
    fn text_becomes_json_in_ascii() {
        check("plain ~", r#""plain ~""#);
        check("\"\\/", r#""\"\\/""#);
        check("\u{7f}\u{1}", r#""\u007f\u0001""#);
        check("ü😀", r#""\u00fc\ud83d\ude00""#);
        check("\"}, {\"acl\": \"public-read", r#""\"}, {\"acl\": \"public-read""#);
    }

    #[test]
    fn a_document_has_its_conditions_in_order() {
        let mut document = Document::new("2026-01-01T00:00:00Z");
        document.range("content-length-range", &(1..=2));
        document.starts_with("key", "a/");
        document.free_field("key", "a/${filename}".to_owned());
        document.field("x", "y");
        let (fields, json) = document.finish();
        assert_eq!(
            json,
            "{\"expiration\": \"2026-01-01T00:00:00Z\", \"conditions\": [[\"content-length-range\", 1, 2], \
             [\"starts-with\", \"$key\", \"a/\"], {\"x\": \"y\"}]}"
        );
        assert_eq!(fields.len(), 2);
    }
}
