//! Servers that stand still or die: an instance of LocalStack that is ours alone.

use std::time::{Duration, SystemTime};

use rustix::process::Signal;
use store::{Collect, ErrorKind, PutMode, PutOptions, Store, StoreExt, Upload};
use store_s3::{S3Config, S3Store};

use super::super::localstack::LocalStack;
use super::super::server::{self, key};
use super::{ATTEMPTS, MIB, OLD, chunks, noise, timed};

async fn start(number: u16) -> (LocalStack, S3Config, S3Store) {
    let server = LocalStack::start(number).await;
    let mut config = server::config("dead");
    config.endpoint = Some(server.origin().to_owned());
    config.transfer.part_size = 5 << 20;
    config.transfer.concurrency = 2;
    config.transfer.attempts = ATTEMPTS;
    config.transfer.read_timeout = Duration::from_secs(2);
    let store = server::open(&config).await;
    server::put(&store, OLD.0, OLD.1.to_vec()).await;
    (server, config, store)
}

/// Begins an upload of which some parts are sent.
async fn half(store: &S3Store, name: &str, bytes: &[u8]) -> Box<dyn Upload> {
    let mut upload = store.begin(&key(name), PutOptions::default()).await.unwrap();
    for chunk in chunks(&bytes[..bytes.len() / 2]) {
        upload.write(chunk).await.unwrap();
    }
    upload
}

async fn rest(mut upload: Box<dyn Upload>, bytes: &[u8]) -> Result<store::Written, store::Error> {
    for chunk in chunks(&bytes[bytes.len() / 2..]) {
        upload.write(chunk).await?;
    }
    upload.finish(PutMode::Create).await
}

async fn read(store: &S3Store, name: &str) -> Vec<u8> {
    store.read_to_end(&key(name), 1 << 30).await.unwrap().to_vec()
}

/// Collects what is left of all uploads; returns how many they were.
async fn collect(store: &S3Store) -> u64 {
    let later = SystemTime::now() + Duration::from_mins(1);
    store.collect(later, Collect::Remove).await.unwrap().uploads
}

#[tokio::test(flavor = "multi_thread")]
async fn d15_s40_a_server_that_stands_still_for_a_while() {
    let (server, _, store) = start(0).await;
    let bytes = noise(22 * MIB);
    let upload = half(&store, "new", &bytes).await;
    server.signal(Signal::STOP);
    let rest = rest(upload, &bytes);
    let going_on = async {
        // Longer than one attempt is waited for, shorter than all of them.
        tokio::time::sleep(Duration::from_secs(3)).await;
        server.signal(Signal::CONT);
    };
    let (written, ()) = tokio::join!(rest, going_on);
    written.unwrap();
    assert!(read(&store, "new").await == bytes);
    assert_eq!(read(&store, OLD.0).await, OLD.1);
    store.settled().await;
    assert_eq!(collect(&store).await, 0);
}

/// Given up on after as many attempts as configured; what then could not be aborted, is collected.
#[tokio::test(flavor = "multi_thread")]
async fn d15_s40_a_server_that_stands_still_for_ever() {
    let (server, config, store) = start(1).await;
    // Two parts that arrive before, and a byte that does not: an attempt takes `read_timeout` and no more.
    let mut upload = store.begin(&key("new"), PutOptions::default()).await.unwrap();
    upload.write(noise(10 * MIB + 1).into()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    server.signal(Signal::STOP);
    let (failed, took) = timed(upload.finish(PutMode::Create)).await;
    let error = failed.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    // The pauses between attempts, and the ten seconds that aborting is waited for.
    let most = config.transfer.read_timeout * ATTEMPTS + Duration::from_secs(4 + 10);
    assert!(took < most, "{took:?}");
    server.signal(Signal::CONT);
    store.settled().await;
    assert!(!store.exists(&key("new")).await.unwrap());
    assert_eq!(read(&store, OLD.0).await, OLD.1);
    assert!(collect(&store).await <= 1);
    assert_eq!(collect(&store).await, 0);
}

/// Nobody listens any more: that is known at once, but for the pauses between attempts.
#[tokio::test(flavor = "multi_thread")]
async fn d15_a_server_that_is_killed() {
    let (mut server, _, store) = start(2).await;
    let bytes = noise(22 * MIB);
    let upload = half(&store, "new", &bytes).await;
    let mut body = store.read(&key(OLD.0)).await.unwrap().body;
    server.kill();
    let (failed, took) = timed(rest(upload, &bytes)).await;
    let error = failed.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("`new`"), "{error}");
    assert!(took < Duration::from_secs(30), "{took:?}");
    let (found, took) = timed(store.exists(&key(OLD.0))).await;
    assert_eq!(found.unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(took < Duration::from_secs(10), "{took:?}");
    // It was here before the server was gone, or it is an error; it is never cut short.
    let mut found = Vec::new();
    while let Ok(Some(chunk)) = futures_util::TryStreamExt::try_next(&mut body).await {
        found.extend_from_slice(&chunk);
    }
    assert!(OLD.1.starts_with(&found));
    store.settled().await;
}
