//! Futures that are dropped at any moment: what they had begun is undone, or done whole.

use std::future::Future;
use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use store::{Collect, CopyOptions, PutMode, PutOptions, Store, StoreExt};
use tokio::time::timeout;

use super::super::server::{self, key};
use super::{MIB, OLD, Scene, chunks, noise, scene};

/// How often each operation is broken off.
const ROUNDS: u64 = 16;

/// The moments, in microseconds: the same in each run (xorshift), most of them early.
fn moments(seed: u64) -> impl Iterator<Item = Duration> {
    let mut state = seed;
    (0..ROUNDS).map(move |round| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        Duration::from_micros(state % (20_000 * (round + 1)))
    })
}

/// Breaks an operation off at each of these moments; tells how often it was done before.
async fn break_off<T, F: Future<Output = T>>(seed: u64, mut operation: impl FnMut() -> F) -> usize {
    let mut done = 0;
    for moment in moments(seed) {
        done += usize::from(timeout(moment, operation()).await.is_ok());
    }
    done
}

/// Fails unless the object is whole, or is not.
async fn whole_or_none(scene: &Scene, name: &str, bytes: &[u8]) {
    scene.store.settled().await;
    assert_eq!(scene.uploads().await, 0, "uploads in parts are left");
    if scene.store.exists(&key(name)).await.unwrap() {
        scene.read(name, bytes).await.unwrap();
    }
    scene.read(OLD.0, OLD.1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn d15_s40_a_write_broken_off_at_any_moment() {
    let scene = scene("cancel-put").await;
    let (small, large) = (noise(MIB), noise(12 * MIB));
    for (seed, name, bytes) in [(0x5eed, "small", &small), (0x5eed1, "large", &large)] {
        let done = break_off(seed, || async {
            let mut upload = scene.store.begin(&key(name), PutOptions::default()).await?;
            for chunk in chunks(bytes) {
                upload.write(chunk).await?;
            }
            upload.finish(PutMode::Overwrite).await
        })
        .await;
        assert!(done < usize::try_from(ROUNDS).unwrap(), "{name}: never broken off");
        whole_or_none(&scene, name, bytes).await;
    }
}

/// The writer is dropped between its writes, and before it is finished.
#[tokio::test(flavor = "multi_thread")]
async fn d15_s40_an_upload_dropped_after_any_write() {
    let scene = scene("cancel-drop").await;
    let large = noise(12 * MIB);
    for writes in (0..=48).step_by(6) {
        let mut upload = scene.store.begin(&key("large"), PutOptions::default()).await.unwrap();
        for chunk in chunks(&large).take(writes) {
            upload.write(chunk).await.unwrap();
        }
        if writes % 12 == 0 { drop(upload.finish(PutMode::Create)) } else { drop(upload) }
    }
    scene.check(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d310_a_copy_broken_off_at_any_moment() {
    let scene = scene("cancel-copy").await;
    let large = noise(12 * MIB);
    server::put(&scene.store, "large", large.clone()).await;
    for (seed, mode) in [(0xc0_b1e5, PutMode::Overwrite), (0xc0_b1e6, PutMode::Create)] {
        let done = break_off(seed, || {
            let options = CopyOptions::default().with_mode(mode.clone());
            let (store, from, to) = (&scene.store, key("large"), key("copy"));
            async move { store.copy(&from, &to, options).await }
        })
        .await;
        assert!(done < usize::try_from(ROUNDS).unwrap(), "never broken off");
        whole_or_none(&scene, "copy", &large).await;
        scene.store.delete(&key("copy"), store::When::Always).await.unwrap();
    }
}

/// Reading changes nothing, and the store goes on working.
#[tokio::test(flavor = "multi_thread")]
async fn d10_a_read_broken_off_at_any_moment() {
    let scene = scene("cancel-get").await;
    let large = noise(12 * MIB);
    server::put(&scene.store, "large", large.clone()).await;
    break_off(0x9e7, || async {
        let body = scene.store.read(&key("large")).await?.body;
        body.try_fold(0, |sum, chunk| async move { Ok(sum + chunk.len()) }).await
    })
    .await;
    scene.check(&[("large", &large)]).await;
    let later = SystemTime::now() + Duration::from_mins(1);
    assert_eq!(scene.store.collect(later, Collect::DryRun).await.unwrap().uploads, 0);
}
