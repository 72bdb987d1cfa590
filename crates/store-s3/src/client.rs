//! From [`Settings`] to [`Parts`]: one HTTP client for everything, its credentials, its patience.

use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    self, BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    SharedHttpClient, StalledStreamProtectionConfig,
};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector, http_client_fn};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::config::{ConfigError, CredentialSource, Environment, Settings, TransferConfig};
use crate::patience::{Patient, STANDSTILL};
use crate::signing::Untraced;
use crate::{Checksums, Profile};

/// What a store is made of: the client and all that was settled about it.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) credentials: SharedCredentialsProvider,
    pub(crate) region: String,
    pub(crate) settings: Arc<Settings>,
}

impl Parts {
    /// Puts the parts together. Sends no request, but the SDK's sources may ask theirs for a region.
    pub(crate) async fn assemble(settings: Settings, environment: &Environment) -> Result<Self, ConfigError> {
        let http = http_client(&settings)?;
        let source = match settings.credentials.clone() {
            Some(source) => source,
            None => CredentialSource::from_environment(environment)?,
        };
        let region = region(&settings, &source, &http).await?;
        let credentials = credentials(source, &region, &http).await?;
        let config = sdk_config(&settings, &region, http, credentials.clone());
        Ok(Self { client: Client::from_conf(config), credentials, region, settings: Arc::new(settings) })
    }

    /// Returns what the server is taken to honour.
    pub(crate) fn profile(&self) -> &Profile {
        &self.settings.profile
    }
}

fn sdk_config(
    settings: &Settings,
    region: &str,
    http: SharedHttpClient,
    credentials: SharedCredentialsProvider,
) -> config::Config {
    let calculation = match settings.profile.checksums {
        Checksums::Sent => RequestChecksumCalculation::WhenSupported,
        Checksums::OnlyRequired => RequestChecksumCalculation::WhenRequired,
    };
    let transfer = &settings.transfer;
    let mut builder = config::Builder::new();
    builder.set_endpoint_url(settings.endpoint.as_ref().map(|endpoint| endpoint.origin().to_owned()));
    builder
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(region.to_owned()))
        .force_path_style(settings.path_style)
        .credentials_provider(credentials)
        .push_auth_scheme(Untraced::default())
        .http_client(http)
        .retry_config(RetryConfig::standard().with_max_attempts(transfer.attempts))
        .timeout_config(patience(transfer.read_timeout))
        .stalled_stream_protection(StalledStreamProtectionConfig::enabled().grace_period(STANDSTILL).build())
        .request_checksum_calculation(calculation)
        // A checksum is asked for where the answer is a whole object, which is all that it can be held against.
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .build()
}

/// Lets one attempt take so long until its answer begins.
pub(crate) fn patience(time: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().operation_attempt_timeout(time).build()
}

/// Lets one attempt take so long, and the time that `bytes` need at `rate` bytes a second.
pub(crate) fn patience_for(transfer: &TransferConfig, bytes: u64, rate: u64) -> config::Builder {
    let extra = Duration::from_secs(bytes / rate.max(1));
    config::Builder::new().timeout_config(patience(transfer.read_timeout.saturating_add(extra)))
}

/// Makes the one client. Its connections are shared by all requests, those for credentials included.
fn http_client(settings: &Settings) -> Result<SharedHttpClient, ConfigError> {
    let transfer = &settings.transfer;
    let timeouts = HttpConnectorSettings::builder().connect_timeout(transfer.connect_timeout).build();
    let mut builder = Connector::builder().connector_settings(timeouts);
    builder = builder.pool_idle_timeout(transfer.idle_timeout).pool_max_idle_per_host(transfer.pool_size);
    if let Some(proxy) = &settings.proxy {
        let proxy = ProxyConfig::all(proxy).map_err(|error| ConfigError::new("proxy", error.to_string()))?;
        builder = builder.proxy_config(proxy);
    }
    let connector =
        builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls(settings)?).build();
    let connector = SharedHttpConnector::new(Patient::new(connector));
    Ok(http_client_fn(move |_, _| connector.clone()))
}

