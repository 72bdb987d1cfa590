//! What goes wrong between the store and the server, and what is left of it: nothing that looks like an object and is
//! none.

mod cancelled;
mod cut;
mod dead;
mod refused;
mod slow;

use std::future::Future;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::TryStreamExt;
use store::{Body, Error, PutMode, PutOptions, StoreExt, Written};
use store_s3::{S3Config, S3Store};

use super::proxy::Proxy;
use super::server::{self, key};

const MIB: usize = 1 << 20;

/// How often each request is sent at most.
const ATTEMPTS: u32 = 3;

/// A store behind a proxy, in a bucket with one object.
struct Scene {
    proxy: Proxy,
    config: S3Config,
    store: S3Store,
}

/// The object that is there before, and has to be after.
const OLD: (&str, &[u8]) = ("old", b"there before");

async fn scene(test: &str) -> Scene {
    let mut config = server::config(test);
    config.transfer.part_size = 5 << 20;
    config.transfer.concurrency = 2;
    config.transfer.attempts = ATTEMPTS;
    config.transfer.read_timeout = Duration::from_secs(2);
    config.transfer.connect_timeout = Duration::from_secs(1);
    server::put(&server::open(&config).await, OLD.0, OLD.1.to_vec()).await;
    let proxy = Proxy::start(&server::endpoint()).await;
    config.endpoint = Some(proxy.origin().to_owned());
    let store = server::open(&config).await;
    Scene { proxy, config, store }
}

impl Scene {
    async fn put(&self, name: &str, bytes: &[u8], mode: PutMode) -> Result<Written, Error> {
        let body = Body::from(bytes.to_vec());
        self.store.put(&key(name), PutOptions::default(), body, mode).await
    }

    /// Fails unless these are the objects, byte for byte, beside the one that was there before, and nothing else is left.
    async fn check(&self, expected: &[(&str, &[u8])]) {
        self.store.settled().await;
        self.proxy.heal();
        assert_eq!(self.uploads().await, 0, "uploads in parts are left");
        let client = server::client();
        let listed = client.list_objects_v2().bucket(&self.config.bucket).send().await.unwrap();
        let mut names: Vec<_> = listed.contents().iter().filter_map(|object| object.key()).collect();
        names.sort_unstable();
        let mut wanted: Vec<_> = expected.iter().map(|(name, _)| *name).chain([OLD.0]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        assert_eq!(names, wanted);
        let old = expected.iter().find(|(name, _)| *name == OLD.0).unwrap_or(&OLD);
        for (name, bytes) in expected.iter().chain([old]) {
            let got = client.get_object().bucket(&self.config.bucket).key(*name).send().await.unwrap();
            let found = got.body.collect().await.unwrap().into_bytes();
            assert!(found == *bytes, "`{name}` has {} bytes, not these {}", found.len(), bytes.len());
            assert_eq!(self.store.head(&key(name)).await.unwrap().size, u64::try_from(bytes.len()).unwrap());
        }
    }

    /// Returns how many uploads in parts there are, as the server sees it.
    async fn uploads(&self) -> usize {
        let listed = server::client().list_multipart_uploads().bucket(&self.config.bucket).send().await;
        listed.unwrap().uploads().len()
    }

    /// Reads an object whole; what came before an error is a beginning of `bytes`.
    async fn read(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let mut body = self.store.read(&key(name)).await?.body;
        let mut found = Vec::new();
        let end = loop {
            match body.try_next().await {
                Ok(Some(chunk)) => found.extend_from_slice(&chunk),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        assert!(bytes.starts_with(&found), "other bytes");
        if end.is_ok() {
            assert_eq!(found.len(), bytes.len(), "a short body that looks whole");
        }
        end
    }
}

/// Bytes in which each place is unlike those near it.
fn noise(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at * 7 + at / 251) % 256).unwrap()).collect()
}

/// Does `work`; tells how long it took.
async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    (work.await, begun.elapsed())
}

/// Everything that an error and its causes say.
fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}

/// Cuts bytes into chunks as a client would send them.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = Bytes> {
    bytes.chunks(256 * 1024).map(Bytes::copy_from_slice)
}
