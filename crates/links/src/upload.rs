//! [`UploadSigner`]: key → URL that one upload works with.

use std::time::SystemTime;

use object_key::ObjectKey;
use store::{NameRule, PutMode, Sha256Digest};
use token_hmac::Lifetime;

use crate::{LinkFut, SignedUrl};

/// Makes URLs to which a client uploads an object with PUT, without our credentials.
pub trait UploadSigner: Send + Sync {
    /// Returns a URL to which `key` can be uploaded under the terms, and only those.
    ///
    /// # Errors
    /// [`LinkErrorKind::Unsupported`](crate::LinkErrorKind::Unsupported) when this kind of upload cannot be held to one
    /// of the terms: a term is never dropped.
    fn upload<'a>(&'a self, key: &'a ObjectKey, terms: &'a UploadTerms) -> LinkFut<'a, SignedUpload>;
}

/// The terms of an upload. Everything in them is signed: another type, length or content is refused (S36).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UploadTerms {
    /// How long it works.
    pub lifetime: Lifetime,
    /// The content type that has to be sent, and that the object gets.
    pub content_type: String,
    /// The number of bytes that have to come.
    pub length: u64,
    /// The digest of the bytes that have to come, where it is known beforehand.
    pub sha256: Option<Sha256Digest>,
    /// What may be replaced: nothing by default, so that the URL works once (S35).
    pub mode: PutMode,
    /// The names that may be written.
    pub name_rule: NameRule,
}

impl UploadTerms {
    /// Makes terms for creating an object of this type and length.
    pub fn new(lifetime: Lifetime, content_type: impl Into<String>, length: u64) -> Self {
        Self {
            lifetime,
            content_type: content_type.into(),
            length,
            sha256: None,
            mode: PutMode::Create,
            name_rule: NameRule::Portable,
        }
    }

    /// Binds the upload to bytes of this digest.
    #[must_use]
    pub fn with_sha256(mut self, digest: Sha256Digest) -> Self {
        self.sha256 = Some(digest);
        self
    }

    /// Sets what may be replaced.
    ///
    /// # Security
    /// A URL that may replace an object can be used again as long as it lives, also after the object was looked at.
    #[must_use]
    pub fn with_mode(mut self, mode: PutMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets which names may be written.
    #[must_use]
    pub fn with_name_rule(mut self, rule: NameRule) -> Self {
        self.name_rule = rule;
        self
    }
}

/// A URL for one upload, and the header fields that have to be sent with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedUpload {
    url: SignedUrl,
    headers: Vec<(String, String)>,
}

impl SignedUpload {
    /// Joins a URL and the header fields that it was signed with.
    pub fn new(url: SignedUrl, headers: Vec<(String, String)>) -> Self {
        Self { url, headers }
    }

    /// Returns the URL, to hand to the one person it is for.
    pub fn url(&self) -> &SignedUrl {
        &self.url
    }

    /// Returns the header fields: each has to be sent, exactly so. A browser sends `content-length` by itself.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the time from which the URL no longer works.
    pub fn expires(&self) -> SystemTime {
        self.url.expires()
    }
}
