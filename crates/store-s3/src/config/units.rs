//! Sizes and durations as people write them: `8MiB`, `30s`, or plain numbers of bytes and seconds.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ByteSize;

const UNITS: [(&str, u64); 8] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

impl ByteSize {
    /// Reads a number of bytes with or without a unit.
    fn parse(text: &str) -> Option<u64> {
        let unit = UNITS.iter().find_map(|(name, bytes)| Some((text.strip_suffix(name)?, *bytes)));
        let (digits, bytes) = unit.unwrap_or((text, 1));
        digits.trim_end().parse::<u64>().ok()?.checked_mul(bytes)
    }

    /// Reads a field; for `#[serde(with = …)]`.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is no size such as `8MiB`")))
    }

    /// Writes a field in the largest unit without a remainder.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(crate) fn serialize<S: Serializer>(bytes: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        let fits = |unit: &&(&str, u64)| *bytes > 0 && bytes.is_multiple_of(unit.1) && unit.0.ends_with("iB");
        match UNITS.iter().rfind(fits) {
            Some((name, unit)) => serializer.collect_str(&format_args!("{}{name}", bytes / unit)),
            None => bytes.serialize(serializer),
        }
    }
}

/// Durations; for `#[serde(with = …)]`.
pub(crate) struct Span;

impl Span {
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        if let Ok(seconds) = text.parse() {
            return Ok(Duration::from_secs(seconds));
        }
        humantime::parse_duration(&text)
            .map_err(|_| D::Error::custom(format!("`{text}` is no duration such as `30s`")))
    }

    pub(crate) fn serialize<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&humantime::format_duration(*span))
    }
}

/// A text, or a whole number written as one.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or text with a unit")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, bytes: Option<u64>) {
        assert_eq!(ByteSize::parse(text), bytes, "{text}");
    }

    #[test]
    fn sizes_have_units() {
        check("8MiB", Some(8 << 20));
        check("8 MiB", Some(8 << 20));
        check("5000000", Some(5_000_000));
        check("1GB", Some(1_000_000_000));
        check("12B", Some(12));
        check("-1", None);
        check("8MiBB", None);
        check("1.5MiB", None);
        check("99999999TiB", None);
        check("", None);
    }
}
