//! [`PassLinks`]: links that carry a pass of our own.

use std::fmt;

use object_key::{ObjectKey, Prefix};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use token_hmac::{MintError, Overrides, Pass, PassSpec, Passes};

use crate::{BaseUrl, Clock, LinkError, LinkErrorKind, LinkFut, LinkOptions, LinkSigner, SignedUrl};

/// The names of the query parameters, in one place for those who write and those who read them.
pub mod parameter {
    /// The pass.
    pub const PASS: &str = "pass";
    /// The content type of the response, fixed by the pass.
    pub const CONTENT_TYPE: &str = "response-content-type";
    /// The content disposition of the response, fixed by the pass.
    pub const CONTENT_DISPOSITION: &str = "response-content-disposition";
    /// The content language of the response, fixed by the pass.
    pub const CONTENT_LANGUAGE: &str = "response-content-language";
    /// The cache control of the response, fixed by the pass.
    pub const CACHE_CONTROL: &str = "response-cache-control";
}

/// Makes links to a mount, each with a pass in its query.
///
/// ```
/// use std::time::Duration;
/// use links::{BaseUrl, LinkOptions, PassLinks};
/// use object_key::ObjectKey;
/// use token_hmac::{Audience, KeyId, KeyRing, Passes, Purpose, Secret};
///
/// let ring = KeyRing::new(KeyId::parse("2026-11")?, Secret::new([7; 32])?);
/// let passes = Passes::new(&ring, Purpose::Download, &Audience::new("/media/")?);
/// let links = PassLinks::new(BaseUrl::parse("https://media.example.com/media/")?, passes);
///
/// let key = ObjectKey::parse("reports/q1.pdf")?;
/// let url = links.object(&key, &LinkOptions::lasting(Duration::from_secs(900)))?;
/// assert!(url.expose().starts_with("https://media.example.com/media/reports/q1.pdf?pass="));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct PassLinks {
    base: BaseUrl,
    passes: Passes,
    clock: Clock,
}

impl PassLinks {
    /// Makes links that begin with `base` and carry these passes.
    pub fn new(base: BaseUrl, passes: Passes) -> Self {
        Self { base, passes, clock: Clock::system() }
    }

    /// Sets the clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Returns the base that links begin with.
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// Returns a link that opens one object.
    ///
    /// # Errors
    /// [`LinkErrorKind::LivesTooLong`] or [`LinkErrorKind::InvalidTerms`] when a pass cannot be minted under these
    /// terms.
    pub fn object(&self, key: &ObjectKey, options: &LinkOptions) -> Result<SignedUrl, LinkError> {
        self.sign(self.base.object(key), &PassSpec::object(key), options)
    }

    /// Returns a link that opens every object below `prefix`: put the rest of the key before its `?`.
    ///
    /// # Errors
    /// As for [`object`](Self::object); the empty prefix would open the whole mount and is refused.
    pub fn prefix(&self, prefix: &Prefix, options: &LinkOptions) -> Result<SignedUrl, LinkError> {
        self.sign(self.base.prefix(prefix), &PassSpec::prefix(prefix), options)
    }

    fn sign(&self, url: String, spec: &PassSpec<'_>, options: &LinkOptions) -> Result<SignedUrl, LinkError> {
        let disposition = options.disposition.as_ref().map(ToString::to_string);
        let overrides = Overrides {
            content_type: options.content_type.as_deref(),
            content_disposition: disposition.as_deref(),
            ..Overrides::default()
        };
        let pass = self.mint(spec, overrides, options).map_err(invalid_terms)?;
        Ok(SignedUrl::new(with_query(url, &pass, overrides), pass.expires()))
    }

    fn mint(
        &self,
        spec: &PassSpec<'_>,
        overrides: Overrides<'_>,
        options: &LinkOptions,
    ) -> Result<Pass, MintError> {
        let now = self.clock.now();
        let mut spec = spec
            .clone()
            .with_methods(options.method.into())
            .with_subject(options.subject.clone())
            .with_overrides(overrides);
        if let Some(start) = options.not_before {
            spec = spec.with_not_before(start);
        }
        if let Some(version) = &options.version {
            spec = spec.with_version(version);
        }
        // The life counts from when the link begins to work: what comes before is no use to anybody.
        let start = options.not_before.map_or(now, |start| start.max(now));
        self.passes.mint(&spec, options.lifetime.expiry(start), now)
    }
}

fn invalid_terms(error: MintError) -> LinkError {
    let kind = match error {
        MintError::LivesTooLong { .. } => LinkErrorKind::LivesTooLong,
        _ => LinkErrorKind::InvalidTerms,
    };
    LinkError::new(kind, error)
}

/// What RFC 3986 leaves unreserved stays; everything else is encoded, so that no client rewrites it.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Appends the pass and the overrides that it fixes. A pass needs no encoding.
fn with_query(mut url: String, pass: &Pass, overrides: Overrides<'_>) -> String {
    url.push('?');
    url.push_str(parameter::PASS);
    url.push('=');
    url.push_str(pass.expose());
    let fixed = [
        (parameter::CONTENT_TYPE, overrides.content_type),
        (parameter::CONTENT_DISPOSITION, overrides.content_disposition),
    ];
    for (name, value) in fixed.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        url.push('&');
        url.push_str(name);
        url.push('=');
        url.extend(utf8_percent_encode(value, VALUE));
    }
    url
}

impl LinkSigner for PassLinks {
    fn link<'a>(&'a self, key: &'a ObjectKey, options: &'a LinkOptions) -> LinkFut<'a, SignedUrl> {
        Box::pin(std::future::ready(self.object(key, options)))
    }
}

impl fmt::Debug for PassLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassLinks").field("base", &self.base).finish_non_exhaustive()
    }
}
