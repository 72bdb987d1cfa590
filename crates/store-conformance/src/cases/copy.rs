//! Copying.

use store::{Attributes, CopyMetadata, CopyOptions, ErrorKind, PutMode, PutOptions, Store, StoreExt, When};

use super::metadata::{full, same_description, user, value};
use crate::case::{Outcome, case};
use crate::check::{
    LARGE, follows_pattern, has_bytes, head, is_missing, key, large_body, open, put, put_head, put_with,
    refused, same,
};
use crate::{Case, Failure};

pub(super) const CASES: &[Case] = &[
    case!(a_copy_has_the_bytes, "a copy has all bytes of its source, which stays as it is"),
    case!(a_copy_keeps_the_metadata, "a copy has the metadata of its source", needs keeps_metadata),
    case!(a_copy_may_replace_the_metadata, "a copy has the metadata that was given instead", needs keeps_metadata),
    case!(a_copy_creates_by_default, "a copy replaces nothing unless it is told to (D16)"),
    case!(a_copy_may_overwrite, "an overwriting copy replaces bytes and metadata"),
    case!(a_copy_may_update, "an updating copy replaces the version that it names and no other"),
    case!(a_copy_is_of_its_version, "a copy of a version that is no longer there makes nothing"),
    case!(a_missing_source_is_not_found, "a copy of nothing makes nothing"),
    case!(a_copy_onto_itself_keeps_the_object, "copied onto itself, an object has its bytes and metadata"),
    case!(a_copy_onto_itself_may_replace_metadata, "copied onto itself, metadata can change", needs keeps_metadata),
    case!(a_copy_may_be_empty_or_large, "objects of every size can be copied"),
];

async fn copy(store: &dyn Store, from: &str, to: &str, options: CopyOptions) -> Outcome {
    let copied = store.copy(&key(from)?, &key(to)?, options).await?;
    let found = head(store, to).await?;
    same("version that the copy returned", &copied.etag, &found.etag)?;
    same("size that the copy returned", copied.size, found.size)
}

fn mode(mode: PutMode) -> CopyOptions {
    CopyOptions::default().with_mode(mode)
}

/// Writes `a.png` with all the metadata that the store can keep.
async fn put_described(store: &dyn Store) -> Result<store::Metadata, Failure> {
    let mut options = PutOptions::default();
    if store.abilities().keeps_metadata {
        options = options.with_attributes(full()?).with_user(user(&[("owner", "42")])?);
    }
    put_with(store, "a.png", "text", options).await?;
    head(store, "a.png").await
}

async fn a_copy_has_the_bytes(store: &dyn Store) -> Outcome {
    let source = put(store, "a", "text").await?;
    copy(store, "a", "b/c", CopyOptions::default()).await?;
    has_bytes(store, "b/c", b"text").await?;
    has_bytes(store, "a", b"text").await?;
    same("version of the source", head(store, "a").await?.etag, source.etag)
}

async fn a_copy_keeps_the_metadata(store: &dyn Store) -> Outcome {
    let source = put_described(store).await?;
    copy(store, "a.png", "b.txt", CopyOptions::default()).await?;
    same_description("of the copy", &head(store, "b.txt").await?, &source)
}

async fn a_copy_may_replace_the_metadata(store: &dyn Store) -> Outcome {
    put_described(store).await?;
    let mut attributes = Attributes::default();
    attributes.content_language = Some(value("fr")?);
    let user = user(&[("other", "1")])?;
    let replace = CopyMetadata::Replace { attributes: attributes.clone(), user: user.clone() };
    copy(store, "a.png", "b.txt", CopyOptions::default().with_metadata(replace)).await?;
    // As with a put, the content type is filled in from the name: here the target's.
    attributes.content_type = Some(value("text/plain")?);
    let found = head(store, "b.txt").await?;
    same("attributes", found.attributes, attributes)?;
    same("user metadata", found.user, user)?;
    has_bytes(store, "b.txt", b"text").await
}

async fn a_copy_creates_by_default(store: &dyn Store) -> Outcome {
    put(store, "a", "text").await?;
    put(store, "b", "another").await?;
    for (from, to) in [("a", "b"), ("a", "a")] {
        let result = store.copy(&key(from)?, &key(to)?, CopyOptions::default()).await;
        refused(&format!("creating copy of `{from}` onto `{to}`"), result, ErrorKind::AlreadyExists)?;
    }
    has_bytes(store, "a", b"text").await?;
    has_bytes(store, "b", b"another").await
}

