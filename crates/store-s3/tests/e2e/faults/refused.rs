//! Servers that answer with what is wrong with them: 500, 503, 409, 412.

use std::time::Duration;

use store::{ErrorKind, PutMode, Store, StoreExt, When};

use super::super::proxy::{Fault, Operation};
use super::super::server::key;
use super::{ATTEMPTS, MIB, OLD, noise, scene, timed};

const BUSY: [Fault; 2] = [Fault::Answer(500, "InternalError"), Fault::Answer(503, "SlowDown")];

const WRITES: [(Operation, usize); 4] = [
    (Operation::PutObject, 1000),
    (Operation::CreateMultipartUpload, 6 * MIB),
    (Operation::UploadPart, 6 * MIB),
    (Operation::CompleteMultipartUpload, 6 * MIB),
];

#[tokio::test]
async fn d15_a_server_busy_once_is_asked_again() {
    let scene = scene("busy-once").await;
    for (operation, length) in WRITES {
        for fault in BUSY {
            let bytes = noise(length);
            scene.proxy.script(operation, fault, 1);
            scene.put("new", &bytes, PutMode::Create).await.unwrap();
            assert!(scene.proxy.count(operation) >= 2, "{operation:?}");
            scene.check(&[("new", &bytes)]).await;
            scene.proxy.script(Operation::GetObject, fault, 1);
            scene.read("new", &bytes).await.unwrap();
            scene.proxy.script(Operation::DeleteObject, fault, 1);
            scene.store.delete(&key("new"), When::Always).await.unwrap();
            scene.check(&[]).await;
        }
    }
}

/// The error comes after as many attempts as configured, with the pauses between them, and names the server's reason.
#[tokio::test]
async fn d15_a_server_busy_for_ever_is_given_up_on() {
    let scene = scene("busy-ever").await;
    for (operation, length) in WRITES {
        for fault in BUSY {
            scene.proxy.script(operation, fault, usize::MAX);
            let bytes = noise(length);
            let (put, took) = timed(scene.put(OLD.0, &bytes, PutMode::Overwrite)).await;
            let error = put.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{operation:?}: {error}");
            let told = super::told(&error);
            assert!(told.contains("InternalError") || told.contains("SlowDown"), "{told}");
            assert!(took < Duration::from_secs(20), "{operation:?}: {took:?}");
            scene.check(&[]).await;
        }
    }
    scene.proxy.script(Operation::GetObject, BUSY[1], usize::MAX);
    let error = scene.read(OLD.0, OLD.1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(scene.proxy.count(Operation::GetObject), usize::try_from(ATTEMPTS).unwrap());
}

const CONFLICT: &str = "ConditionalRequestConflict";

/// Rule 11: tried again while the body is here; the parts of an upload are not, so that its writer has to decide.
#[tokio::test]
async fn d16_a_conflict_is_tried_again_where_the_body_is_here() {
    let scene = scene("conflict").await;
    scene.proxy.script(Operation::PutObject, Fault::Answer(409, CONFLICT), 2);
    scene.put("new", b"text", PutMode::Create).await.unwrap();
    assert_eq!(scene.proxy.count(Operation::PutObject), 3);
    scene.check(&[("new", b"text")]).await;
    for (operation, length) in [(Operation::PutObject, 10), (Operation::CompleteMultipartUpload, 6 * MIB)] {
        scene.proxy.script(operation, Fault::Answer(409, CONFLICT), usize::MAX);
        let error = scene.put("other", &noise(length), PutMode::Create).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        scene.check(&[("new", b"text")]).await;
    }
}

/// The server wrote the object and then said something else: whoever asks again finds his own work, not a rival's.
#[tokio::test]
async fn d16_a_refusal_after_success_is_recognised() {
    let scene = scene("after-success").await;
    for (operation, length) in [(Operation::PutObject, 1000), (Operation::CompleteMultipartUpload, 6 * MIB)] {
        for (status, code) in [(500, "InternalError"), (503, "SlowDown"), (409, CONFLICT)] {
            if status == 409 && operation == Operation::CompleteMultipartUpload {
                continue; // not asked again, as shown above
            }
            let bytes = noise(length);
            scene.proxy.script(operation, Fault::AnswerInstead(status, code), 1);
            let written = scene.put("new", &bytes, PutMode::Create).await.unwrap();
            assert_eq!(
                written.etag,
                scene.store.head(&key("new")).await.unwrap().etag,
                "{operation:?} {status}"
            );
            scene.check(&[("new", &bytes)]).await;
            scene.store.delete(&key("new"), When::Always).await.unwrap();
        }
    }
    // A rival's object is no success of ours, however often was asked.
    scene.proxy.script(Operation::PutObject, Fault::Answer(500, "InternalError"), 1);
    let error = scene.put(OLD.0, b"there after", PutMode::Create).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    scene.check(&[]).await;
}
