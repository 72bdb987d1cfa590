//! Reading: whole objects, parts of them, metadata only.

use futures_util::TryStreamExt;
use store::{ByteRange, ErrorKind, Get, Got, PutMode, PutOptions, Store, StoreExt, Want, When};

use crate::case::{Outcome, case};
use crate::check::{
    LARGE, answer, follows_pattern, gather, has_bytes, head, key, large_body, length, open, put, refused,
    same, same_metadata,
};
use crate::{Case, Failure};

pub(super) const CASES: &[Case] = &[
    case!(a_get_returns_the_object, "a plain get returns metadata and all bytes, and no part"),
    case!(a_missing_object_is_not_found, "what is missing is `NotFound`, never an empty object"),
    case!(a_folder_is_no_object, "a prefix of keys is `NotFound`, and so is what lies below an object"),
    case!(a_head_has_no_body, "a head returns the same metadata and no bytes, with or without a range"),
    case!(a_closed_range_is_a_part, "a closed range returns these bytes, cut at the end of the object"),
    case!(an_open_range_is_a_part, "a range from a position on returns the rest of the object"),
    case!(
        a_suffix_range_is_a_part,
        "a suffix range returns the last bytes, all when it is longer than the object"
    ),
    case!(a_range_beyond_the_end_is_unsatisfiable, "a range in which no byte lies returns the metadata only"),
    case!(
        an_empty_object_has_no_ranges,
        "no position of an empty object can be asked for; its end is the whole of it, and no part"
    ),
    case!(a_body_can_be_dropped, "a body dropped half-way does no harm"),
    case!(a_body_is_its_version, "a body opened before a replacement has the old bytes or fails"),
];

async fn a_get_returns_the_object(store: &dyn Store) -> Outcome {
    put(store, "a", "some text").await?;
    let object = open(store, "a", &Get::default()).await?;
    same("size", object.metadata.size, 9)?;
    same("part", object.part, None)?;
    same("bytes", &*gather(object.body).await?, b"some text")
}

async fn a_missing_object_is_not_found(store: &dyn Store) -> Outcome {
    put(store, "b", "text").await?;
    let asks = [Get::default(), Get::head(), Get::part(ByteRange::From(0)), Get::part(ByteRange::Last(0))];
    for ask in asks {
        refused(&format!("{ask:?}"), store.get(&key("a")?, &ask).await, ErrorKind::NotFound)?;
    }
    same("exists", store.exists(&key("a")?).await?, false)?;
    same("exists", store.exists(&key("b")?).await?, true)
}

async fn a_folder_is_no_object(store: &dyn Store) -> Outcome {
    put(store, "a/b/c", "text").await?;
    for name in ["a", "a/b", "a/b/c/d", "a/b/c/d/e"] {
        for ask in [Get::default(), Get::head()] {
            refused(&format!("get `{name}`"), store.get(&key(name)?, &ask).await, ErrorKind::NotFound)?;
        }
    }
    Ok(())
}

async fn a_head_has_no_body(store: &dyn Store) -> Outcome {
    put(store, "a", "some text").await?;
    let whole = open(store, "a", &Get::default()).await?.metadata;
    let asks = [None, Some(ByteRange::From(2)), Some(ByteRange::From(99))];
    for ask in asks.map(|range| Get { want: Want::Head, range, ..Get::default() }) {
        let object = open(store, "a", &ask).await?;
        same_metadata("metadata", &object.metadata, &whole)?;
        same("part", object.part, None)?;
        same("bytes", &*gather(object.body).await?, b"")?;
    }
    Ok(())
}

/// Fails unless each range of `0123456789` gives these bytes, and says which they are.
async fn gives(store: &dyn Store, ranges: &[(ByteRange, &str)]) -> Outcome {
    const DIGITS: &str = "0123456789";
    put(store, "digits", DIGITS).await?;
    for (range, expected) in ranges {
        let object = open(store, "digits", &Get::part(*range)).await?;
        let (before, _) = DIGITS.split_once(expected).unwrap_or_default();
        let part = length(before.as_bytes())..length(before.as_bytes()) + length(expected.as_bytes());
        same(&format!("part of {range:?}"), object.part, Some(part))?;
        same("size of the whole", object.metadata.size, 10)?;
        same(&format!("bytes of {range:?}"), &*gather(object.body).await?, expected.as_bytes())?;
    }
    Ok(())
}