fn tls(settings: &Settings) -> Result<TlsContext, ConfigError> {
    let trust = match &settings.ca_bundle {
        None => TrustStore::default(),
        Some(path) => {
            let wrong =
                |problem: String| ConfigError::new("ca_bundle", format!("{}: {problem}", path.display()));
            let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
            check_certificates(&pem).map_err(wrong)?;
            TrustStore::empty().with_pem_certificate(pem)
        }
    };
    let context = TlsContext::builder().with_trust_store(trust).build();
    context.map_err(|error| ConfigError::new("ca_bundle", error.to_string()))
}

/// Reads the certificates as the client will, which takes for granted that it can.
fn check_certificates(pem: &[u8]) -> Result<(), String> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("not PEM: {error}"))?;
        store.add(certificate).map_err(|error| error.to_string())?;
    }
    if store.is_empty() { Err("no certificate in it".to_owned()) } else { Ok(()) }
}

async fn credentials(
    source: CredentialSource,
    region: &str,
    http: &SharedHttpClient,
) -> Result<SharedCredentialsProvider, ConfigError> {
    match source {
        CredentialSource::Keys(keys) => {
            let token = keys.token.map(|token| token.expose().to_owned());
            let secret = keys.secret.expose().to_owned();
            Ok(SharedCredentialsProvider::new(Credentials::new(keys.id, secret, token, None, "hallpass")))
        }
        CredentialSource::Profile(name) => sdk::credentials(Some(&name), region, http).await,
        CredentialSource::SdkDefault => sdk::credentials(None, region, http).await,
    }
}

async fn region(
    settings: &Settings,
    source: &CredentialSource,
    http: &SharedHttpClient,
) -> Result<String, ConfigError> {
    let known = settings.region.clone().or(settings.profile.default_region.map(str::to_owned));
    if let Some(region) = known {
        return Ok(region);
    }
    let profile = match source {
        CredentialSource::Profile(name) => Some(name.as_str()),
        _ => None,
    };
    let missing = || ConfigError::new("region", "is missing, and neither environment nor profile has one");
    sdk::region(profile, http).await.ok_or_else(missing)
}

/// The SDK's own sources: its variables, its files, its network services.
#[cfg(feature = "sdk-credentials")]
mod sdk {
    use aws_config::default_provider::credentials::DefaultCredentialsChain;
    use aws_config::profile::ProfileFileCredentialsProvider;
    use aws_config::provider_config::ProviderConfig;

    use super::{BehaviorVersion, ConfigError, Region, SharedCredentialsProvider, SharedHttpClient};

    pub(super) async fn credentials(
        profile: Option<&str>,
        region: &str,
        http: &SharedHttpClient,
    ) -> Result<SharedCredentialsProvider, ConfigError> {
        let region = Some(Region::new(region.to_owned()));
        let config = ProviderConfig::empty().with_http_client(http.clone()).with_region(region);
        Ok(match profile {
            // Only this profile: falling back to other sources would use an identity that nobody named.
            Some(name) => {
                let provider =
                    ProfileFileCredentialsProvider::builder().configure(&config).profile_name(name);
                SharedCredentialsProvider::new(provider.build())
            }
            None => SharedCredentialsProvider::new(
                DefaultCredentialsChain::builder().configure(config).build().await,
            ),
        })
    }

    pub(super) async fn region(profile: Option<&str>, http: &SharedHttpClient) -> Option<String> {
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http.clone());
        if let Some(name) = profile {
            loader = loader.profile_name(name);
        }
        loader.no_credentials().load().await.region().map(|region| region.as_ref().to_owned())
    }
}

/// Without them, only keys that are given work.
#[cfg(not(feature = "sdk-credentials"))]
#[expect(clippy::unused_async, reason = "the same signatures as with the feature")]
mod sdk {
    use super::{ConfigError, SharedCredentialsProvider, SharedHttpClient};

    pub(super) async fn credentials(
        _: Option<&str>,
        _: &str,
        _: &SharedHttpClient,
    ) -> Result<SharedCredentialsProvider, ConfigError> {
        Err(ConfigError::new(
            "credentials",
            "no access key is given, and this program was built without `sdk-credentials`",
        ))
    }

    pub(super) async fn region(_: Option<&str>, _: &SharedHttpClient) -> Option<String> {
        None
    }
}
