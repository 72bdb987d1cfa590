//! [`S3Config`]: everything that can be said about a store, typed and readable by serde.

mod credentials;
mod error;
mod links;
mod secret;
mod server;
mod transfer;
mod units;
mod validate;

pub use credentials::{CredentialsConfig, Environment};
pub use error::ConfigError;
pub use links::{Access, LinksConfig, Signing};
pub use secret::Secret;
pub use server::{Addressing, SignatureVersion};
pub use transfer::TransferConfig;

pub(crate) use credentials::CredentialSource;
pub(crate) use links::MAX_LIFETIME;
pub(crate) use server::{Endpoint, without_password};
pub(crate) use transfer::{MAX_PART, MAX_PARTS};
pub(crate) use units::ByteSize;
pub(crate) use validate::Settings;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{GzipConfig, ObjectParameters, ServerProfile};

/// Says which bucket, on which server, with which credentials, and how objects are written.
///
/// Every key but `bucket` may be left out. An unknown key is an error that names it, and what contradicts something else
/// is refused by [`validate`](Self::validate) rather than ignored.
///
/// # Security
/// Neither `Debug` nor serialisation shows a secret.
///
/// ```
/// use store_s3::S3Config;
///
/// let config: S3Config = toml::from_str(r#"
///     bucket = "media"
///     prefix = "tenant-a/"
///     region = "eu-west-1"
///     [objects]
///     cache_control = "private, max-age=3600"
///     encryption = "s3"
/// "#)?;
/// config.validate()?;
///
/// let misspelt = toml::from_str::<S3Config>("bucket = 'media'\nregoin = 'eu-west-1'").unwrap_err();
/// assert!(misspelt.to_string().contains("`regoin`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct S3Config {
    /// The name of the bucket.
    pub bucket: String,
    /// What all keys lie below, such as `media/`; nothing outside of it is reached.
    pub prefix: String,
    /// The region, such as `eu-west-1`. Without it the SDK's own sources are asked, and servers other than AWS get the
    /// one they go by.
    pub region: Option<String>,
    /// The origin of a server other than AWS, such as `https://s3.example.com`.
    #[serde(deserialize_with = "without_password")]
    pub endpoint: Option<String>,
    /// What kind of server it is; [`ServerProfile::Aws`] without an endpoint, [`ServerProfile::Generic`] with one.
    pub server: Option<ServerProfile>,
    /// Where the name of the bucket stands in a request.
    pub addressing: Addressing,
    /// How requests are signed.
    pub signature_version: SignatureVersion,
    /// The account that has to own the bucket: twelve digits. Another owner's bucket is refused (S48).
    pub expected_bucket_owner: Option<String>,
    /// Makes the bucket, private, when it does not exist.
    pub create_bucket: bool,
    /// Whose requests these are.
    pub credentials: CredentialsConfig,
    /// A file of PEM certificates to trust instead of those of the system.
    pub ca_bundle: Option<PathBuf>,
    /// The proxy that requests go through, such as `http://proxy.example.com:3128`.
    #[serde(deserialize_with = "without_password")]
    pub proxy: Option<String>,
    /// What every object is written with.
    pub objects: ObjectParameters,
    /// What is compressed while it is written.
    pub gzip: GzipConfig,
    /// How much is sent at once, and how long is waited.
    pub transfer: TransferConfig,
    /// Who may read, and what links are made of.
    pub links: LinksConfig,
}

impl S3Config {
    /// Describes the bucket of this name on AWS, all else as by default.
    pub fn new(bucket: impl Into<String>) -> Self {
        Self { bucket: bucket.into(), ..Self::default() }
    }
}
