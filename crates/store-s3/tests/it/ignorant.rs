//! A server that ignores conditions, as some do without a word (X15).

use object_key::ObjectKey;
use store::{Body, ErrorKind, PutMode, PutOptions, StoreExt};
use store_s3::{S3Store, ServerProfile, Support};

use super::stub::{self, Count};

/// A server that takes every write for a success.
async fn store(server: ServerProfile) -> (S3Store, Count) {
    stub::store(server, "200 OK", "ETag: \"1234\"\r\n", "").await
}

async fn put(store: &S3Store, mode: PutMode) -> Result<(), ErrorKind> {
    let key = ObjectKey::parse("a").unwrap();
    let put = store.put(&key, PutOptions::default(), Body::from("text"), mode).await;
    put.map(drop).map_err(|error| error.kind())
}

#[tokio::test]
async fn x15_create_is_refused_where_conditions_are_ignored() {
    let (store, count) = store(ServerProfile::Generic).await;
    assert_eq!(put(&store, PutMode::Create).await, Err(ErrorKind::Unsupported));
    let probed = count.get();
    assert_eq!(put(&store, PutMode::Create).await, Err(ErrorKind::Unsupported));
    assert_eq!(count.get(), probed, "probed again");
    assert_eq!(put(&store, PutMode::Overwrite).await, Ok(()));
    assert_eq!(store.probe().await.unwrap().conditional_create, Support::No);
}

#[tokio::test]
async fn x15_a_server_known_to_ignore_conditions_is_not_asked() {
    let (store, count) = store(ServerProfile::Garage).await;
    assert_eq!(put(&store, PutMode::Create).await, Err(ErrorKind::Unsupported));
    assert_eq!(count.get(), 0);
}
