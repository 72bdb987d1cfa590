//! [`BaseUrl`]: the configured address that links begin with.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::Authority;
use object_key::{ObjectKey, Prefix};

/// The address of a mount: origin and path, such as `https://media.example.com/media/`.
///
/// It comes from configuration, never from a request (S31), and keys are appended to it, never resolved against it
/// (D13). Scheme `http` or `https`, a host without user information, perhaps a port, a path that begins and ends with
/// `/` and is made of what RFC 3986 allows there, no query, no fragment.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    path_at: usize,
}

impl BaseUrl {
    /// Accepts `text` as a base, exactly as it stands.
    ///
    /// # Errors
    /// The rule of the type's documentation that `text` breaks.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let uri: Uri = text.parse().map_err(|_| InvalidBaseUrl::NotAUrl)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(InvalidBaseUrl::Scheme);
        }
        if !uri.authority().is_some_and(is_host_and_port) {
            return Err(InvalidBaseUrl::Host);
        }
        if text.contains(['?', '#']) || !text.ends_with('/') {
            return Err(InvalidBaseUrl::Path);
        }
        let path_at = text.len().checked_sub(uri.path().len()).ok_or(InvalidBaseUrl::Path)?;
        let segments = uri.path().trim_matches('/');
        let well_formed = segments.is_empty() || ObjectKey::from_url_path(segments).is_ok();
        let exact = text.get(path_at..) == Some(uri.path()) && segments.bytes().all(is_path_byte);
        if !well_formed || !exact || uri.path().starts_with("//") || uri.path().ends_with("//") {
            return Err(InvalidBaseUrl::Path);
        }
        Ok(Self { text: text.to_owned(), path_at })
    }

    /// Returns the base as text; it ends in `/`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the path: it begins and ends with `/`.
    pub fn path(&self) -> &str {
        self.text.get(self.path_at..).unwrap_or("/")
    }

    /// Returns the URL of an object, percent-encoded, without any pass.
    pub fn object(&self, key: &ObjectKey) -> String {
        format!("{}{}", self.text, key.url_path())
    }

    /// Returns the URL of a prefix, percent-encoded, without any pass.
    pub fn prefix(&self, prefix: &Prefix) -> String {
        format!("{}{}", self.text, prefix.url_path())
    }
}

/// User information before the host, an empty host or something that is no port would lead elsewhere (S45).
fn is_host_and_port(authority: &Authority) -> bool {
    let (text, host) = (authority.as_str(), authority.host());
    let port = text.strip_prefix(host).map(|rest| rest.is_empty() || authority.port_u16().is_some());
    !host.is_empty() && port == Some(true)
}

/// `pchar` of RFC 3986 §3.3, and `/`: everything else is rewritten by some client on its way back.
const fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%' | b':' | b'@' | b'/')
        || matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// Says why a text is no [`BaseUrl`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidBaseUrl {
    /// The text is no URL.
    NotAUrl,
    /// The scheme is neither `http` nor `https`.
    Scheme,
    /// There is no host, user information before it, or something other than a port behind it.
    Host,
    /// The path has odd segments or no `/` at its end, or a query or fragment follows it.
    Path,
}

impl fmt::Display for InvalidBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAUrl => "not a URL such as `https://media.example.com/media/`",
            Self::Scheme => "the URL does not begin with `http://` or `https://`",
            Self::Host => "the URL has no host, or user information or an odd port beside it",
            Self::Path => "the URL does not end in `/`, has odd path segments, or a query or fragment",
        })
    }
}

impl Error for InvalidBaseUrl {}
