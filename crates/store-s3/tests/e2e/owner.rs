//! Every request says who has to own the bucket (S48).
//!
//! LocalStack does not look at it; that a server's refusal is one is shown without it (`tests/it/refusals.rs`).

use bytes::Bytes;
use futures_util::TryStreamExt;
use store::{CopyOptions, List, PutMode, PutOptions, Store, StoreExt, When};

use super::proxy::{Noted, Proxy};
use super::server::{self, key};

const OWNER: &str = "000000000000";

#[tokio::test]
async fn s48_every_request_names_the_expected_owner() {
    let mut config = server::config("owner");
    server::open(&config).await;
    let proxy = Proxy::start(&server::endpoint()).await;
    config.endpoint = Some(proxy.origin().to_owned());
    config.create_bucket = false;
    config.expected_bucket_owner = Some(OWNER.to_owned());
    config.objects.tags = [("team".to_owned(), "a".to_owned())].into();
    config.transfer.part_size = 5 << 20;
    config.transfer.copy_threshold = 1 << 20;
    let store = server::open(&config).await;

    server::put(&store, "small", "text").await;
    server::put(&store, "large", vec![1; 6 << 20]).await;
    let mut refused = store.begin(&key("small"), PutOptions::default()).await.unwrap();
    refused.write(Bytes::from(vec![1; 6 << 20])).await.unwrap();
    refused.finish(PutMode::Create).await.unwrap_err();
    store.read_to_end(&key("small"), 100).await.unwrap();
    store
        .copy(&key("small"), &key("copy"), CopyOptions::default().with_mode(PutMode::Overwrite))
        .await
        .unwrap();
    store.copy(&key("large"), &key("large copy"), CopyOptions::default()).await.unwrap();
    let _: Vec<_> = store.list(List::default()).try_collect().await.unwrap();
    store.probe().await.unwrap();
    store.delete(&key("small"), When::Always).await.unwrap();
    store.delete_all([key("large")]).await.unwrap();

    let noted = proxy.noted();
    assert!(noted.len() > 20, "{}", noted.len());
    for Noted { head, .. } in noted {
        assert!(head.contains(&format!("x-amz-expected-bucket-owner: {OWNER}\r\n")), "{head}");
        if head.contains("x-amz-copy-source: ") {
            assert!(head.contains(&format!("x-amz-source-expected-bucket-owner: {OWNER}\r\n")), "{head}");
        }
    }
}
