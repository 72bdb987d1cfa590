//! Stores that are never asked for anything, and a clock that stands where a test wants it.

use std::time::{Duration, SystemTime};

use links::Clock;
use object_key::ObjectKey;
use store_s3::{Environment, S3Config, S3Store, Secret};

pub(crate) const NOW: u64 = 1_767_000_000;

pub(crate) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn clock_at(seconds: u64) -> Clock {
    Clock::new(move || at(seconds))
}

pub(crate) fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

/// A bucket on AWS, with keys that are not temporary.
pub(crate) fn config() -> S3Config {
    let mut config = S3Config::new("media");
    config.region = Some("eu-west-1".to_owned());
    config.credentials.access_key_id = Some("AKIDEXAMPLE".to_owned());
    config.credentials.secret_access_key = Some(Secret::new("s3cr3t"));
    config
}

pub(crate) async fn connect(config: &S3Config) -> S3Store {
    S3Store::connect(config, &Environment::empty()).await.unwrap()
}
