//! Servers that take their time: which patience ends when.

use std::time::Duration;

use store::{ErrorKind, PutMode, Store, StoreExt, When};

use super::super::proxy::{Fault, Operation};
use super::super::server::{self, key};
use super::{ATTEMPTS, MIB, OLD, noise, scene, timed, told};

const LONG: Duration = Duration::from_mins(10);

/// What does not move for so long is broken off.
const STANDSTILL: Duration = Duration::from_secs(20);
/// LocalStack itself waits no longer for the rest of a request; the store has to have been quicker.
const HANGS_UP: Duration = Duration::from_mins(1);

/// `read_timeout` is for one attempt, until its answer begins; as many attempts as configured are made.
#[tokio::test]
async fn d39_an_answer_that_does_not_begin_is_waited_for_so_long() {
    let scene = scene("slow-answer").await;
    for operation in [Operation::HeadObject, Operation::GetObject, Operation::PutObject] {
        scene.proxy.script(operation, Fault::Delay(LONG), usize::MAX);
        let (error, took) = timed(async {
            match operation {
                Operation::HeadObject => scene.store.head(&key(OLD.0)).await.map(drop),
                Operation::GetObject => scene.store.read(&key(OLD.0)).await.map(drop),
                _ => scene.put("new", b"text", PutMode::Create).await.map(drop),
            }
        })
        .await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{operation:?}: {error}");
        assert!(told(&error).contains("timeout"), "{}", told(&error));
        let patience = scene.config.transfer.read_timeout * ATTEMPTS;
        assert!((patience..patience * 2).contains(&took), "{operation:?}: {took:?}");
    }
    // The server did as it was asked, every time.
    scene.check(&[("new", b"text")]).await;
}

#[tokio::test]
async fn d39_a_slow_answer_is_asked_for_again() {
    let scene = scene("slow-once").await;
    let large = noise(6 * MIB);
    for (operation, bytes) in
        [(Operation::PutObject, &b"text"[..]), (Operation::CompleteMultipartUpload, &large)]
    {
        scene.proxy.script(operation, Fault::Delay(LONG), 1);
        let (put, took) = timed(scene.put("new", bytes, PutMode::Create)).await;
        put.unwrap();
        assert!(took >= scene.config.transfer.read_timeout, "{operation:?}: {took:?}");
        scene.check(&[("new", bytes)]).await;
        scene.store.delete(&key("new"), When::Always).await.unwrap();
    }
}

/// A body that is slow but moves is none of `read_timeout`'s business.
#[tokio::test]
async fn d39_a_body_may_take_longer_than_its_beginning() {
    let scene = scene("trickle").await;
    let bytes = noise(3_000_000);
    server::put(&scene.store, "large", bytes.clone()).await;
    scene.proxy.heal();
    scene.proxy.script(Operation::GetObject, Fault::Trickle(Duration::from_millis(300)), 1);
    let (read, took) = timed(scene.read("large", &bytes)).await;
    read.unwrap();
    assert!(took > scene.config.transfer.read_timeout, "{took:?}: not slow enough to show anything");
    assert_eq!(scene.proxy.count(Operation::GetObject), 1);
}

/// One that does not move for 20 seconds is broken off, and asked for again from there.
#[tokio::test]
async fn d39_s49_a_body_that_stands_still_is_resumed() {
    let scene = scene("standstill").await;
    let bytes = noise(3_000_000);
    server::put(&scene.store, "large", bytes.clone()).await;
    scene.proxy.heal();
    scene.proxy.script(Operation::GetObject, Fault::StallAnswer(1_000_000, LONG), 1);
    let (read, took) = timed(scene.read("large", &bytes)).await;
    read.unwrap();
    assert!((STANDSTILL..HANGS_UP).contains(&took), "{took:?}");
    assert_eq!(scene.proxy.count(Operation::GetObject), 2);
}

/// The same for a server that stops taking what is sent, once the system holds no more of it back.
#[tokio::test]
async fn d39_d15_an_upload_that_stands_still_is_sent_again() {
    let mut scene = scene("standstill-up").await;
    scene.config.transfer.part_size = 64 << 20;
    scene.store = server::open(&scene.config).await;
    let bytes = noise(40 * MIB);
    scene.proxy.script(Operation::PutObject, Fault::StallRequest(0, LONG), 1);
    let (put, took) = timed(scene.put("new", &bytes, PutMode::Create)).await;
    put.unwrap();
    assert!((STANDSTILL..HANGS_UP).contains(&took), "{took:?}");
    assert_eq!(scene.proxy.count(Operation::PutObject), 2);
    scene.check(&[("new", &bytes)]).await;
}
