//! [`Presigner`]: what all signers of this store share.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_sdk_s3::config::{self, IdentityCache, RequestChecksumCalculation};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use links::{Clock, Lifetime, LinkError, LinkErrorKind};
use object_key::ObjectKey;

use super::keys::Keys;
use super::span::{Clamped, Span};
use crate::bucket::Bucket;
use crate::config::{ConfigError, Settings};
use crate::error::Cause;

/// A bucket as its clients see it, the keys to sign with, and a clock.
#[derive(Clone)]
pub(crate) struct Presigner {
    bucket: Bucket,
    client: Client,
    keys: Arc<Keys>,
    clock: Clock,
}

/// One signature to be: with which credentials, from when until when.
pub(crate) struct Session {
    credentials: Credentials,
    span: Span,
}

impl Presigner {
    /// Makes a signer for the server's public address.
    ///
    /// # Errors
    /// When the objects are encrypted with a customer's key.
    pub(crate) fn new(bucket: &Bucket) -> Result<Self, ConfigError> {
        if bucket.customer().is_some() {
            return Err(ConfigError::new(
                "objects.encryption",
                "a customer's key has to go with every request, so no URL can be handed out",
            ));
        }
        let endpoint = public_origin(bucket.settings());
        let mut config = bucket.client().config().to_builder();
        config.set_endpoint_url(endpoint);
        // Each signature brings its own credentials; a cache would keep them all. A checksum that nobody computed
        // would be signed as that of nothing.
        let config = config
            .identity_cache(IdentityCache::no_cache())
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .build();
        let keys = Arc::new(Keys::new(bucket.parts().credentials.clone()));
        let client = Client::from_conf(config);
        Ok(Self { bucket: bucket.clone(), client, keys, clock: Clock::system() })
    }

    pub(crate) fn with_clock(&self, clock: Clock) -> Self {
        Self { clock, ..self.clone() }
    }

    pub(crate) fn bucket(&self) -> &Bucket {
        &self.bucket
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.bucket.settings()
    }

    pub(crate) fn bucket_name(&self) -> &str {
        self.bucket.name()
    }

    pub(crate) fn region(&self) -> &str {
        &self.bucket.parts().region
    }

    /// Returns the key below the prefix of the store: appended, never resolved (D13).
    pub(crate) fn key(&self, key: &ObjectKey) -> Result<ObjectKey, LinkError> {
        self.settings().prefix.join(key).map_err(invalid)
    }

    /// Returns the public address of the bucket, without a slash at its end.
    pub(crate) async fn bucket_url(&self) -> Result<String, LinkError> {
        bucket_url(&self.bucket).await.map_err(unavailable)
    }

    /// Settles credentials and time for one signature.
    pub(crate) async fn session(&self, lifetime: Lifetime) -> Result<Session, LinkError> {
        let now = self.clock.now();
        let span = Span::of(lifetime, now).map_err(invalid)?;
        let credentials = self.keys.current(now).await.map_err(unavailable)?;
        let (span, clamped) = span.within(credentials.expiry(), now).map_err(unavailable)?;
        if clamped == Clamped::Yes {
            self.keys.warn_of_clamping();
        }
        Ok(Session { credentials, span })
    }
}

impl Session {
    /// Returns what one request is configured with.
    pub(crate) fn config(&self) -> config::Builder {
        config::Builder::new().credentials_provider(self.credentials.clone())
    }

    pub(crate) fn presigning(&self) -> Result<PresigningConfig, LinkError> {
        let config =
            PresigningConfig::builder().start_time(self.span.start()).expires_in(self.span.duration());
        config.build().map_err(invalid)
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    pub(crate) fn starts(&self) -> SystemTime {
        self.span.start()
    }

    pub(crate) fn expires(&self) -> SystemTime {
        self.span.end()
    }
}

/// Returns the public address of a bucket, without a slash at its end, as the SDK puts it together.
///
/// # Errors
/// What the SDK finds wrong with the name of the bucket, the region or the endpoint.
pub(crate) async fn bucket_url(bucket: &Bucket) -> Result<String, aws_sdk_s3::error::BoxError> {
    let settings = bucket.settings();
    let params = Params::builder()
        .bucket(bucket.name())
        .region(&bucket.parts().region)
        .set_endpoint(public_origin(settings))
        .force_path_style(settings.path_style)
        .build()?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&params).await?;
    Ok(endpoint.url().trim_end_matches('/').to_owned())
}

/// Returns the origin that clients see, where it is configured.
fn public_origin(settings: &Settings) -> Option<String> {
    let endpoint = settings.public_endpoint.as_ref().or(settings.endpoint.as_ref());
    endpoint.map(|endpoint| endpoint.origin().to_owned())
}

/// The terms contradict a limit.
pub(crate) fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> LinkError {
    LinkError::new(LinkErrorKind::InvalidTerms, error)
}

/// The keys or the server are out of reach.
fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> LinkError {
    LinkError::new(LinkErrorKind::Unavailable, error)
}

/// S3 cannot hold anybody to a term.
pub(crate) fn unsupported(why: &'static str) -> LinkError {
    LinkError::new(LinkErrorKind::Unsupported, why)
}

/// The SDK could not sign.
pub(super) fn failed<E>(failure: &SdkError<E, HttpResponse>) -> LinkError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    unavailable(Cause::of(failure))
}

/// Signs a request instead of sending it.
macro_rules! presigned {
    ($request:expr, $session:expr) => {{
        let request = $request.customize().config_override($session.config());
        let signed = request.presigned($session.presigning()?).await;
        signed.map_err(|failure| $crate::presign::signer::failed(&failure))?
    }};
}
pub(super) use presigned;

impl fmt::Debug for Presigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bucket.fmt(f)
    }
}
