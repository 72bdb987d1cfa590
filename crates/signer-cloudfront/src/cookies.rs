//! [`SignedCookies`]: a signature that browsers carry themselves.

use std::error::Error;
use std::fmt;

use crate::url::parameter;

/// What CloudFront puts before the name of a parameter that is a cookie.
const PREFIX: &str = "CloudFront-";

/// The three or four cookies of one signature.
///
/// # Security
/// Whoever has them can open what they cover until they expire.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedCookies(Vec<(String, String)>);

impl SignedCookies {
    pub(crate) fn new<'a>(components: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self(components.map(|(name, value)| (format!("{PREFIX}{name}"), value.to_owned())).collect())
    }

    /// Returns names and values.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the values of as many `Set-Cookie` fields: `Secure`, `HttpOnly`, and gone when the browser closes.
    pub fn set_cookie(&self, scope: &CookieScope) -> impl Iterator<Item = String> {
        self.pairs().map(move |(name, value)| format!("{name}={value}{scope}"))
    }
}

impl fmt::Debug for SignedCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.pairs().map(|(name, _)| name)).finish()
    }
}

/// To which hosts and paths a browser sends cookies, and from which sites.
///
/// ```
/// use signer_cloudfront::{CookieScope, SameSite};
///
/// let scope = CookieScope::new().with_domain("example.com")?.with_path("/albums/42")?;
/// let deletion = scope.deletions().next().unwrap_or_default();
/// assert_eq!(
///     deletion,
///     "CloudFront-Expires=; Domain=example.com; Path=/albums/42; Secure; HttpOnly; Max-Age=0",
/// );
/// # let _ = SameSite::None;
/// # Ok::<(), signer_cloudfront::InvalidCookieScope>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CookieScope {
    domain: Option<String>,
    path: Option<String>,
    same_site: Option<SameSite>,
}

/// From which sites a browser sends cookies along (RFC 6265bis).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// From pages of the same site only.
    Strict,
    /// From pages of the same site, and when a link leads here.
    Lax,
    /// From everywhere: what pages of another site than the distribution's need.
    None,
}

impl CookieScope {
    /// Sends cookies to the host that sets them, at the path it sets them from.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends cookies to a domain and all below it: one that the application and the distribution share.
    ///
    /// # Errors
    /// The domain is empty, or has other characters than letters, digits, `-` and `.`.
    pub fn with_domain(mut self, domain: &str) -> Result<Self, InvalidCookieScope> {
        let is_good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        if domain.is_empty() || !domain.bytes().all(is_good) {
            return Err(InvalidCookieScope::Domain);
        }
        self.domain = Some(domain.to_owned());
        Ok(self)
    }

    /// Sends cookies to a path and all below it. It has no wildcards.
    ///
    /// # Errors
    /// The path does not begin with `/`, or has a character that would end it or that is no visible ASCII.
    pub fn with_path(mut self, path: &str) -> Result<Self, InvalidCookieScope> {
        let is_good = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b';' | b'*' | b'?' | b'#');
        if !path.starts_with('/') || !path.bytes().all(is_good) {
            return Err(InvalidCookieScope::Path);
        }
        self.path = Some(path.to_owned());
        Ok(self)
    }

    /// Sets from which sites cookies are sent; browsers take [`SameSite::Lax`] unless set.
    #[must_use]
    pub const fn with_same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = Some(same_site);
        self
    }

    /// Returns the values of the `Set-Cookie` fields that delete every cookie of CloudFront's in this scope.
    pub fn deletions(&self) -> impl Iterator<Item = String> {
        parameter::ALL.into_iter().map(move |name| format!("{PREFIX}{name}={self}; Max-Age=0"))
    }
}

/// Writes the attributes, each after `; `.
impl fmt::Display for CookieScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(domain) = &self.domain {
            write!(f, "; Domain={domain}")?;
        }
        if let Some(path) = &self.path {
            write!(f, "; Path={path}")?;
        }
        f.write_str("; Secure; HttpOnly")?;
        match self.same_site {
            None => Ok(()),
            Some(SameSite::Strict) => f.write_str("; SameSite=Strict"),
            Some(SameSite::Lax) => f.write_str("; SameSite=Lax"),
            Some(SameSite::None) => f.write_str("; SameSite=None"),
        }
    }
}

/// Says why a scope is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidCookieScope {
    /// The domain is no domain.
    Domain,
    /// The path does not begin with `/`, has a wildcard, or a character that cookies cannot have.
    Path,
}

impl fmt::Display for InvalidCookieScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Domain => "not a domain such as `example.com`",
            Self::Path => {
                "not a path such as `/albums/42`: it begins with `/`, and has no wildcards, spaces or `;`"
            }
        })
    }
}

impl Error for InvalidCookieScope {}

/// Returns the parameter that a cookie stands for, if it is one of CloudFront's.
pub(crate) fn parameter_of(cookie: &str) -> Option<&str> {
    cookie.strip_prefix(PREFIX)
}