async fn a_closed_range_is_a_part(store: &dyn Store) -> Outcome {
    let closed = |first, last| ByteRange::Closed { first, last };
    let ranges = [
        (closed(0, 0), "0"),
        (closed(0, 9), "0123456789"),
        (closed(2, 4), "234"),
        (closed(9, 9), "9"),
        (closed(8, 10), "89"),
        (closed(8, u64::MAX), "89"),
    ];
    gives(store, &ranges).await
}

async fn an_open_range_is_a_part(store: &dyn Store) -> Outcome {
    let ranges = [(ByteRange::From(0), "0123456789"), (ByteRange::From(7), "789"), (ByteRange::From(9), "9")];
    gives(store, &ranges).await
}

async fn a_suffix_range_is_a_part(store: &dyn Store) -> Outcome {
    let ranges = [
        (ByteRange::Last(1), "9"),
        (ByteRange::Last(4), "6789"),
        (ByteRange::Last(10), "0123456789"),
        (ByteRange::Last(11), "0123456789"),
        (ByteRange::Last(u64::MAX), "0123456789"),
    ];
    gives(store, &ranges).await
}

/// Fails unless no byte of the object lies in the range, and the answer has its metadata.
async fn is_unsatisfiable(store: &dyn Store, name: &str, range: ByteRange) -> Outcome {
    let metadata = head(store, name).await?;
    match store.get(&key(name)?, &Get::part(range)).await? {
        Got::Unsatisfiable(found) => same_metadata("metadata", &found, &metadata),
        got => Err(Failure::new(format!("{range:?}: expected unsatisfiable, found {}", answer(&got)))),
    }
}

async fn a_range_beyond_the_end_is_unsatisfiable(store: &dyn Store) -> Outcome {
    put(store, "digits", "0123456789").await?;
    let closed = |first, last| ByteRange::Closed { first, last };
    let ranges = [
        ByteRange::From(10),
        ByteRange::From(u64::MAX),
        ByteRange::Last(0),
        closed(10, 10),
        closed(11, u64::MAX),
    ];
    for range in ranges {
        is_unsatisfiable(store, "digits", range).await?;
    }
    Ok(())
}

async fn an_empty_object_has_no_ranges(store: &dyn Store) -> Outcome {
    put(store, "empty", "").await?;
    for range in [ByteRange::From(0), ByteRange::Last(0), ByteRange::Closed { first: 0, last: 0 }] {
        is_unsatisfiable(store, "empty", range).await?;
    }
    for range in [ByteRange::Last(1), ByteRange::Last(u64::MAX)] {
        let object = open(store, "empty", &Get::part(range)).await?;
        same(&format!("part of {range:?}"), object.part, None)?;
        same(&format!("bytes of {range:?}"), &*gather(object.body).await?, b"")?;
    }
    has_bytes(store, "empty", b"").await
}

async fn a_body_can_be_dropped(store: &dyn Store) -> Outcome {
    store.put(&key("large")?, PutOptions::default(), large_body(), PutMode::Create).await?;
    for _ in 0..20 {
        let mut body = open(store, "large", &Get::default()).await?.body;
        body.try_next().await?;
        drop(open(store, "large", &Get::default()).await?);
    }
    let tail = open(store, "large", &Get::part(ByteRange::Last(100))).await?;
    let start = usize::try_from(tail.metadata.size - 100).unwrap_or(0);
    same("bytes read afterwards", follows_pattern(tail.body, start).await?, 100)
}

async fn a_body_is_its_version(store: &dyn Store) -> Outcome {
    store.put(&key("a")?, PutOptions::default(), large_body(), PutMode::Create).await?;
    let old = open(store, "a", &Get::default()).await?;
    put(store, "a", vec![b'-'; LARGE]).await?;
    if let Ok(bytes) = gather(old.body).await {
        same("bytes of the old version", follows_pattern(bytes.into(), 0).await?, LARGE)?;
    }
    let deleted = open(store, "a", &Get::part(ByteRange::Last(9))).await?;
    store.delete(&key("a")?, When::Always).await?;
    match gather(deleted.body).await {
        Ok(bytes) => same("bytes of the deleted object", &*bytes, b"---------"),
        Err(_) => Ok(()),
    }
}
