//! Connections that break: before, in and after what they carry.

use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use store::{ByteRange, Collect, CopyOptions, ErrorKind, Get, Got, PutMode, Store, StoreExt, When};

use super::super::proxy::{Fault, Operation};
use super::super::server::{self, key};
use super::{ATTEMPTS, MIB, OLD, noise, scene};

const EVER: usize = usize::MAX;

/// A request that is cut off once is sent again, and the object is whole.
#[tokio::test]
async fn d15_s40_a_write_cut_in_the_middle_is_sent_again() {
    let scene = scene("cut-once").await;
    let (small, large) = (noise(MIB), noise(11 * MIB));
    for (number, (operation, after, bytes)) in [
        (Operation::PutObject, 0, &small),
        (Operation::PutObject, 500_000, &small),
        (Operation::UploadPart, 0, &large),
        (Operation::UploadPart, 5_000_000, &large),
        (Operation::CompleteMultipartUpload, 50, &large),
    ]
    .into_iter()
    .enumerate()
    {
        scene.proxy.script(operation, Fault::CutRequest(after), 1);
        let mode = if number % 2 == 0 { PutMode::Overwrite } else { PutMode::Create };
        let name = if number % 2 == 0 { OLD.0 } else { "new" };
        scene.put(name, bytes, mode).await.unwrap();
        assert!(scene.proxy.count(operation) >= 2, "{operation:?} {after}: never cut");
        scene.check(&[(name, bytes)]).await;
        scene.store.delete(&key("new"), When::Always).await.unwrap();
        server::put(&scene.store, OLD.0, OLD.1.to_vec()).await;
    }
}

/// Cut off again and again, it is given up on: the error says why, and what was there is untouched.
#[tokio::test]
async fn d15_s40_a_write_cut_for_ever_leaves_what_was_there() {
    let scene = scene("cut-ever").await;
    for (operation, after, length) in [
        (Operation::PutObject, 500_000, MIB),
        (Operation::UploadPart, 1_000_000, 11 * MIB),
        (Operation::CompleteMultipartUpload, 50, 11 * MIB),
    ] {
        scene.proxy.script(operation, Fault::CutRequest(after), EVER);
        let error = scene.put(OLD.0, &noise(length), PutMode::Overwrite).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{operation:?}: {error}");
        assert!(scene.proxy.count(operation) >= usize::try_from(ATTEMPTS).unwrap());
        scene.check(&[]).await;
    }
}

/// The server did it, but the answer is lost; the second attempt meets the work of the first, and knows it.
#[tokio::test]
async fn d16_a_lost_answer_is_no_conflict() {
    let scene = scene("lost-answer").await;
    let (small, large) = (noise(1000), noise(6 * MIB));
    for (operation, bytes) in [
        (Operation::PutObject, &small),
        (Operation::UploadPart, &large),
        (Operation::CompleteMultipartUpload, &large),
    ] {
        for (mode, name) in [(PutMode::Create, "new"), (PutMode::Overwrite, OLD.0)] {
            scene.proxy.script(operation, Fault::LoseAnswer, 1);
            let written = scene.put(name, bytes, mode).await.unwrap();
            assert_eq!(written.size, u64::try_from(bytes.len()).unwrap());
            assert_eq!(written.etag, scene.store.head(&key(name)).await.unwrap().etag);
            assert!(scene.proxy.count(operation) >= 2, "{operation:?}: nothing was lost");
            scene.check(&[(name, bytes)]).await;
            scene.store.delete(&key("new"), When::Always).await.unwrap();
            server::put(&scene.store, OLD.0, OLD.1.to_vec()).await;
        }
    }
}

/// Nobody knows the name of an upload whose beginning was not heard: it takes up room until it is collected.
#[tokio::test]
async fn d15_an_upload_begun_unheard_is_collected() {
    let scene = scene("unheard").await;
    let large = noise(6 * MIB);
    scene.proxy.script(Operation::CreateMultipartUpload, Fault::LoseAnswer, 1);
    scene.put("new", &large, PutMode::Create).await.unwrap();
    assert_eq!(scene.uploads().await, 1);
    let later = SystemTime::now() + Duration::from_mins(1);
    assert_eq!(scene.store.collect(later, Collect::Remove).await.unwrap().uploads, 1);
    scene.check(&[("new", &large)]).await;
}

