//! The calls that the store makes are those that the documented minimum of permissions allows (DS15).
//!
//! LocalStack has no IAM; so the calls are recorded, as the SDK traces them.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::TryStreamExt;
use store::{CopyOptions, Get, List, PutMode, PutOptions, Store, StoreExt, When};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::server::{self, key};

/// Notes the operation of each request.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<BTreeSet<String>>>);

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut operation = Operation(None);
        span.record(&mut operation);
        self.0.lock().unwrap().extend(operation.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Operation(Option<String>);

impl Visit for Operation {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "rpc.method" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// What the documentation asks for, and which calls each permission allows.
const MINIMUM: [(&str, &[&str]); 5] = [
    ("s3:ListBucket", &["HeadBucket", "ListObjectsV2"]),
    ("s3:GetObject", &["GetObject", "HeadObject"]),
    (
        "s3:PutObject",
        &[
            "PutObject",
            "CopyObject",
            "CreateMultipartUpload",
            "UploadPart",
            "UploadPartCopy",
            "CompleteMultipartUpload",
        ],
    ),
    ("s3:DeleteObject", &["DeleteObject", "DeleteObjects"]),
    ("s3:AbortMultipartUpload", &["AbortMultipartUpload"]),
];

/// On one thread, which the recorder is set for.
#[tokio::test]
async fn ds15_the_documented_permissions_suffice() {
    let mut config = server::config("permissions");
    config.transfer.part_size = 5 << 20;
    config.transfer.copy_threshold = 1 << 20;
    server::open(&config).await;
    config.create_bucket = false;

    let recorder = Recorder::default();
    let guard = tracing::subscriber::set_default(recorder.clone());
    let store = server::open(&config).await;
    server::put(&store, "small", "text").await;
    server::put(&store, "large", vec![1; 6 << 20]).await;
    let mut dropped = store.begin(&key("dropped"), PutOptions::default()).await.unwrap();
    dropped.write(Bytes::from(vec![1; 6 << 20])).await.unwrap();
    assert!(dropped.write(Bytes::new()).await.is_ok());
    drop(dropped.finish(PutMode::Update(store.head(&key("small")).await.unwrap().etag)).await.unwrap_err());
    store.read_to_end(&key("small"), 100).await.unwrap();
    store.get(&key("large"), &Get::head()).await.unwrap();
    for (from, mode) in
        [("small", PutMode::Overwrite), ("small", PutMode::Create), ("large", PutMode::Overwrite)]
    {
        let to = key(&format!("copy of {from}"));
        let _ = store.copy(&key(from), &to, CopyOptions::default().with_mode(mode)).await;
    }
    store.rename(&key("small"), &key("moved"), PutMode::Create).await.unwrap();
    let listed: Vec<_> = store.list(List::default()).try_collect().await.unwrap();
    assert!(!listed.is_empty());
    store.delete(&key("large"), When::Always).await.unwrap();
    store.delete_all([key("moved")]).await.unwrap();
    drop(guard);

    let made = recorder.0.lock().unwrap().clone();
    let allowed: BTreeSet<String> =
        MINIMUM.iter().flat_map(|(_, calls)| calls.iter().map(|call| (*call).to_owned())).collect();
    assert_eq!(made, allowed, "made, and allowed");
}
