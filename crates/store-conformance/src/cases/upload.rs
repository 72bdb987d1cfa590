//! An upload is nothing until it is finished, and then it is all there.

use std::pin::pin;

use bytes::Bytes;
use futures_util::future::poll_immediate;
use store::{ErrorKind, Get, PutMode, PutOptions, Store, StoreExt, Upload};

use crate::case::{Outcome, case};
use crate::check::{
    LARGE, follows_pattern, gather, has_bytes, head, holds, is_missing, key, large_body, open, pattern, put,
    refused, same,
};
use crate::{Case, Failure};

pub(super) const CASES: &[Case] = &[
    case!(an_upload_is_invisible, "an upload shows nothing before it is finished"),
    case!(a_dropped_upload_leaves_nothing, "an upload that is dropped was never there (D15, S40)"),
    case!(a_dropped_upload_keeps_the_old_object, "an upload that is dropped replaces nothing"),
    case!(
        a_dropped_write_spends_the_upload,
        "an upload whose write was dropped cannot be finished with a gap"
    ),
    case!(an_unstarted_finish_leaves_nothing, "a finish that never ran leaves nothing"),
    case!(
        an_interrupted_finish_is_all_or_nothing,
        "a finish dropped half-way leaves the whole object or none"
    ),
    case!(a_failed_body_leaves_nothing, "a body that fails leaves nothing, whatever came before"),
    case!(an_announced_length_may_come_true, "as many bytes as announced are taken"),
    case!(too_many_bytes_are_refused, "more bytes than announced are an error, and nothing is visible (S27)"),
    case!(too_few_bytes_are_refused, "fewer bytes than announced are an error, and nothing is visible"),
    case!(chunks_leave_no_trace, "how the bytes were cut makes no difference"),
    case!(large_objects_stream, "objects of several megabytes go in and out as streams"),
];

async fn begin(store: &dyn Store, name: &str, text: &'static str) -> Result<Box<dyn Upload>, Failure> {
    let mut upload = store.begin(&key(name)?, PutOptions::default()).await?;
    upload.write(Bytes::from_static(text.as_bytes())).await?;
    Ok(upload)
}

async fn an_upload_is_invisible(store: &dyn Store) -> Outcome {
    let mut upload = begin(store, "a", "te").await?;
    is_missing(store, "a").await?;
    upload.write(Bytes::from_static(b"xt")).await?;
    is_missing(store, "a").await?;
    upload.finish(PutMode::Create).await?;
    has_bytes(store, "a", b"text").await
}

async fn a_dropped_upload_leaves_nothing(store: &dyn Store) -> Outcome {
    drop(begin(store, "a", "text").await?);
    let mut large = store.begin(&key("large")?, PutOptions::default()).await?;
    large.write(pattern(0, LARGE).into()).await?;
    drop(large);
    is_missing(store, "a").await?;
    is_missing(store, "large").await
}

async fn a_dropped_upload_keeps_the_old_object(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "old").await?;
    drop(begin(store, "a", "newer").await?);
    has_bytes(store, "a", b"old").await?;
    same("version", head(store, "a").await?.etag, old.etag)
}

async fn a_dropped_write_spends_the_upload(store: &dyn Store) -> Outcome {
    let mut upload = begin(store, "a", "te").await?;
    drop(upload.write(Bytes::from_static(b"xt")));
    let finished = upload.finish(PutMode::Create).await;
    holds("an upload with a dropped write was finished", finished.is_err())?;
    is_missing(store, "a").await
}

async fn an_unstarted_finish_leaves_nothing(store: &dyn Store) -> Outcome {
    drop(begin(store, "a", "text").await?.finish(PutMode::Create));
    is_missing(store, "a").await
}

