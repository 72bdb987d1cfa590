//! How an object comes to be: the modes of a put.

use store::{ErrorKind, PutMode, Store, StoreExt, When};

use crate::Case;
use crate::case::{Outcome, case};
use crate::check::{has_bytes, head, is_missing, key, put, refused, same, write};

pub(super) const CASES: &[Case] = &[
    case!(create_makes_an_object, "a new object has the bytes written, and is there at once"),
    case!(create_refuses_an_existing_object, "create never replaces: the object stays as it is"),
    case!(create_follows_delete, "a name is free again once its object is deleted"),
    case!(overwrite_makes_an_object, "overwrite creates what is missing"),
    case!(overwrite_replaces_an_object, "overwrite replaces all bytes, with longer and with shorter ones"),
    case!(update_replaces_its_version, "update replaces the version that it names"),
    case!(update_refuses_another_version, "update of an old version changes nothing"),
    case!(update_refuses_a_missing_object, "update of a version never creates an object"),
    case!(empty_objects_exist, "an object may have no bytes"),
    case!(names_do_not_touch, "writing one object leaves those of similar names alone"),
];

async fn create_makes_an_object(store: &dyn Store) -> Outcome {
    let written = write(store, &key("a/b.txt")?, "text", PutMode::Create).await?;
    same("size that the put returned", written.size, 4)?;
    has_bytes(store, "a/b.txt", b"text").await
}

async fn create_refuses_an_existing_object(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "old").await?;
    let again = write(store, &key("a")?, "newer", PutMode::Create).await;
    refused("create of an existing object", again, ErrorKind::AlreadyExists)?;
    has_bytes(store, "a", b"old").await?;
    same("version after the refusal", head(store, "a").await?.etag, old.etag)
}

async fn create_follows_delete(store: &dyn Store) -> Outcome {
    put(store, "a", "old").await?;
    store.delete(&key("a")?, When::Always).await?;
    write(store, &key("a")?, "new", PutMode::Create).await?;
    has_bytes(store, "a", b"new").await
}

async fn overwrite_makes_an_object(store: &dyn Store) -> Outcome {
    let written = write(store, &key("a")?, "text", PutMode::Overwrite).await?;
    same("version that the put returned", written.etag, head(store, "a").await?.etag)?;
    has_bytes(store, "a", b"text").await
}

async fn overwrite_replaces_an_object(store: &dyn Store) -> Outcome {
    for text in ["one", "a longer one", "", "x"] {
        write(store, &key("a")?, text, PutMode::Overwrite).await?;
        has_bytes(store, "a", text.as_bytes()).await?;
    }
    Ok(())
}

async fn update_replaces_its_version(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "old").await?;
    let new = write(store, &key("a")?, "newer", PutMode::Update(old.etag)).await?;
    has_bytes(store, "a", b"newer").await?;
    // The version just written can be updated in turn, without asking for it.
    write(store, &key("a")?, "newest", PutMode::Update(new.etag)).await?;
    has_bytes(store, "a", b"newest").await
}

async fn update_refuses_another_version(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "old").await?;
    put(store, "a", "newer").await?;
    let late = write(store, &key("a")?, "late", PutMode::Update(old.etag)).await;
    refused("update of an old version", late, ErrorKind::PreconditionFailed)?;
    has_bytes(store, "a", b"newer").await
}

async fn update_refuses_a_missing_object(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "old").await?;
    store.delete(&key("a")?, When::Always).await?;
    let late = write(store, &key("a")?, "late", PutMode::Update(old.etag)).await;
    refused("update of a missing object", late, ErrorKind::PreconditionFailed)?;
    is_missing(store, "a").await
}

async fn empty_objects_exist(store: &dyn Store) -> Outcome {
    let written = write(store, &key("empty")?, "", PutMode::Create).await?;
    same("size that the put returned", written.size, 0)?;
    has_bytes(store, "empty", b"").await?;
    same("exists", store.exists(&key("empty")?).await?, true)
}

async fn names_do_not_touch(store: &dyn Store) -> Outcome {
    let names = ["a/b", "a/bc", "a/b.txt", "ab", "A/B", "a-b"];
    for name in names {
        write(store, &key(name)?, name, PutMode::Create).await?;
    }
    for name in names {
        has_bytes(store, name, name.as_bytes()).await?;
    }
    Ok(())
}
