//! [`Pattern`]: many URLs at once.

use std::fmt;
use std::str::FromStr;

use super::parts::{self, Wildcards};
use super::{InvalidUrl, Resource, wildcard};

/// A set of URLs: `*` stands for any characters or none, `?` for exactly one, anywhere, slashes and queries included.
///
/// The rules of [`Resource`] hold, with these differences: the scheme may be `http*://`, which is both; `*` and `?` are
/// wildcards; what follows the first `?` is not read as a query. A `*` or `?` of a name is written `%2A` or `%3F`.
///
/// # Security
/// A pattern with `*` at its end covers every query as well: where the origin looks at parameters such as
/// `response-content-type`, whoever has the signature chooses them. `https://example.com/a*` also covers `/ab/secret`.
/// End a pattern with `/*`, and give each tenant a path of its own.
///
/// ```
/// use signer_cloudfront::{Pattern, Resource};
///
/// let album = Pattern::parse("https://media.example.com/albums/42/*")?;
/// assert!(album.matches(&Resource::parse("https://media.example.com/albums/42/1.jpg?size=large")?));
/// assert!(!album.matches(&Resource::parse("https://media.example.com/albums/421.jpg")?));
///
/// // The same, from parts that are not encoded yet:
/// let base = Resource::parse("https://media.example.com/")?;
/// assert_eq!(Pattern::below(&base, ["albums", "42"])?, album);
/// # Ok::<(), signer_cloudfront::InvalidUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    // INVARIANT: no wildcard is before `literal`.
    text: String,
    literal: usize,
}

impl Pattern {
    /// Accepts `text` as a pattern whose host is written out.
    ///
    /// # Errors
    /// The rule that `text` breaks, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, InvalidUrl> {
        let (rest, default_port) = scheme(text)?;
        parts::check_text(text, Wildcards::Allowed)?;
        let host = rest.find('/').and_then(|at| rest.get(..at)).unwrap_or(rest);
        if host.contains(['*', '?']) {
            return Err(InvalidUrl::WildcardHost);
        }
        let (authority, path) = parts::authority_and_path(rest)?;
        parts::check_authority(authority, default_port)?;
        parts::check_segments(path.split('?').next().unwrap_or_default())?;
        Ok(Self::checked(text))
    }

    /// Covers everything below a path: `base`, the segments percent-encoded, and `/*`. Without segments, all of `base`.
    ///
    /// # Errors
    /// As [`Resource::join`].
    pub fn below(
        base: &Resource,
        segments: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, InvalidUrl> {
        let folder = base.join(segments)?;
        let slash = if folder.as_str().ends_with('/') { "" } else { "/" };
        Self::parse(&format!("{folder}{slash}*"))
    }

    /// Accepts a pattern that may begin with `*`, and have wildcards in its host.
    ///
    /// # Security
    /// `*` covers every object of every distribution that trusts the key, now and later. There is hardly a reason for it.
    ///
    /// # Errors
    /// The text begins neither with `http://`, `https://`, `http*://` nor `*`, or holds a character that is never in a URL.
    pub fn dangerous_any_host(text: &str) -> Result<Self, InvalidUrl> {
        if !text.starts_with('*') {
            scheme(text)?;
        }
        parts::check_text(text, Wildcards::Allowed)?;
        Ok(Self::checked(text))
    }

    /// Tells whether the pattern covers a URL.
    pub fn matches(&self, url: &Resource) -> bool {
        let (literal, rest) = self.text.as_bytes().split_at(self.literal);
        let url = url.as_str().as_bytes().strip_prefix(literal);
        url.is_some_and(|url| wildcard::matches(rest, url))
    }

    /// Returns the pattern as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn checked(text: &str) -> Self {
        Self { text: text.to_owned(), literal: text.find(['*', '?']).unwrap_or(text.len()) }
    }
}

/// A URL covers itself. (And, if it has a query, those with another character for its `?`.)
impl From<&Resource> for Pattern {
    fn from(url: &Resource) -> Self {
        Self::checked(url.as_str())
    }
}

/// Takes off the scheme; returns its port, too, if it is one scheme.
fn scheme(text: &str) -> Result<(&str, Option<u16>), InvalidUrl> {
    let schemes = [("http://", Some(80)), ("https://", Some(443)), ("http*://", None)];
    let found = schemes.into_iter().find_map(|(scheme, port)| Some((text.strip_prefix(scheme)?, port)));
    found.ok_or(InvalidUrl::Scheme)
}

impl FromStr for Pattern {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}
