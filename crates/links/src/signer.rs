//! [`LinkSigner`]: key → URL that works for a while.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use object_key::ObjectKey;
use token_hmac::{Lifetime, Method, Subject};

use crate::Disposition;

/// A boxed future of a signer.
pub type LinkFut<'a, T> = Pin<Box<dyn Future<Output = Result<T, LinkError>> + Send + 'a>>;

/// Makes links to objects: passes for the gateway, presigned S3 URLs, CloudFront URLs.
///
/// It does not look whether the object exists.
pub trait LinkSigner: Send + Sync {
    /// Returns a URL that opens `key` under the terms of `options`, and only those.
    ///
    /// # Errors
    /// [`LinkErrorKind::Unsupported`] when this kind of link cannot carry one of the terms: a term is never dropped.
    fn link<'a>(&'a self, key: &'a ObjectKey, options: &'a LinkOptions) -> LinkFut<'a, SignedUrl>;
}

/// The terms of a link.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LinkOptions {
    /// How long it works, from [`not_before`](Self::not_before) on where that is later than now.
    pub lifetime: Lifetime,
    /// The method it works for. With a pass, GET covers HEAD; a presigned S3 URL works for one method only.
    pub method: Method,
    /// For whom it works.
    pub subject: Subject,
    /// When it begins to work, if not at once.
    pub not_before: Option<SystemTime>,
    /// The version of the object that it opens (the opaque text of its entity tag), if only one.
    pub version: Option<String>,
    /// How the response is to be presented instead of as stored.
    pub disposition: Option<Disposition>,
    /// The content type of the response instead of the stored one.
    pub content_type: Option<String>,
}

impl LinkOptions {
    /// Makes terms for reading by anyone who has the link.
    pub fn new(lifetime: Lifetime) -> Self {
        Self {
            lifetime,
            method: Method::Get,
            subject: Subject::Bearer,
            not_before: None,
            version: None,
            disposition: None,
            content_type: None,
        }
    }

    /// Makes terms for reading for so long from now.
    pub fn lasting(life: Duration) -> Self {
        Self::new(Lifetime::Fixed(life))
    }

    /// Sets the method.
    #[must_use]
    pub fn with_method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Sets for whom the link works.
    #[must_use]
    pub fn with_subject(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// Sets when the link begins to work.
    #[must_use]
    pub fn with_not_before(mut self, start: SystemTime) -> Self {
        self.not_before = Some(start);
        self
    }

    /// Binds the link to one version of the object.
    #[must_use]
    pub fn with_version(mut self, etag: impl Into<String>) -> Self {
        self.version = Some(etag.into());
        self
    }

    /// Sets how the response is presented.
    #[must_use]
    pub fn with_disposition(mut self, disposition: Disposition) -> Self {
        self.disposition = Some(disposition);
        self
    }

    /// Sets the content type of the response.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }
}

/// A URL that works for a while. Whoever has it can use it: it is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedUrl {
    url: String,
    expires: SystemTime,
}

impl SignedUrl {
    /// Wraps a URL and the time from which it no longer works.
    pub fn new(url: String, expires: SystemTime) -> Self {
        Self { url, expires }
    }

    /// Returns the URL, to hand to the one person it is for.
    pub fn expose(&self) -> &str {
        &self.url
    }

    /// Returns the time from which the URL no longer works.
    pub fn expires(&self) -> SystemTime {
        self.expires
    }
}

impl fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.url.split_once('?').map_or(&*self.url, |(plain, _)| plain);
        f.debug_struct("SignedUrl")
            .field("url", &format_args!("{plain}?…"))
            .field("expires", &self.expires)
            .finish()
    }
}

/// The failure to make a link.
#[derive(Debug)]
pub struct LinkError {
    kind: LinkErrorKind,
    source: Box<dyn StdError + Send + Sync>,
}

impl LinkError {
    /// Makes an error from its kind and its cause.
    pub fn new(kind: LinkErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { kind, source: source.into() }
    }

    /// Returns the kind, on which callers decide.
    pub fn kind(&self) -> LinkErrorKind {
        self.kind
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed to make a link: {}", self.source)
    }
}

impl StdError for LinkError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.source()
    }
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkErrorKind {
    /// The terms contradict one another or a limit.
    InvalidTerms,
    /// The link would work until later than the longest life from now allows.
    LivesTooLong,
    /// This kind of link cannot carry one of the terms.
    Unsupported,
    /// The signer's credentials or service cannot be reached.
    Unavailable,
}
