//! [`PublicLinks`]: plain URLs, for a bucket that was declared public.

use links::BaseUrl;
use object_key::{ObjectKey, Prefix};

use super::signer::bucket_url;
use crate::bucket::Bucket;
use crate::config::ConfigError;

/// Makes plain URLs, which never expire and which everyone can use.
///
/// It is no [`LinkSigner`](links::LinkSigner), for such a URL keeps no terms; so it cannot take a signer's place by
/// mistake (D17), and has nothing that a parameter could be added to (D35).
#[derive(Debug, Clone)]
pub struct PublicLinks {
    base: BaseUrl,
    prefix: Prefix,
}

impl PublicLinks {
    /// Makes URLs on the custom domain, where there is one, or on the server's public address.
    pub(super) async fn new(bucket: &Bucket) -> Result<Self, ConfigError> {
        let settings = bucket.settings();
        let base = match &settings.links.custom_domain {
            Some(domain) => format!("https://{domain}/"),
            None => match bucket_url(bucket).await {
                Ok(url) => format!("{url}/"),
                Err(error) => return Err(ConfigError::new("endpoint", error.to_string())),
            },
        };
        let base = BaseUrl::parse(&base)
            .map_err(|error| ConfigError::new("links.custom_domain", error.to_string()))?;
        Ok(Self { base, prefix: settings.prefix.clone() })
    }

    /// Returns what all URLs begin with.
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// Returns the URL of an object.
    ///
    /// # Errors
    /// When the key and the prefix of the store are too long together.
    pub fn object(&self, key: &ObjectKey) -> Result<String, object_key::InvalidKey> {
        Ok(self.base.object(&self.prefix.join(key)?))
    }
}
