//! [`Keys`]: the credentials that sign, asked for rarely, and what is known of their end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use tokio::sync::Mutex;

/// New ones are asked for so long before the old ones end.
const EARLY: Duration = Duration::from_mins(5);
/// Ones without an end are asked for again after so long: a file may have changed.
const STALE: Duration = Duration::from_mins(15);

/// The credentials that sign.
///
/// The SDK's own cache does not tell which credentials it signed with, and so not how long a URL works.
#[derive(Debug)]
pub(crate) struct Keys {
    provider: SharedCredentialsProvider,
    held: Mutex<Option<Held>>,
    warned: AtomicBool,
}

#[derive(Debug)]
struct Held {
    credentials: Credentials,
    since: SystemTime,
}

impl Keys {
    pub(crate) fn new(provider: SharedCredentialsProvider) -> Self {
        Self { provider, held: Mutex::new(None), warned: AtomicBool::new(false) }
    }

    /// Returns the credentials to sign with at `now`.
    pub(crate) async fn current(&self, now: SystemTime) -> Result<Credentials, CredentialsError> {
        let mut held = self.held.lock().await;
        if let Some(held) = held.as_ref().filter(|held| held.is_fresh(now)) {
            return Ok(held.credentials.clone());
        }
        match self.provider.provide_credentials().await {
            Ok(credentials) => {
                self.warned.store(false, Ordering::Relaxed);
                *held = Some(Held { credentials: credentials.clone(), since: now });
                Ok(credentials)
            }
            // What still works is better than nothing, while the source is out of reach.
            Err(error) => match held.as_ref().filter(|held| held.works(now)) {
                Some(held) => Ok(held.credentials.clone()),
                None => Err(error),
            },
        }
    }

    /// Says once for each set of credentials that they cut a lifetime short.
    pub(crate) fn warn_of_clamping(&self) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "links end before their lifetime does, because the temporary credentials that sign them do"
            );
        }
    }
}

impl Held {
    fn is_fresh(&self, now: SystemTime) -> bool {
        match self.credentials.expiry() {
            Some(expiry) => now.checked_add(EARLY).is_some_and(|soon| soon < expiry),
            None => now.duration_since(self.since).is_ok_and(|age| age < STALE),
        }
    }

    fn works(&self, now: SystemTime) -> bool {
        self.credentials.expiry().is_none_or(|expiry| now < expiry)
    }
}
