//! Keys in the path of a URL (RFC 3986 §3.3): one encoding, decoded exactly once.

use std::error::Error;
use std::fmt;
use std::str;

use crate::{InvalidKey, ObjectKey};

/// Writes a key or prefix percent-encoded, leaving only RFC 3986 unreserved characters and `/`.
///
/// The strictest encoding is the one that no client, proxy or CDN rewrites.
#[derive(Debug, Clone, Copy)]
pub struct UrlPath<'a>(&'a str);

impl<'a> UrlPath<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self(text)
    }
}

impl fmt::Display for UrlPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.bytes().position(|byte| !is_plain(byte)) {
            // What is not plain may be a character of several bytes: all of them are encoded.
            let (plain, tail) = rest.split_at(at);
            let width = tail.chars().next().map_or(0, char::len_utf8);
            let (character, tail) = tail.split_at(width);
            f.write_str(plain)?;
            character.bytes().try_for_each(|byte| write!(f, "%{byte:02X}"))?;
            rest = tail;
        }
        f.write_str(rest)
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/')
}

impl ObjectKey {
    /// Reads a key from the raw path of a URL (without its leading `/`), decoding percent escapes exactly once.
    ///
    /// # Errors
    /// A broken escape, bytes that are not UTF-8, an encoded `/` (clients and proxies disagree about it), or a decoded
    /// text that is no key.
    ///
    /// ```
    /// # use object_key::ObjectKey;
    /// assert_eq!(ObjectKey::from_url_path("a%20b/c.txt").unwrap().as_str(), "a b/c.txt");
    /// assert!(ObjectKey::from_url_path("public/..%2fsecret").is_err());
    /// ```
    pub fn from_url_path(raw: &str) -> Result<Self, InvalidUrlPath> {
        // An escape triples a byte: what is longer cannot be a key, whatever it decodes to.
        if raw.len() > Self::MAX_LEN * 3 {
            return Err(InvalidUrlPath::Key(InvalidKey::TooLong { length: raw.len() }));
        }
        if !raw.contains('%') {
            return Ok(Self::parse(raw)?);
        }
        let decoded = decode(raw)?;
        let text = str::from_utf8(&decoded).map_err(|_| InvalidUrlPath::NotUtf8)?;
        Ok(Self::parse(text)?)
    }
}

fn decode(raw: &str) -> Result<Vec<u8>, InvalidUrlPath> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(hex_value).ok_or(InvalidUrlPath::BrokenEscape);
        match digit()? << 4 | digit()? {
            b'/' => return Err(InvalidUrlPath::EncodedSlash),
            byte => decoded.push(byte),
        }
    }
    Ok(decoded)
}

const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Says why the path of a URL names no object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidUrlPath {
    /// A `%` is not followed by two hexadecimal digits.
    BrokenEscape,
    /// The path holds `%2F`.
    EncodedSlash,
    /// The decoded bytes are not UTF-8.
    NotUtf8,
    /// The decoded text is no key.
    Key(InvalidKey),
}

impl fmt::Display for InvalidUrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BrokenEscape => f.write_str("path has a `%` without two hexadecimal digits"),
            Self::EncodedSlash => f.write_str("path has an encoded `/` (`%2F`)"),
            Self::NotUtf8 => f.write_str("path does not decode to UTF-8"),
            Self::Key(reason) => fmt::Display::fmt(reason, f),
        }
    }
}

impl Error for InvalidUrlPath {}

impl From<InvalidKey> for InvalidUrlPath {
    fn from(reason: InvalidKey) -> Self {
        Self::Key(reason)
    }
}
