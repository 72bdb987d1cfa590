//! Deleting.

use store::{ErrorKind, List, Store, When};

use crate::Case;
use crate::case::{Outcome, case};
use crate::check::{has_bytes, holds, is_missing, key, names, put, refused, same};

pub(super) const CASES: &[Case] = &[
    case!(delete_removes_the_object, "a deleted object is gone for reading and listing"),
    case!(deleting_what_is_missing_is_fine, "there is no error for an object that is not there"),
    case!(delete_touches_one_object, "objects of similar names, above and below stay"),
    case!(delete_of_its_version_works, "the version named is deleted", needs conditional_delete),
    case!(delete_of_another_version_is_refused, "another version stays", needs conditional_delete),
    case!(delete_of_a_missing_version_is_refused, "a version of nothing is `NotFound`", needs conditional_delete),
    case!(conditional_delete_works_or_is_refused, "a store that cannot compare versions does not delete"),
];

async fn delete_removes_the_object(store: &dyn Store) -> Outcome {
    put(store, "a/b", "text").await?;
    store.delete(&key("a/b")?, When::Always).await?;
    is_missing(store, "a/b").await
}

async fn deleting_what_is_missing_is_fine(store: &dyn Store) -> Outcome {
    store.delete(&key("a/b")?, When::Always).await?;
    put(store, "a", "text").await?;
    store.delete(&key("a")?, When::Always).await?;
    store.delete(&key("a")?, When::Always).await?;
    put(store, "b/c", "text").await?;
    // Neither a folder nor anything below an object is there to be deleted.
    store.delete(&key("b")?, When::Always).await?;
    store.delete(&key("b/c/d")?, When::Always).await?;
    has_bytes(store, "b/c", b"text").await
}

async fn delete_touches_one_object(store: &dyn Store) -> Outcome {
    let others = ["a/b.txt", "a/bc", "a/c", "ab", "b"];
    for name in others {
        put(store, name, name).await?;
    }
    put(store, "a/b", "text").await?;
    store.delete(&key("a/b")?, When::Always).await?;
    same("listing", names(store, List::default()).await?, others.map(str::to_owned).to_vec())
}

async fn delete_of_its_version_works(store: &dyn Store) -> Outcome {
    let metadata = put(store, "a", "text").await?;
    store.delete(&key("a")?, When::Matches(metadata.etag)).await?;
    is_missing(store, "a").await
}

async fn delete_of_another_version_is_refused(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "old").await?;
    put(store, "a", "newer").await?;
    let late = store.delete(&key("a")?, When::Matches(old.etag)).await;
    refused("delete of an old version", late, ErrorKind::PreconditionFailed)?;
    has_bytes(store, "a", b"newer").await
}

async fn delete_of_a_missing_version_is_refused(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "old").await?;
    store.delete(&key("a")?, When::Always).await?;
    let late = store.delete(&key("a")?, When::Matches(old.etag)).await;
    refused("delete of a missing object's version", late, ErrorKind::NotFound).map(drop)
}

async fn conditional_delete_works_or_is_refused(store: &dyn Store) -> Outcome {
    let metadata = put(store, "a", "text").await?;
    let result = store.delete(&key("a")?, When::Matches(metadata.etag)).await;
    if store.abilities().conditional_delete {
        return holds("delete of the version that is there", result.is_ok());
    }
    refused("conditional delete", result, ErrorKind::Unsupported)?;
    has_bytes(store, "a", b"text").await
}