async fn an_interrupted_finish_is_all_or_nothing(store: &dyn Store) -> Outcome {
    for polls in 1..5 {
        let name = format!("a{polls}");
        let upload = begin(store, &name, "text").await?;
        {
            let mut finish = pin!(upload.finish(PutMode::Create));
            for _ in 0..polls {
                if poll_immediate(finish.as_mut()).await.is_some() {
                    break;
                }
            }
        }
        if store.exists(&key(&name)?).await? {
            has_bytes(store, &name, b"text").await?;
        }
    }
    Ok(())
}

async fn a_failed_body_leaves_nothing(store: &dyn Store) -> Outcome {
    let short = large_body().exactly(u64::MAX);
    let result = store.put(&key("a")?, PutOptions::default(), short, PutMode::Overwrite).await;
    refused("put of a body that ends early", result, ErrorKind::LengthMismatch)?;
    is_missing(store, "a").await
}

/// Announces `length` and writes `chunks`.
async fn announce(store: &dyn Store, length: u64, chunks: &[&'static [u8]]) -> Result<(), store::Error> {
    let Ok(key) = key("a") else { return Ok(()) };
    let mut upload = store.begin(&key, PutOptions::default().with_length(length)).await?;
    for chunk in chunks {
        upload.write(Bytes::from_static(chunk)).await?;
    }
    upload.finish(PutMode::Overwrite).await.map(drop)
}

async fn an_announced_length_may_come_true(store: &dyn Store) -> Outcome {
    announce(store, 4, &[b"te", b"xt"]).await?;
    has_bytes(store, "a", b"text").await?;
    announce(store, 0, &[]).await?;
    has_bytes(store, "a", b"").await
}

async fn too_many_bytes_are_refused(store: &dyn Store) -> Outcome {
    mismatches(store, [(3, [b"te", b"xt"]), (3, [b"", b"text"]), (0, [b"", b"x"])]).await
}

async fn too_few_bytes_are_refused(store: &dyn Store) -> Outcome {
    mismatches(store, [(5, [b"te", b"xt"]), (1, [b"", b""]), (u64::MAX, [b"te", b"xt"])]).await
}

/// Fails unless each announced length is refused with its chunks, and leaves nothing.
async fn mismatches(store: &dyn Store, uploads: [(u64, [&'static [u8]; 2]); 3]) -> Outcome {
    for (length, chunks) in uploads {
        let what = format!("{chunks:?} where {length} bytes were announced");
        refused(&what, announce(store, length, &chunks).await, ErrorKind::LengthMismatch)?;
        is_missing(store, "a").await?;
    }
    Ok(())
}

async fn chunks_leave_no_trace(store: &dyn Store) -> Outcome {
    let bytes = pattern(0, 5000);
    let whole = put(store, "whole", bytes.clone()).await?;
    for width in [1, 7, 4096] {
        let name = format!("by{width}");
        let mut upload = store.begin(&key(&name)?, PutOptions::default()).await?;
        for chunk in bytes.chunks(width) {
            upload.write(Bytes::new()).await?;
            upload.write(Bytes::copy_from_slice(chunk)).await?;
        }
        let written = upload.finish(PutMode::Create).await?;
        same("size", written.size, whole.size)?;
        same("sha-256", written.sha256, whole.sha256)?;
        has_bytes(store, &name, &bytes).await?;
    }
    Ok(())
}

async fn large_objects_stream(store: &dyn Store) -> Outcome {
    let size = u64::try_from(LARGE).unwrap_or(u64::MAX);
    for (name, options) in
        [("unknown", PutOptions::default()), ("announced", PutOptions::default().with_length(size))]
    {
        let written = store.put(&key(name)?, options, large_body(), PutMode::Create).await?;
        same("size that the put returned", written.size, size)?;
        let object = open(store, name, &Get::default()).await?;
        same("size in the metadata", object.metadata.size, size)?;
        same("bytes read", follows_pattern(object.body, 0).await?, LARGE)?;
    }
    let part = store::ByteRange::Closed { first: 5_242_879, last: 5_242_881 };
    let object = open(store, "unknown", &Get::part(part)).await?;
    same("bytes across a boundary", &*gather(object.body).await?, &pattern(5_242_879, 5_242_882))
}