/// Every answer is lost: an error, and the object whole or not at all.
#[tokio::test]
async fn s40_answers_lost_for_ever_are_an_error() {
    let scene = scene("lost-ever").await;
    scene.proxy.script(Operation::PutObject, Fault::LoseAnswer, EVER);
    let error = scene.put("new", b"whole", PutMode::Create).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    scene.check(&[("new", b"whole")]).await;
}

/// Reading goes on where it broke off, in the same version; or it fails. It never ends early as if that were all.
#[tokio::test]
async fn s49_a_get_cut_anywhere_is_resumed() {
    let scene = scene("cut-get").await;
    let bytes = noise(3_000_000);
    server::put(&scene.store, "large", bytes.clone()).await;
    for (after, times) in [(0, 1), (1, 1), (1_234_567, 1), (2_999_999, 1), (400_000, 5), (0, 2)] {
        scene.proxy.heal();
        scene.proxy.script(Operation::GetObject, Fault::CutAnswer(after), times);
        scene.read("large", &bytes).await.unwrap();
        assert_eq!(scene.proxy.count(Operation::GetObject), times + 1, "{after} {times}");
    }
    scene.proxy.heal();
    scene.proxy.script(Operation::GetObject, Fault::CutRequest(0), 1);
    scene.proxy.script(Operation::GetObject, Fault::CutAnswer(1000), 1);
    let ask = Get::part(ByteRange::Closed { first: 1_000_000, last: 1_999_999 });
    let Got::Object(object) = scene.store.get(&key("large"), &ask).await.unwrap() else {
        panic!("no object")
    };
    assert_eq!(object.part, Some(1_000_000..2_000_000));
    let found: Vec<_> = object.body.try_collect().await.unwrap();
    assert!(found.concat() == bytes[1_000_000..2_000_000]);
}

#[tokio::test]
async fn s49_a_get_cut_for_ever_fails() {
    let scene = scene("cut-get-ever").await;
    let bytes = noise(3_000_000);
    server::put(&scene.store, "large", bytes.clone()).await;
    scene.proxy.heal();
    scene.proxy.script(Operation::GetObject, Fault::CutAnswer(1_000_000), 1);
    scene.proxy.script(Operation::GetObject, Fault::CutAnswer(0), EVER);
    let error = scene.read("large", &bytes).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("the transfer broke off"), "{error}");
    assert!(scene.proxy.count(Operation::GetObject) <= 4);
}

/// What is left of one version is not completed by another one.
#[tokio::test]
async fn s49_a_get_cut_and_overwritten_fails() {
    let scene = scene("cut-changed").await;
    let bytes = noise(3_000_000);
    for other in [noise(2_999_999), vec![7; 3_000_000], vec![7; 10]] {
        server::put(&scene.store, "large", bytes.clone()).await;
        scene.proxy.script(Operation::GetObject, Fault::CutAnswer(1_000_000), 1);
        let mut body = scene.store.read(&key("large")).await.unwrap().body;
        let mut found = body.try_next().await.unwrap().unwrap().to_vec();
        server::put(&scene.store, "large", other).await;
        let error = loop {
            match body.try_next().await {
                Ok(Some(chunk)) => found.extend_from_slice(&chunk),
                Ok(None) => panic!("{} bytes look whole", found.len()),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        assert!(error.to_string().contains("another one now"), "{error}");
        assert!(bytes.starts_with(&found));
    }
}

/// A copy, whole or in parts, whose answers are lost is one copy.
#[tokio::test]
async fn d310_a_copy_whose_answers_are_lost_is_one_copy() {
    let scene = scene("lost-copy").await;
    let bytes = noise(6 * MIB);
    server::put(&scene.store, OLD.0, bytes.clone()).await;
    for (operation, mode) in [
        (Operation::CopyObject, PutMode::Overwrite),
        (Operation::UploadPartCopy, PutMode::Create),
        (Operation::CompleteMultipartUpload, PutMode::Create),
    ] {
        scene.proxy.script(operation, Fault::LoseAnswer, 1);
        let options = CopyOptions::default().with_mode(mode);
        let copied = scene.store.copy(&key(OLD.0), &key("copy"), options).await.unwrap();
        assert_eq!(copied.size, 6 << 20);
        assert!(scene.proxy.count(operation) >= 2, "{operation:?}");
        scene.check(&[("copy", &bytes), (OLD.0, &bytes)]).await;
        scene.store.delete(&key("copy"), When::Always).await.unwrap();
    }
}
