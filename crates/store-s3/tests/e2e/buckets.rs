//! Opening: buckets that are there, missing, made.

use store::ErrorKind;
use store_s3::{Environment, Probed, S3Store, Support};

use super::server;

#[tokio::test]
async fn a_missing_bucket_is_named() {
    let mut config = server::config("missing");
    config.create_bucket = false;
    let error = S3Store::open(&config, &Environment::empty()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error.to_string().contains(&config.bucket) && error.to_string().contains("create_bucket"),
        "{error}"
    );
}

#[tokio::test]
async fn d24_dp8_dp9_a_bucket_is_made_private() {
    let config = server::config("made");
    let store = server::open(&config).await;
    server::open(&config).await; // there already
    let client = server::client();
    let acl = client.get_bucket_acl().bucket(store.bucket()).send().await.unwrap();
    assert!(acl.grants().iter().all(|grant| grant.grantee().is_some_and(|who| who.uri().is_none())));
    let policy = client.get_bucket_policy().bucket(store.bucket()).send().await;
    assert!(policy.is_err(), "{policy:?}");
    let block = client.get_public_access_block().bucket(store.bucket()).send().await.unwrap();
    let block = block.public_access_block_configuration().unwrap().clone();
    assert_eq!(
        [
            block.block_public_acls(),
            block.block_public_policy(),
            block.ignore_public_acls(),
            block.restrict_public_buckets()
        ],
        [Some(true); 4]
    );
}

#[tokio::test]
async fn x15_a_probe_finds_out_what_is_honoured() {
    let store = server::store("probe").await;
    let found: Probed = store.probe().await.unwrap();
    assert_eq!(found.conditional_create, Support::Yes);
    assert_eq!(found.conditional_update, Support::Yes);
    assert_eq!(found.conditional_delete, Support::No);
    assert_eq!(found.keeps_checksums, Support::Yes);
    let left = server::client().list_objects_v2().bucket(store.bucket()).send().await.unwrap();
    assert_eq!(left.contents().len(), 0, "the probe is still there");
}

#[tokio::test]
async fn an_unreachable_server_is_unavailable() {
    let mut config = server::config("unreachable");
    config.endpoint = Some("http://127.0.0.1:1".to_owned());
    config.transfer.attempts = 2;
    let error = S3Store::open(&config, &Environment::empty()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
}
