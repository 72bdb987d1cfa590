//! Compressing on the way (DS8, D38, D18).

use store::{Attributes, Body, FieldValue, PutMode, PutOptions, StoreExt};
use store_s3::{Keep, S3Store};

use super::server::{self, key};

async fn store(test: &str, keep: Keep) -> S3Store {
    let mut config = server::config(test);
    config.transfer.part_size = 5 << 20;
    config.gzip.enabled = true;
    config.gzip.keep = keep;
    server::open(&config).await
}

fn text(lines: u32) -> Vec<u8> {
    (0..lines).flat_map(|number| format!("p.c{number} {{ margin: {number}px }}\n").into_bytes()).collect()
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap()
}

async fn decoded(store: &S3Store, name: &str) -> Vec<u8> {
    let body = store.read_decoded(&key(name), 1 << 30).await.unwrap();
    futures_util::TryStreamExt::try_concat(futures_util::TryStreamExt::map_ok(body, |chunk| chunk.to_vec()))
        .await
        .unwrap()
}

#[tokio::test]
async fn ds08_d18_d38_both_sizes_are_known() {
    let store = store("gzip", Keep::Smaller).await;
    let text = text(20_000);
    let written = server::put(&store, "a.css", text.clone()).await;
    let metadata = store.head(&key("a.css")).await.unwrap();
    assert_eq!(metadata.size, written.size);
    assert!(metadata.size < length(&text) / 4);
    assert_eq!(metadata.logical_size, Some(length(&text)));
    assert_eq!(metadata.attributes.content_encoding.unwrap().as_str(), "gzip");
    assert_eq!(metadata.attributes.content_type.unwrap().as_str(), "text/css");
    assert!(decoded(&store, "a.css").await == text);
    // The same bytes again are the same object.
    assert_eq!(server::put(&store, "b.css", text).await.etag, written.etag);
}

#[tokio::test]
async fn ds08_d38_what_is_not_compressed() {
    let store = store("gzip_not", Keep::Smaller).await;
    let mut attributes = Attributes::default();
    attributes.content_encoding = FieldValue::parse("br").ok();
    let encoded = PutOptions::default().with_attributes(attributes);
    let text = text(1000);
    store.put(&key("a.css"), encoded, Body::from(text.clone()), PutMode::Create).await.unwrap();
    server::put(&store, "a.png", text.clone()).await;
    server::put(&store, "tiny.css", "p{}").await;
    server::put(&store, "empty.css", "").await;
    for (name, size) in
        [("a.css", length(&text)), ("a.png", length(&text)), ("tiny.css", 3), ("empty.css", 0)]
    {
        let metadata = store.head(&key(name)).await.unwrap();
        assert_eq!((metadata.size, metadata.logical_size), (size, None), "{name}");
    }
    assert_eq!(decoded(&store, "tiny.css").await, b"p{}");
}

/// Metadata is written before the body: the size is known if it was announced.
#[tokio::test]
async fn ds08_large_objects_are_compressed_as_they_come() {
    let store = store("gzip_large", Keep::Smaller).await;
    let noise: Vec<u8> = {
        let mut bytes = vec![0; 9 << 20];
        getrandom::fill(&mut bytes).unwrap();
        // Six bits of each byte are random: it gets smaller, but stays larger than a part.
        bytes.iter().map(|byte| b' ' + byte % 64).collect()
    };
    for (name, options, logical) in [
        ("announced.css", PutOptions::default().with_length(length(&noise)), Some(length(&noise))),
        ("unknown.css", PutOptions::default(), None),
    ] {
        let written =
            store.put(&key(name), options, Body::from(noise.clone()), PutMode::Create).await.unwrap();
        assert!(written.etag.as_str().contains('-') && written.size < length(&noise));
        let metadata = store.head(&key(name)).await.unwrap();
        assert_eq!((metadata.size, metadata.logical_size), (written.size, logical), "{name}");
        assert!(decoded(&store, name).await == noise, "{name}");
    }
}

#[tokio::test]
async fn s43_decoding_has_a_limit() {
    let store = store("gzip_cap", Keep::Always).await;
    let bomb = vec![b' '; 20 << 20];
    server::put(&store, "known.css", bomb.clone()).await;
    let refused = store.read_decoded(&key("known.css"), 1 << 20).await.unwrap_err();
    assert_eq!(refused.kind(), store::ErrorKind::TooLarge);
    // Written by another program, which does not say how large it is.
    let bytes = store.read_to_end(&key("known.css"), 1 << 20).await.unwrap();
    let request =
        server::client().put_object().bucket(store.bucket()).key("foreign.css").content_encoding("gzip");
    request.body(bytes.into()).send().await.unwrap();
    let body = store.read_decoded(&key("foreign.css"), 1 << 20).await.unwrap();
    let read: Result<Vec<_>, _> = futures_util::TryStreamExt::try_collect(body).await;
    assert_eq!(read.unwrap_err().kind(), store::ErrorKind::TooLarge);
}
