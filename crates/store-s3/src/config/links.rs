//! [`LinksConfig`]: who may read the bucket, and what links to its objects are made of.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::units::Span;
use super::{ConfigError, Endpoint, without_password};

/// The longest life of a presigned URL: AWS refuses more than seven days.
pub(crate) const MAX_LIFETIME: Duration = Duration::from_hours(7 * 24);

/// Who may read, and what links are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LinksConfig {
    /// Who may read the objects.
    pub access: Access,
    /// Who signs links.
    pub signing: Signing,
    /// How long a link works when its maker does not say: an hour by default, seven days at most.
    #[serde(with = "Span")]
    pub lifetime: Duration,
    /// The origin of the server as its clients see it, where that is another than the one we talk to.
    #[serde(deserialize_with = "without_password")]
    pub public_endpoint: Option<String>,
    /// The host of a content delivery network in front of the bucket.
    pub custom_domain: Option<String>,
}

/// Who may read the objects of a bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Whoever has a signed link.
    #[default]
    Private,
    /// Everyone: the bucket was made public on purpose.
    Public,
}

/// Who signs links.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Signing {
    /// This store: presigned URLs.
    #[default]
    Presigned,
    /// Another signer, such as CloudFront's for a custom domain; this store makes no links.
    Elsewhere,
    /// Nobody: plain URLs, for a public bucket only.
    Unsigned,
}

impl Default for LinksConfig {
    fn default() -> Self {
        Self {
            access: Access::Private,
            signing: Signing::Presigned,
            lifetime: Duration::from_hours(1),
            public_endpoint: None,
            custom_domain: None,
        }
    }
}

impl LinksConfig {
    /// Checks the keys and returns the public endpoint.
    pub(super) fn check(&self) -> Result<Option<Endpoint>, ConfigError> {
        let wrong = |key, problem: &str| Err(ConfigError::new(key, problem));
        // SECURITY: no combination of keys makes unsigned links to a private bucket (D17).
        if self.access == Access::Private && self.signing == Signing::Unsigned {
            return wrong(
                "links.signing",
                "a private bucket has no unsigned links; set `links.access` or sign",
            );
        }
        if self.custom_domain.is_some() && self.signing == Signing::Presigned {
            return wrong(
                "links.custom_domain",
                "a presigned URL works on the server's own host only; let another signer make the links \
                 (`links.signing = \"elsewhere\"`), or declare the bucket public and unsigned",
            );
        }
        if let Some(domain) = &self.custom_domain {
            Endpoint::parse("links.custom_domain", &format!("https://{domain}"))?;
        }
        if self.lifetime.is_zero() || self.lifetime > MAX_LIFETIME {
            return wrong("links.lifetime", "choose one second to seven days, which is AWS's own limit");
        }
        let public = self.public_endpoint.as_deref();
        public.map(|text| Endpoint::parse("links.public_endpoint", text)).transpose()
    }
}
