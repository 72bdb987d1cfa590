//! From [`S3Config`] to [`Settings`]: every contradiction is found here, and nowhere else.

use object_key::Prefix;

use super::{
    Access, Addressing, ConfigError, CredentialSource, Endpoint, GzipConfig, LinksConfig, S3Config,
    TransferConfig,
};
use crate::parameters::{Acl, ObjectParameters, Parameters};
use crate::{Profile, ServerProfile, Support};

/// A configuration that makes sense.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) bucket: String,
    pub(crate) prefix: Prefix,
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) public_endpoint: Option<Endpoint>,
    pub(crate) profile: Profile,
    pub(crate) path_style: bool,
    pub(crate) expected_owner: Option<String>,
    pub(crate) create_bucket: bool,
    pub(crate) credentials: Option<CredentialSource>,
    pub(crate) ca_bundle: Option<std::path::PathBuf>,
    pub(crate) proxy: Option<String>,
    pub(crate) objects: ObjectParameters,
    pub(crate) parameters: Parameters,
    pub(crate) gzip: GzipConfig,
    pub(crate) transfer: TransferConfig,
    pub(crate) links: LinksConfig,
}

impl S3Config {
    /// Checks that the configuration makes sense, without asking the server.
    ///
    /// # Errors
    /// The first key that is malformed or contradicts another.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.settings().map(drop)
    }

    pub(crate) fn settings(&self) -> Result<Settings, ConfigError> {
        let endpoint = self.endpoint.as_deref().map(|text| Endpoint::parse("endpoint", text)).transpose()?;
        let server = self.server(endpoint.as_ref())?;
        self.transfer.check()?;
        self.gzip.check()?;
        let parameters = self.objects.check()?;
        let settings = Settings {
            bucket: self.checked_bucket()?,
            prefix: self.checked_prefix()?,
            region: self.region.clone(),
            path_style: self.path_style(endpoint.as_ref())?,
            public_endpoint: self.links.check()?,
            profile: server.profile(),
            expected_owner: self.checked_owner()?,
            create_bucket: self.create_bucket,
            credentials: self.credentials.check()?,
            ca_bundle: self.ca_bundle.clone(),
            proxy: self.checked_proxy()?,
            objects: self.objects.clone(),
            parameters,
            gzip: self.gzip.clone(),
            transfer: self.transfer.clone(),
            links: self.links.clone(),
            endpoint,
        };
        settings.check_together()?;
        Ok(settings)
    }

    fn server(&self, endpoint: Option<&Endpoint>) -> Result<ServerProfile, ConfigError> {
        match (self.server, endpoint) {
            (None | Some(ServerProfile::Aws), None) => Ok(ServerProfile::Aws),
            (None, Some(_)) => Ok(ServerProfile::Generic),
            (Some(server), Some(_)) => Ok(server),
            (Some(server), None) => Err(ConfigError::new(
                "endpoint",
                format!("is missing: only Amazon S3 is found without, not {server}"),
            )),
        }
    }

    fn checked_bucket(&self) -> Result<String, ConfigError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        match self.bucket.as_str() {
            "" => Err(ConfigError::new("bucket", "is missing")),
            name if (3..=63).contains(&name.len()) && name.bytes().all(plain) => Ok(name.to_owned()),
            name => Err(ConfigError::new(
                "bucket",
                format!("`{name}` is no name of a bucket: 3 to 63 letters, digits, `-` and `.`"),
            )),
        }
    }

    fn checked_prefix(&self) -> Result<Prefix, ConfigError> {
        Prefix::parse(&self.prefix).map_err(|error| {
            let advice = if self.prefix.starts_with('/') {
                "leave the leading `/` out: keys have none".to_owned()
            } else if self.prefix.ends_with('/') {
                error.to_string()
            } else {
                format!("write `{}/`: a prefix ends in `/`, or it would reach its neighbours", self.prefix)
            };
            ConfigError::new("prefix", advice)
        })
    }

    fn path_style(&self, endpoint: Option<&Endpoint>) -> Result<bool, ConfigError> {
        match (self.addressing, endpoint) {
            (Addressing::Virtual, Some(endpoint)) if endpoint.is_ip() => Err(ConfigError::new(
                "addressing",
                "`virtual` puts the bucket before the host, and the endpoint is an IP address; use `path`",
            )),
            (Addressing::Auto, Some(_)) | (Addressing::Path, _) => Ok(true),
            (Addressing::Auto, None) | (Addressing::Virtual, _) => Ok(false),
        }
    }

    fn checked_owner(&self) -> Result<Option<String>, ConfigError> {
        let Some(owner) = &self.expected_bucket_owner else { return Ok(None) };
        if owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Some(owner.clone()));
        }
        Err(ConfigError::new("expected_bucket_owner", "is no account: twelve digits (write them in quotes)"))
    }

    fn checked_proxy(&self) -> Result<Option<String>, ConfigError> {
        let Some(proxy) = &self.proxy else { return Ok(None) };
        Endpoint::parse("proxy", proxy).map(|origin| Some(origin.origin().to_owned()))
    }
}

impl Settings {
    /// Says what may be less safe than it looks, and is no contradiction.
    pub(crate) fn warn(&self) {
        if self.expected_owner.is_some() && self.profile.bucket_owner == Support::Unknown {
            let server = self.profile.server;
            tracing::warn!(
                "`expected_bucket_owner` may have no effect: not known to be compared by {server}"
            );
        }
        for (key, endpoint) in
            [("endpoint", &self.endpoint), ("links.public_endpoint", &self.public_endpoint)]
        {
            if endpoint.as_ref().is_some_and(|endpoint| !endpoint.is_confidential()) {
                tracing::warn!(
                    "`{key}`: without `https` whoever is on the way can read objects and use links"
                );
            }
        }
    }

    /// Finds what contradicts something in another part of the configuration.
    fn check_together(&self) -> Result<(), ConfigError> {
        let wrong = |key, problem: &str| Err(ConfigError::new(key, problem));
        if self.gzip.enabled && self.parameters.encodes() {
            return wrong(
                "gzip.enabled",
                "has no effect while `objects.content_encoding` is set: what is encoded is not compressed",
            );
        }
        // SECURITY: a public object in a private bucket is public (D12, D24).
        if self.objects.acl == Some(Acl::PublicRead) && self.links.access == Access::Private {
            return wrong(
                "objects.acl",
                "`public-read` makes objects public; say so with `links.access = \"public\"`",
            );
        }
        if self.expected_owner.is_some() && self.profile.bucket_owner == Support::No {
            let problem = format!("has no effect: {} does not compare owners", self.profile.server);
            return wrong("expected_bucket_owner", &problem);
        }
        let confidential = self.endpoint.as_ref().is_none_or(Endpoint::is_confidential);
        if self.parameters.encryption.customer().is_some() && !confidential {
            return wrong(
                "objects.encryption",
                "the customer's key would travel unencrypted; use an `https` endpoint",
            );
        }
        Ok(())
    }
}
