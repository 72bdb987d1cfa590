//! Credentials that end, which no configuration of a test can have.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use links::{Clock, Lifetime, LinkErrorKind, LinkOptions, LinkSigner as _, SignedUrl};
use object_key::ObjectKey;

use super::S3Links;
use super::keys::Keys;
use super::signer::Presigner;
use crate::bucket::Bucket;
use crate::client::Parts;
use crate::{Environment, S3Config, Secret};

const NOW: u64 = 1_767_000_000;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A source that counts how often it is asked, and whose keys end when the test says.
#[derive(Debug, Clone, Default)]
struct Source {
    asked: Arc<AtomicU64>,
    expiry: Arc<Mutex<Option<SystemTime>>>,
    broken: Arc<Mutex<bool>>,
}

impl ProvideCredentials for Source {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        if *self.broken.lock().unwrap() {
            return future::ProvideCredentials::ready(Err(CredentialsError::provider_error("out of reach")));
        }
        let expiry = *self.expiry.lock().unwrap();
        let keys = Credentials::new(format!("AKID{number}"), "s3cr3t", Some("t0ken".into()), expiry, "test");
        future::ProvideCredentials::ready(Ok(keys))
    }
}

impl Source {
    fn ending(seconds: u64) -> Self {
        let source = Self::default();
        source.end(seconds);
        source
    }

    fn end(&self, seconds: u64) {
        *self.expiry.lock().unwrap() = Some(at(seconds));
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}

async fn links(source: &Source, clock: Clock) -> S3Links {
    let mut config = S3Config::new("media");
    config.region = Some("eu-west-1".to_owned());
    config.credentials.access_key_id = Some("unused".to_owned());
    config.credentials.secret_access_key = Some(Secret::new("unused"));
    let mut parts = Parts::assemble(config.settings().unwrap(), &Environment::empty()).await.unwrap();
    parts.credentials = SharedCredentialsProvider::new(source.clone());
    let presigner = Presigner::new(&Bucket::new(parts)).unwrap().with_clock(clock);
    S3Links { presigner: Arc::new(presigner) }
}

async fn sign(links: &S3Links, lifetime: Lifetime) -> SignedUrl {
    links.link(&ObjectKey::parse("a").unwrap(), &LinkOptions::new(lifetime)).await.unwrap()
}

const HOUR: Lifetime = Lifetime::Fixed(Duration::from_hours(1));

#[tokio::test]
async fn x09_a_link_ends_with_the_credentials_that_sign_it() {
    let links = links(&Source::ending(NOW + 1_200), Clock::new(|| at(NOW))).await;
    let url = sign(&links, HOUR).await;
    assert_eq!(url.expires(), at(NOW + 1_200));
    assert!(url.expose().contains("&X-Amz-Expires=1200&"), "{}", url.expose());
    assert!(url.expose().contains("X-Amz-Security-Token=t0ken"));
    let short = sign(&links, Lifetime::Fixed(Duration::from_mins(1))).await;
    assert_eq!(short.expires(), at(NOW + 60));
}

/// Counts warnings, and keeps what was said last.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<(usize, String)>>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut found = self.0.lock().unwrap();
        found.0 += 1;
        event.record(&mut |_: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            found.1 = format!("{value:?}");
        });
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

/// Once for each set of credentials, however many links they cut short; never without need.
#[tokio::test]
async fn x09_a_lifetime_cut_short_is_warned_of_once() {
    let warnings = Warnings::default();
    let _guard = tracing::subscriber::set_default(warnings.clone());
    let source = Source::ending(NOW + 1_200);
    let instant = Arc::new(AtomicU64::new(NOW));
    let clock = Arc::clone(&instant);
    let links = links(&source, Clock::new(move || at(clock.load(Ordering::Relaxed)))).await;
    let count = || warnings.0.lock().unwrap().0;
    sign(&links, Lifetime::Fixed(Duration::from_mins(1))).await;
    assert_eq!(count(), 0);
    for _ in 0..3 {
        sign(&links, HOUR).await;
        assert_eq!(count(), 1);
    }
    assert!(warnings.0.lock().unwrap().1.contains("links end before their lifetime does"));
    source.end(NOW + 3_000);
    instant.store(NOW + 1_000, Ordering::Relaxed);
    sign(&links, HOUR).await;
    assert_eq!(count(), 2, "other credentials");
}

#[tokio::test]
async fn x01_a_clamped_link_is_stable_too() {
    let source = Source::ending(NOW + 2_000);
    let stable = Lifetime::Stable { at_least: Duration::from_mins(30), window: Duration::from_mins(10) };
    let early = sign(&links(&source, Clock::new(|| at(NOW + 1))).await, stable).await;
    source.asked.store(0, Ordering::Relaxed);
    let late = sign(&links(&source, Clock::new(|| at(NOW + 599))).await, stable).await;
    assert_eq!(early, late);
    assert_eq!(early.expires(), at(NOW + 2_000));
}

#[tokio::test]
async fn x09_credentials_that_have_ended_sign_nothing() {
    let links = links(&Source::ending(NOW), Clock::new(|| at(NOW))).await;
    let key = ObjectKey::parse("a").unwrap();
    let error = links.link(&key, &LinkOptions::new(HOUR)).await.unwrap_err();
    assert_eq!(error.kind(), LinkErrorKind::Unavailable);
    assert!(error.to_string().contains("expired"), "{error}");
}

#[tokio::test]
async fn the_source_of_credentials_is_asked_when_they_are_about_to_end() {
    let source = Source::ending(NOW + 3_600);
    let keys = Keys::new(SharedCredentialsProvider::new(source.clone()));
    for seconds in [0, 1, 3_299] {
        keys.current(at(NOW + seconds)).await.unwrap();
    }
    assert_eq!(source.asked(), 1);
    source.end(NOW + 7_200);
    assert_eq!(keys.current(at(NOW + 3_300)).await.unwrap().expiry(), Some(at(NOW + 7_200)));
    assert_eq!(source.asked(), 2);
}

#[tokio::test]
async fn credentials_without_an_end_are_looked_at_again() {
    let source = Source::default();
    let keys = Keys::new(SharedCredentialsProvider::new(source.clone()));
    for (seconds, asked) in [(0, 1), (899, 1), (900, 2), (0, 3)] {
        keys.current(at(NOW + seconds)).await.unwrap();
        assert_eq!(source.asked(), asked, "after {seconds} s");
    }
}

#[tokio::test]
async fn credentials_that_still_work_stand_in_for_a_source_out_of_reach() {
    let source = Source::ending(NOW + 3_600);
    let keys = Keys::new(SharedCredentialsProvider::new(source.clone()));
    keys.current(at(NOW)).await.unwrap();
    *source.broken.lock().unwrap() = true;
    assert!(keys.current(at(NOW + 3_599)).await.is_ok());
    assert!(keys.current(at(NOW + 3_600)).await.is_err());
}
