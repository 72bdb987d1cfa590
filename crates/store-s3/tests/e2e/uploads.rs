//! What uploads leave behind, which is nothing unless they were finished.

use std::future::Future;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::poll_immediate;
use store::{Body, ErrorKind, PutMode, PutOptions, Store, StoreExt, Upload};
use store_s3::{Collect, S3Store};

use super::server::{self, key};

const MIB: usize = 1 << 20;

/// A store that sends parts of the least size that S3 takes.
async fn small_parts(test: &str) -> S3Store {
    let mut config = server::config(test);
    config.transfer.part_size = 5 << 20;
    config.transfer.concurrency = 2;
    server::open(&config).await
}

/// Returns how many uploads in parts there are.
async fn uploads(store: &S3Store) -> usize {
    let listed = server::client().list_multipart_uploads().bucket(store.bucket()).send().await.unwrap();
    listed.uploads().len()
}

/// Waits for what happens in the background.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..100 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("ten seconds later, still not: {what}");
}

async fn begin(store: &S3Store, name: &str) -> Box<dyn Upload> {
    store.begin(&key(name), PutOptions::default()).await.unwrap()
}

/// Polls a future once; tells whether it is done.
async fn touch<F: Future + Unpin>(future: F) -> bool {
    poll_immediate(future).await.is_some()
}

#[tokio::test]
async fn d15_s40_a_dropped_upload_leaves_nothing() {
    let store = small_parts("dropped").await;
    let mut upload = begin(&store, "a").await;
    upload.write(Bytes::from(vec![1; 11 * MIB])).await.unwrap();
    assert_eq!(uploads(&store).await, 1);
    drop(upload);
    store.settled().await;
    assert_eq!(uploads(&store).await, 0);
    assert!(!store.exists(&key("a")).await.unwrap());
}

/// What a killed process leaves, is collected; what is younger or a neighbour's, is not.
#[tokio::test]
async fn d15_abandoned_uploads_are_collected() {
    let mut config = server::config("collected");
    config.prefix = "tenant-a/".to_owned();
    let store = server::open(&config).await;
    let client = server::client();
    for name in ["tenant-a/x", "tenant-a/y/z", "tenant-abc/x"] {
        client.create_multipart_upload().bucket(store.bucket()).key(name).send().await.unwrap();
    }
    let (early, late) =
        (SystemTime::now() - Duration::from_hours(1), SystemTime::now() + Duration::from_mins(1));
    let collect = async |before, mode| store.collect(before, mode).await.unwrap().uploads;
    assert_eq!(collect(early, Collect::Remove).await, 0);
    assert_eq!(collect(late, Collect::DryRun).await, 2);
    assert_eq!(collect(late, Collect::Remove).await, 2);
    assert_eq!(collect(late, Collect::DryRun).await, 0);
    assert_eq!(uploads(&store).await, 1);
}

#[tokio::test]
async fn d15_a_write_that_is_broken_off_leaves_nothing() {
    let store = small_parts("broken_off").await;
    let mut upload = begin(&store, "a").await;
    upload.write(Bytes::from(vec![1; 6 * MIB])).await.unwrap();
    assert!(!touch(upload.write(Bytes::from(vec![2; 20 * MIB]))).await);
    let error = upload.finish(PutMode::Overwrite).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    // An error is told when everything is cleared away.
    assert_eq!(uploads(&store).await, 0);
    assert!(!store.exists(&key("a")).await.unwrap());
}

/// Broken off at any moment, also before the name of the upload is known.
#[tokio::test]
async fn d15_a_first_part_that_is_broken_off_leaves_nothing() {
    let store = small_parts("first_part").await;
    for polls in 1..8_u64 {
        let mut upload = begin(&store, &format!("a{polls}")).await;
        let mut write = upload.write(Bytes::from(vec![1; 11 * MIB]));
        for _ in 0..polls {
            if touch(&mut write).await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(polls)).await;
        }
    }
    store.settled().await;
    until("the uploads are aborted", async || uploads(&store).await == 0).await;
}