async fn a_copy_may_overwrite(store: &dyn Store) -> Outcome {
    let source = put_head(store, "a.png", "text").await?;
    let options = if store.abilities().keeps_metadata {
        PutOptions::default().with_user(user(&[("owner", "42")])?)
    } else {
        PutOptions::default()
    };
    put_with(store, "b.png", "a longer text", options).await?;
    copy(store, "a.png", "b.png", mode(PutMode::Overwrite)).await?;
    has_bytes(store, "b.png", b"text").await?;
    same_description("of the copy", &head(store, "b.png").await?, &source)
}

async fn a_copy_may_update(store: &dyn Store) -> Outcome {
    put(store, "a", "text").await?;
    let old = put(store, "b", "old").await?;
    let new = put(store, "b", "newer").await?;
    let late = store.copy(&key("a")?, &key("b")?, mode(PutMode::Update(old.etag.clone()))).await;
    refused("copy onto an old version", late, ErrorKind::PreconditionFailed)?;
    has_bytes(store, "b", b"newer").await?;
    copy(store, "a", "b", mode(PutMode::Update(new.etag))).await?;
    has_bytes(store, "b", b"text").await?;
    let late = store.copy(&key("a")?, &key("c")?, mode(PutMode::Update(old.etag))).await;
    refused("updating copy onto a missing object", late, ErrorKind::PreconditionFailed)?;
    is_missing(store, "c").await
}

async fn a_copy_is_of_its_version(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "old").await?;
    let new = put(store, "a", "newer").await?;
    let of = |etag| CopyOptions::default().with_source(When::Matches(etag));
    let late = store.copy(&key("a")?, &key("b")?, of(old.etag)).await;
    refused("copy of an old version", late, ErrorKind::PreconditionFailed)?;
    is_missing(store, "b").await?;
    copy(store, "a", "b", of(new.etag)).await?;
    has_bytes(store, "b", b"newer").await
}

async fn a_missing_source_is_not_found(store: &dyn Store) -> Outcome {
    let gone = put(store, "gone", "text").await?;
    store.delete(&key("gone")?, When::Always).await?;
    let versioned = CopyOptions::default().with_source(When::Matches(gone.etag));
    for options in [CopyOptions::default(), mode(PutMode::Overwrite), versioned] {
        let result = store.copy(&key("gone")?, &key("b")?, options).await;
        refused("copy of a missing object", result, ErrorKind::NotFound)?;
        is_missing(store, "b").await?;
    }
    Ok(())
}

async fn a_copy_onto_itself_keeps_the_object(store: &dyn Store) -> Outcome {
    let source = put_described(store).await?;
    copy(store, "a.png", "a.png", mode(PutMode::Overwrite)).await?;
    let etag = head(store, "a.png").await?.etag;
    copy(store, "a.png", "a.png", mode(PutMode::Update(etag))).await?;
    has_bytes(store, "a.png", b"text").await?;
    same_description("of the copy", &head(store, "a.png").await?, &source)
}

async fn a_copy_onto_itself_may_replace_metadata(store: &dyn Store) -> Outcome {
    put_described(store).await?;
    let user = user(&[("other", "1")])?;
    let replace = CopyMetadata::Replace { attributes: Attributes::default(), user: user.clone() };
    copy(store, "a.png", "a.png", mode(PutMode::Overwrite).with_metadata(replace)).await?;
    has_bytes(store, "a.png", b"text").await?;
    let found = head(store, "a.png").await?;
    same("user metadata", found.user, user)?;
    same("cache control", found.attributes.cache_control, None)
}

async fn a_copy_may_be_empty_or_large(store: &dyn Store) -> Outcome {
    put(store, "empty", "").await?;
    copy(store, "empty", "empty copy", CopyOptions::default()).await?;
    has_bytes(store, "empty copy", b"").await?;
    store.put(&key("large")?, PutOptions::default(), large_body(), PutMode::Create).await?;
    copy(store, "large", "large copy", CopyOptions::default()).await?;
    let object = open(store, "large copy", &store::Get::default()).await?;
    same("bytes of the large copy", follows_pattern(object.body, 0).await?, LARGE)
}
