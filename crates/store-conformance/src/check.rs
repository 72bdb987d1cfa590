//! What cases are written with: short forms for objects of short names, and checks that say what they found.

use std::fmt::Debug;
use std::sync::LazyLock;

use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use object_key::{ObjectKey, Prefix};
use store::{
    Body, Entry, Error, ErrorKind, Get, Got, List, Metadata, Object, PutMode, PutOptions, Store, StoreExt,
    Written,
};

use crate::Failure;
use crate::case::Outcome;

/// Fails unless both are equal.
#[expect(clippy::needless_pass_by_value, reason = "as with `assert_eq`, a caller writes the value itself")]
pub(crate) fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Outcome {
    if found == expected {
        return Ok(());
    }
    Err(Failure::new(format!("{what}: expected {}, found {}", short(&expected), short(&found))))
}

/// Fails unless both are equal, but for a digest that one of them does not know.
pub(crate) fn same_metadata(what: &str, found: &Metadata, expected: &Metadata) -> Outcome {
    let mut known = found.clone();
    known.sha256 = expected.sha256.and(found.sha256.or(expected.sha256));
    same(what, &known, expected)
}

/// Fails unless it holds.
pub(crate) fn holds(what: &str, holds: bool) -> Outcome {
    if holds { Ok(()) } else { Err(Failure::new(what)) }
}

/// Fails unless the operation was refused in this way.
pub(crate) fn refused<T>(what: &str, result: Result<T, Error>, kind: ErrorKind) -> Result<Error, Failure> {
    refused_as(what, result, &[kind])
}

/// Fails unless the operation was refused in one of these ways.
pub(crate) fn refused_as<T>(
    what: &str,
    result: Result<T, Error>,
    kinds: &[ErrorKind],
) -> Result<Error, Failure> {
    match result {
        Err(error) if kinds.contains(&error.kind()) => Ok(error),
        Err(error) => {
            Err(Failure::new(format!("{what}: expected {kinds:?}, found {:?} ({error})", error.kind())))
        }
        Ok(_) => Err(Failure::new(format!("{what}: expected {kinds:?}, found success"))),
    }
}

/// What of a large value is worth reading.
fn short(value: &impl Debug) -> String {
    const MOST: usize = 300;
    let text = format!("{value:?}");
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}… ({} bytes of text)", text.get(..at).unwrap_or_default(), text.len()),
        None => text,
    }
}

pub(crate) fn key(text: &str) -> Result<ObjectKey, Failure> {
    ObjectKey::parse(text).map_err(|error| Failure::new(format!("the case's own key {text:?}: {error}")))
}

pub(crate) fn prefix(text: &str) -> Result<Prefix, Failure> {
    Prefix::parse(text).map_err(|error| Failure::new(format!("the case's own prefix {text:?}: {error}")))
}

/// Writes an object whatever was there.
pub(crate) async fn put(store: &dyn Store, name: &str, bytes: impl Into<Bytes>) -> Result<Written, Failure> {
    put_with(store, name, bytes, PutOptions::default()).await
}

/// Writes an object whatever was there, with its metadata.
pub(crate) async fn put_with(
    store: &dyn Store,
    name: &str,
    bytes: impl Into<Bytes>,
    options: PutOptions,
) -> Result<Written, Failure> {
    Ok(store.put(&key(name)?, options, Body::from(bytes.into()), PutMode::Overwrite).await?)
}

/// Writes an object under these terms.
pub(crate) async fn write(
    store: &dyn Store,
    key: &ObjectKey,
    text: &str,
    mode: PutMode,
) -> Result<Written, Error> {
    store.put(key, PutOptions::default(), Body::from(Bytes::copy_from_slice(text.as_bytes())), mode).await
}

/// Writes an object whatever was there, and looks it up.
pub(crate) async fn put_head(
    store: &dyn Store,
    name: &str,
    bytes: impl Into<Bytes>,
) -> Result<Metadata, Failure> {
    put(store, name, bytes).await?;
    head(store, name).await
}

pub(crate) async fn head(store: &dyn Store, name: &str) -> Result<Metadata, Failure> {
    Ok(store.head(&key(name)?).await?)
}