#[tokio::test]
async fn d15_a_finish_that_is_broken_off_leaves_nothing_or_all() {
    let store = small_parts("unfinished").await;
    for polls in 0..6 {
        let name = format!("a{polls}");
        let mut upload = begin(&store, &name).await;
        upload.write(Bytes::from(vec![1; 6 * MIB])).await.unwrap();
        let mut finish = upload.finish(PutMode::Create);
        for _ in 0..polls {
            if touch(&mut finish).await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(finish);
    }
    until("the uploads are aborted", async || uploads(&store).await == 0).await;
    for polls in 0..6 {
        match store.head(&key(&format!("a{polls}"))).await {
            Ok(metadata) => assert_eq!(metadata.size, 6 << 20),
            Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{error}"),
        }
    }
}

#[tokio::test]
async fn d15_a_refused_finish_leaves_nothing() {
    let store = small_parts("refused").await;
    server::put(&store, "a", "text").await;
    let mut upload = begin(&store, "a").await;
    upload.write(Bytes::from(vec![1; 11 * MIB])).await.unwrap();
    let error = upload.finish(PutMode::Create).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(uploads(&store).await, 0);
    assert_eq!(store.read_to_end(&key("a"), 100).await.unwrap(), "text");
}

#[tokio::test]
async fn d15_a_body_that_fails_leaves_nothing() {
    let store = small_parts("failing").await;
    let chunks = [
        Ok(Bytes::from(vec![1; 11 * MIB])),
        Err(store::Error::new(ErrorKind::Internal, store::Operation::Get)),
    ];
    let body = Body::from_stream(futures_util::stream::iter(chunks));
    assert!(store.put(&key("a"), PutOptions::default(), body, PutMode::Create).await.is_err());
    until("the upload is aborted", async || uploads(&store).await == 0).await;
    assert!(!store.exists(&key("a")).await.unwrap());
}

#[tokio::test]
async fn d15_more_bytes_than_announced_leave_nothing() {
    let store = small_parts("too_many").await;
    let options = PutOptions::default().with_length(6 << 20);
    let mut upload = store.begin(&key("a"), options).await.unwrap();
    upload.write(Bytes::from(vec![1; 6 * MIB])).await.unwrap();
    let error = upload.write(Bytes::from_static(b"x")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LengthMismatch);
    assert_eq!(uploads(&store).await, 0);
}

#[tokio::test]
async fn d16_nothing_is_replaced_by_default() {
    let store = server::store("create").await;
    let put = async |text: &'static str| {
        store.put(&key("a"), PutOptions::default(), Body::from(text), PutMode::default()).await
    };
    put("first").await.unwrap();
    assert_eq!(put("second").await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(store.read_to_end(&key("a"), 100).await.unwrap(), "first");
    let (other, _) =
        store.put_unique(key("a"), PutOptions::default(), || Body::from("second")).await.unwrap();
    assert_ne!(other, key("a"));
}

/// One request for what fits a part, several for the rest: S3 shows it in the entity tag.
#[tokio::test]
async fn ds10_what_fits_a_part_is_one_request() {
    let store = small_parts("sizes").await;
    let parts_of = async |length: usize| {
        let written = server::put(&store, &length.to_string(), vec![7; length]).await;
        assert_eq!(written.size, u64::try_from(length).unwrap());
        written.etag.as_str().split_once('-').map(|(_, parts)| parts.to_owned())
    };
    assert_eq!(parts_of(0).await, None);
    assert_eq!(parts_of(5 * MIB).await, None);
    assert_eq!(parts_of(5 * MIB + 1).await.as_deref(), Some("2"));
    assert_eq!(parts_of(15 * MIB).await.as_deref(), Some("3"));
}

/// The server was told what it should have received.
#[tokio::test]
async fn dj6_uploads_carry_a_checksum() {
    let store = small_parts("checksums").await;
    server::put(&store, "small", "abc").await;
    server::put(&store, "large", vec![7; 6 * MIB]).await;
    let head = async |name: &str| {
        let request = server::client().head_object().bucket(store.bucket()).key(name);
        request.checksum_mode(aws_sdk_s3::types::ChecksumMode::Enabled).send().await.unwrap()
    };
    let sha256 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    assert_eq!(head("small").await.checksum_sha256(), Some(sha256));
    assert!(head("large").await.checksum_crc32().is_some_and(|checksum| checksum.ends_with("-2")));
    // A digest of digests is none of the bytes.
    assert_eq!(store.head(&key("large")).await.unwrap().sha256, None);
    assert!(store.head(&key("small")).await.unwrap().sha256.is_some());
}
