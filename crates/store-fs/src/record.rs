//! [`Record`]: an object's metadata in one extended attribute of its file.
//!
//! Lines of text, so that `getfattr -d` shows them: no value can hold a line break ([`FieldValue`]).
//!
//! ```text
//! hallpass 1
//! size 12
//! modified 1763692800 123456789
//! etag 6f1c…
//! sha256 2cf2…
//! content-type text/plain
//! :camera Leica M3
//! ```

use std::fmt::Write;

use store::{Attributes, ETag, FieldValue, Metadata, Sha256Digest, UserMetadata};

use crate::file::Time;

/// The extended attribute.
pub(crate) const ATTRIBUTE: &str = "user.hallpass";

/// The longest record in bytes: ext4 holds about 4,000 in all attributes of a file together.
pub(crate) const MAX_LEN: usize = 3584;

const VERSION: &str = "hallpass 1";

/// What the record of an object says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// The size and time of the bytes that it belongs to.
    pub(crate) size: u64,
    pub(crate) modified: Time,
    pub(crate) etag: ETag,
    pub(crate) sha256: Option<Sha256Digest>,
    pub(crate) attributes: Attributes,
    pub(crate) user: UserMetadata,
}

/// The record would be longer than [`MAX_LEN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong;

impl Record {
    pub(crate) fn encode(&self) -> Result<Vec<u8>, TooLong> {
        let mut text = format!("{VERSION}\nsize {}\n", self.size);
        let mut line = |name: &str, value: &dyn std::fmt::Display| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name} {value}");
        };
        line("modified", &format_args!("{} {}", self.modified.seconds, self.modified.nanos));
        line("etag", &self.etag.as_str());
        if let Some(digest) = &self.sha256 {
            line("sha256", digest);
        }
        for (name, value) in fields(&self.attributes) {
            line(name, value);
        }
        for (name, value) in self.user.iter() {
            line(&format!(":{name}"), &value);
        }
        if text.len() <= MAX_LEN { Ok(text.into_bytes()) } else { Err(TooLong) }
    }

    /// Reads a record; `None` for anything that this version would not have written.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = cut(std::str::from_utf8(bytes).ok()?, b'\n')?;
        if version != VERSION {
            return None;
        }
        let (size, rest) = cut(rest.strip_prefix("size ")?, b'\n')?;
        let (modified, rest) = cut(rest.strip_prefix("modified ")?, b'\n')?;
        let (etag, mut rest) = cut(rest.strip_prefix("etag ")?, b'\n')?;
        let mut record = Self {
            size: size.parse().ok()?,
            modified: parse_time(modified)?,
            etag: ETag::new(etag).ok()?,
            sha256: None,
            attributes: Attributes::default(),
            user: UserMetadata::default(),
        };
        while !rest.is_empty() {
            let (line, below) = cut(rest, b'\n')?;
            record.read_line(line)?;
            rest = below;
        }
        Some(record)
    }

    fn read_line(&mut self, line: &str) -> Option<()> {
        let (name, value) = cut(line, b' ')?;
        if let Some(name) = name.strip_prefix(':') {
            return self.user.insert(name, value.to_owned()).ok();
        }
        if name == "sha256" {
            self.sha256 = Some(parse_digest(value)?);
            return Some(());
        }
        let (_, field) = fields_mut(&mut self.attributes).find(|(known, _)| *known == name)?;
        *field = Some(FieldValue::parse(value.to_owned()).ok()?);
        Some(())
    }

    pub(crate) fn into_metadata(self) -> Metadata {
        let mut metadata = Metadata::new(self.size, self.etag, self.modified.to_system());
        metadata.sha256 = self.sha256;
        metadata.attributes = self.attributes;
        metadata.user = self.user;
        metadata
    }
}

/// Cuts a text in two at an ASCII character. Lines are too short for the search of `str`, which begins with a long run-up:
/// every request reads a record.
fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    let (before, after) = text.split_at_checked(text.bytes().position(|byte| byte == at)?)?;
    Some((before, after.get(1..)?))
}

fn parse_time(text: &str) -> Option<Time> {
    let (seconds, nanos) = cut(text, b' ')?;
    Some(Time { seconds: seconds.parse().ok()?, nanos: nanos.parse().ok()? })
}

fn parse_digest(hex: &str) -> Option<Sha256Digest> {
    let digits: &[u8; 64] = hex.as_bytes().try_into().ok()?;
    let mut digest = [0; 32];
    for (byte, [high, low]) in digest.iter_mut().zip(digits.as_chunks().0) {
        *byte = value_of(*high)? << 4 | value_of(*low)?;
    }
    Some(Sha256Digest(digest))
}

const fn value_of(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// The header fields of a record, as they are written.
const FIELDS: [&str; 5] =
    ["content-type", "content-encoding", "content-disposition", "content-language", "cache-control"];

fn fields(attributes: &Attributes) -> impl Iterator<Item = (&'static str, &FieldValue)> {
    let Attributes {
        content_type,
        content_encoding,
        content_disposition,
        content_language,
        cache_control,
        ..
    } = attributes;
    let values = [content_type, content_encoding, content_disposition, content_language, cache_control];
    FIELDS.into_iter().zip(values).filter_map(|(name, value)| Some((name, value.as_ref()?)))
}

fn fields_mut(attributes: &mut Attributes) -> impl Iterator<Item = (&'static str, &mut Option<FieldValue>)> {
    let Attributes {
        content_type,
        content_encoding,
        content_disposition,
        content_language,
        cache_control,
        ..
    } = attributes;
    let values = [content_type, content_encoding, content_disposition, content_language, cache_control];
    FIELDS.into_iter().zip(values)
}

/// Makes a tag of 16 bytes.
#[expect(clippy::expect_used, reason = "hexadecimal digits are an entity tag")]
pub(crate) fn etag_of(bytes: &[u8; 16]) -> ETag {
    ETag::new(&hex(bytes)).expect("hexadecimal digits")
}

/// Writes bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests;
