//! The server that the tests talk to, and buckets of their own on it.

use std::env;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Builder, Credentials, Region};
use store::{Body, PutMode, PutOptions, StoreExt, Written};
use store_s3::{Environment, S3Config, S3Store, Secret, ServerProfile};

/// The origin of the server.
pub(crate) fn endpoint() -> String {
    env::var("E2E_S3").expect("no server: run `cargo xtask e2e`, which starts one and sets E2E_S3")
}

/// Access to one bucket of the server, to be created, private to one test.
pub(crate) fn config(test: &str) -> S3Config {
    let mut config = S3Config::new(bucket_name(test));
    config.endpoint = Some(endpoint());
    config.server = Some(ServerProfile::LocalStack);
    config.create_bucket = true;
    config.credentials.access_key_id = Some("test".to_owned());
    config.credentials.secret_access_key = Some(Secret::new("test"));
    config
}

/// Makes up the name of a bucket, which has no `_` and at most 63 characters.
fn bucket_name(test: &str) -> String {
    let random = getrandom::u64().unwrap();
    let test: String = test.replace('_', "-").chars().take(40).collect();
    format!("hp-{test}-{random:016x}")
}

/// Opens a store in a bucket of its own.
pub(crate) async fn store(test: &str) -> S3Store {
    open(&config(test)).await
}

pub(crate) async fn open(config: &S3Config) -> S3Store {
    S3Store::open(config, &Environment::empty()).await.unwrap()
}

/// Returns a client of the SDK, to look at things as they are.
pub(crate) fn client() -> Client {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(aws_smithy_http_client::tls::Provider::Rustls(
            aws_smithy_http_client::tls::rustls_provider::CryptoMode::Ring,
        ))
        .build_https();
    let config = Builder::new()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .endpoint_url(endpoint())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .http_client(http)
        .force_path_style(true)
        .build();
    Client::from_conf(config)
}

/// Writes an object whatever was there.
pub(crate) async fn put(store: &S3Store, name: &str, bytes: impl Into<Body>) -> Written {
    store.put(&key(name), PutOptions::default(), bytes.into(), PutMode::Overwrite).await.unwrap()
}

pub(crate) fn key(name: &str) -> object_key::ObjectKey {
    object_key::ObjectKey::parse(name).unwrap()
}