/// Returns the object, where no precondition or range stands in the way.
pub(crate) async fn open(store: &dyn Store, name: &str, ask: &Get) -> Result<Object, Failure> {
    match store.get(&key(name)?, ask).await? {
        Got::Object(object) => Ok(object),
        got => Err(Failure::new(format!("get `{name}`: expected the object, found {}", answer(&got)))),
    }
}

/// Returns all bytes of a body.
pub(crate) async fn gather(body: Body) -> Result<Bytes, Error> {
    let chunks: Vec<Bytes> = body.try_collect().await?;
    Ok(chunks.concat().into())
}

/// Fails unless the object has these bytes and says so.
pub(crate) async fn has_bytes(store: &dyn Store, name: &str, expected: &[u8]) -> Outcome {
    let object = open(store, name, &Get::default()).await?;
    same("size in the metadata", object.metadata.size, length(expected))?;
    let bytes = gather(object.body).await?;
    if bytes == expected { Ok(()) } else { same(&format!("bytes of `{name}`"), &*bytes, expected) }
}

/// Fails unless there is no such object, for reading and for listing.
pub(crate) async fn is_missing(store: &dyn Store, name: &str) -> Outcome {
    refused(&format!("get `{name}`"), store.get(&key(name)?, &Get::default()).await, ErrorKind::NotFound)?;
    let listed = names(store, List::default()).await?;
    holds(&format!("`{name}` is listed though it is missing"), !listed.iter().any(|other| other == name))
}

/// Returns the names of a listing: keys, and prefixes with their `/`.
pub(crate) async fn names(store: &dyn Store, ask: List) -> Result<Vec<String>, Failure> {
    let entries: Vec<Entry> = store.list(ask).try_collect().await?;
    Ok(entries.iter().map(name).collect())
}

pub(crate) fn name(entry: &Entry) -> String {
    match entry {
        Entry::Object(listed) => listed.key.to_string(),
        Entry::Prefix(prefix) => prefix.to_string(),
        other => format!("{other:?}"),
    }
}

/// Names the variant of an answer.
pub(crate) fn answer(got: &Got) -> &'static str {
    match got {
        Got::Object(Object { part: None, .. }) => "the whole object",
        Got::Object(Object { part: Some(_), .. }) => "a part",
        Got::NotModified(_) => "not modified",
        Got::PreconditionFailed(_) => "precondition failed",
        Got::Unsatisfiable(_) => "unsatisfiable",
    }
}

pub(crate) fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// The size of a large object: more than one part of an S3 upload, and no round number.
pub(crate) const LARGE: usize = 6 * 1024 * 1024 + 7;

/// One period of the bytes of a large object: a prime number of them, so that no buffer size divides it.
static PERIOD: LazyLock<Bytes> = LazyLock::new(|| {
    let byte = |at: u32| u8::try_from((at * 31 + at / 256 * 7) % 256).unwrap_or_default();
    (0..65_537).map(byte).collect()
});

/// Returns bytes of the large object.
pub(crate) fn pattern(from: usize, to: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(to.saturating_sub(from));
    while from + bytes.len() < to {
        let at = from + bytes.len();
        let period = PERIOD.get(at % PERIOD.len()..).unwrap_or_default();
        bytes.extend_from_slice(period.get(..to - at).unwrap_or(period));
    }
    bytes
}

/// Returns the large object as a stream of uneven chunks.
pub(crate) fn large_body() -> Body {
    let chunks = LARGE.div_ceil(PERIOD.len());
    let chunk = |index: usize| {
        let left = LARGE.saturating_sub(index * PERIOD.len());
        Ok(PERIOD.slice(..left.min(PERIOD.len())))
    };
    Body::from_stream(stream::iter((0..chunks).map(chunk)))
}

/// Fails unless the body has the bytes of the large object from a position on; returns how many there were.
pub(crate) async fn follows_pattern(mut body: Body, from: usize) -> Result<usize, Failure> {
    let mut at = from;
    while let Some(chunk) = body.try_next().await? {
        let mut rest = &chunk[..];
        while !rest.is_empty() {
            let period = PERIOD.get(at % PERIOD.len()..).unwrap_or_default();
            let (piece, tail) = rest.split_at(rest.len().min(period.len()));
            holds(&format!("wrong bytes after position {at}"), period.starts_with(piece))?;
            at += piece.len();
            rest = tail;
        }
    }
    Ok(at.saturating_sub(from))
}
