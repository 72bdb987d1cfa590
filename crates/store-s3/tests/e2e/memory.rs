//! What a transfer of 1 GiB takes of memory, at default settings: measured in a process that does nothing else.

use std::env;
use std::fs;
use std::process::Command;

use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use store::{Body, PutMode, PutOptions, StoreExt};
use store_s3::S3Store;

use super::server::{self, key};

const SIZE: u64 = 1 << 30;
const CHUNK: u64 = 1 << 20;

/// What resident memory may reach.
const MOST: u64 = 128 << 20;

/// Names the bucket to the process that is measured.
const BUCKET: &str = "E2E_MEMORY_BUCKET";

/// An upload of unknown length, then its download. The test runs itself for each of them, as another process.
#[test]
fn ds10_d18_a_gibibyte_passes_through_little_memory() {
    if let Ok(bucket) = env::var(BUCKET) {
        return measure(&bucket);
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = runtime.block_on(server::store("memory"));
    for way in ["put", "get"] {
        let child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "memory::ds10_d18_a_gibibyte_passes_through_little_memory", "--nocapture"])
            .env(BUCKET, format!("{way} {}", store.bucket()))
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&child.stdout).into_owned();
        assert!(child.status.success(), "{told}{}", String::from_utf8_lossy(&child.stderr));
        let peak = told.lines().find_map(|line| line.strip_prefix("peak: ")?.parse::<u64>().ok()).unwrap();
        println!("{way}: at most {} MiB resident", peak >> 20);
        assert!(peak < MOST, "{way} of 1 GiB took {} MiB", peak >> 20);
    }
    runtime.block_on(async {
        assert_eq!(store.head(&key("large")).await.unwrap().size, SIZE);
        store.delete_all([key("large")]).await.unwrap();
    });
}

#[expect(clippy::print_stdout, reason = "the answer to the process that asked")]
fn measure(task: &str) {
    let (way, bucket) = task.split_once(' ').unwrap();
    let mut config = server::config("memory");
    bucket.clone_into(&mut config.bucket);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = server::open(&config).await;
        if way == "put" { put(&store).await } else { get(&store).await }
    });
    println!("\npeak: {}", peak());
}

/// Each chunk is made anew, as if it came over the network.
async fn put(store: &S3Store) {
    let chunks = (0..SIZE / CHUNK)
        .map(|number| Ok(Bytes::from(vec![number.to_le_bytes()[0]; usize::try_from(CHUNK).unwrap()])));
    let body = Body::from_stream(stream::iter(chunks));
    let written = store.put(&key("large"), PutOptions::default(), body, PutMode::Create).await.unwrap();
    assert_eq!(written.size, SIZE);
}

async fn get(store: &S3Store) {
    let mut body = store.read(&key("large")).await.unwrap().body;
    let mut length = 0;
    while let Some(chunk) = body.try_next().await.unwrap() {
        let expected = u64::to_le_bytes(length / CHUNK)[0];
        assert_eq!(chunk[0], expected, "at {length}");
        length += u64::try_from(chunk.len()).unwrap();
    }
    assert_eq!(length, SIZE);
}

/// Returns the highest resident memory of this process so far.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() << 10
}
