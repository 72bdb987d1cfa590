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
        let mut lines = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?.split('\n');
        if lines.next()? != VERSION {
            return None;
        }
        let size = lines.next()?.strip_prefix("size ")?.parse().ok()?;
        let modified = parse_time(lines.next()?.strip_prefix("modified ")?)?;
        let etag = ETag::new(lines.next()?.strip_prefix("etag ")?).ok()?;
        let mut record = Self {
            size,
            modified,
            etag,
            sha256: None,
            attributes: Attributes::default(),
            user: UserMetadata::default(),
        };
        lines.try_for_each(|line| record.read_line(line))?;
        Some(record)
    }

    fn read_line(&mut self, line: &str) -> Option<()> {
        let (name, value) = line.split_once(' ')?;
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

fn parse_time(text: &str) -> Option<Time> {
    let (seconds, nanos) = text.split_once(' ')?;
    Some(Time { seconds: seconds.parse().ok()?, nanos: nanos.parse().ok()? })
}

fn parse_digest(hex: &str) -> Option<Sha256Digest> {
    let mut digest = [0; 32];
    if hex.len() != 64 || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(Sha256Digest(digest))
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
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
