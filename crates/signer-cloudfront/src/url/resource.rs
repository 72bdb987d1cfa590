//! [`Resource`]: one exact URL.

use std::fmt;
use std::str::FromStr;

use super::parts::{self, Wildcards};
use super::{InvalidUrl, build};

/// One exact URL, as clients will send it.
///
/// A signature covers bytes, and CloudFront compares those of the request. So a URL is taken exactly as it stands or
/// refused, and never written anew. It
///
/// - begins with `http://` or `https://`, a host in lower case, perhaps a port (not the default one), and a path;
/// - is made of what RFC 3986 allows; everything else is percent-encoded, and so are `*`, and `'` in the query;
/// - has no segment `.` or `..`, no fragment, no user, no empty parameter, and no parameter of CloudFront's.
///
/// ```
/// use signer_cloudfront::Resource;
///
/// let url = Resource::parse("https://d111111abcdef8.cloudfront.net/a%20b.jpg?size=large")?;
/// assert_eq!(url.as_str(), "https://d111111abcdef8.cloudfront.net/a%20b.jpg?size=large");
///
/// let error = Resource::parse("https://d111111abcdef8.cloudfront.net/a b.jpg").unwrap_err();
/// assert_eq!(error.to_string(), "` ` at byte 39: write `%20`");
///
/// // From parts that are not encoded yet:
/// let base = Resource::parse("https://media.example.com/")?;
/// let url = base.join(["albums", "a b?c#d.txt"])?.with_parameter("response-content-type", "text/plain")?;
/// assert_eq!(
///     url.as_str(),
///     "https://media.example.com/albums/a%20b%3Fc%23d.txt?response-content-type=text%2Fplain",
/// );
/// # Ok::<(), signer_cloudfront::InvalidUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Resource {
    // INVARIANT: as the rules above say, and `query_at` is where its first `?` is.
    text: String,
    query_at: Option<usize>,
}

impl Resource {
    /// Accepts `text` as a URL, exactly as it stands.
    ///
    /// # Errors
    /// The rule that `text` breaks, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, InvalidUrl> {
        Self::checked(text.to_owned())
    }

    /// Appends path segments to a base, percent-encoding everything but letters, digits, `-`, `.`, `_` and `~`.
    ///
    /// A `/` within a segment is encoded, too: split a key at its slashes first. The base ends in `/`.
    ///
    /// # Errors
    /// The base has a query or no `/` at its end, a segment is empty, `.` or `..`, or the URL gets too long.
    pub fn join(&self, segments: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, InvalidUrl> {
        if self.query_at.is_some() || !self.text.ends_with('/') {
            return Err(InvalidUrl::Base);
        }
        let mut text = self.text.clone();
        build::append_segments(&mut text, segments)?;
        Self::checked(text)
    }

    /// Appends a parameter to the query, name and value percent-encoded.
    ///
    /// # Errors
    /// The name is empty or CloudFront's own, or the URL gets too long.
    pub fn with_parameter(&self, name: &str, value: &str) -> Result<Self, InvalidUrl> {
        if name.is_empty() {
            return Err(InvalidUrl::EmptyParameter);
        }
        let mut text = self.text.clone();
        text.push(self.separator());
        build::encode(&mut text, name);
        text.push('=');
        build::encode(&mut text, value);
        Self::checked(text)
    }

    /// Returns the URL.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What a first further parameter follows.
    pub(crate) const fn separator(&self) -> char {
        if self.query_at.is_some() { '&' } else { '?' }
    }

    fn checked(text: String) -> Result<Self, InvalidUrl> {
        let (rest, default_port) = scheme(&text)?;
        parts::check_text(&text, Wildcards::Refused)?;
        let (authority, path_and_query) = parts::authority_and_path(rest)?;
        parts::check_authority(authority, Some(default_port))?;
        let (path, query) = match path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path_and_query, None),
        };
        parts::check_segments(path)?;
        query.map_or(Ok(()), parts::check_query)?;
        let query_at = text.find('?');
        Ok(Self { text, query_at })
    }
}

/// Takes off the scheme; returns its port, too.
fn scheme(text: &str) -> Result<(&str, u16), InvalidUrl> {
    let (scheme, rest) = text.split_once("://").ok_or(InvalidUrl::Scheme)?;
    match scheme {
        "http" => Ok((rest, 80)),
        "https" => Ok((rest, 443)),
        _ if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
            Err(InvalidUrl::UpperCase)
        }
        _ => Err(InvalidUrl::Scheme),
    }
}

impl FromStr for Resource {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}
