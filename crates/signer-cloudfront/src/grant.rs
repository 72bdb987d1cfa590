//! [`Grant`]: signed once, applied often.

use std::fmt;

use crate::url::MAX_URL;
use crate::{Pattern, Resource, SignError, SignedCookies, SignedUrl};

/// A signed policy, ready to be put on every URL that it covers, or into cookies.
///
/// Signing costs a millisecond or a fraction of one; applying costs the copy of a text. A playlist of a thousand segments
/// is signed once.
///
/// # Security
/// Whoever has it can open everything that it covers.
#[derive(Clone)]
pub struct Grant {
    covers: Covers,
    /// `Policy=…&Signature=…&Key-Pair-Id=…&Hash-Algorithm=…`; no value holds `&` or `=`.
    parameters: String,
}

/// What a signed policy opens.
#[derive(Clone, Debug)]
pub(crate) enum Covers {
    /// The one URL that a canned policy is made anew from.
    Url(Resource),
    /// What the resource of a custom policy matches.
    Pattern(Pattern),
}

impl Grant {
    pub(crate) const fn new(covers: Covers, parameters: String) -> Self {
        Self { covers, parameters }
    }

    /// Puts the signature on a URL.
    ///
    /// # Errors
    /// The policy does not cover the URL, or the result would be longer than CloudFront takes.
    pub fn apply(&self, url: &Resource) -> Result<SignedUrl, SignError> {
        let covered = match &self.covers {
            Covers::Url(own) => own == url,
            Covers::Pattern(pattern) => pattern.matches(url),
        };
        if !covered {
            return Err(SignError::NotCovered);
        }
        let length = url.as_str().len().saturating_add(1).saturating_add(self.parameters.len());
        if length > MAX_URL {
            return Err(SignError::TooLong { length });
        }
        let mut text = String::with_capacity(length);
        text.push_str(url.as_str());
        text.push(url.separator());
        text.push_str(&self.parameters);
        Ok(SignedUrl::new(text))
    }

    /// Returns the parameters that carry the signature, with their values, for players that put them on URLs themselves.
    pub fn components(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.split('&').filter_map(|parameter| parameter.split_once('='))
    }

    /// Returns the cookies that open what the policy covers.
    pub fn cookies(&self) -> SignedCookies {
        SignedCookies::new(self.components())
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant").field("covers", &self.covers).finish_non_exhaustive()
    }
}
