//! Listing: what is in it.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use store::{Entry, List, PutMode, Store, When};

use crate::case::{Outcome, case};
use crate::check::{head, holds, key, name, names, prefix, put, same, write};
use crate::{Case, Failure};

pub(super) const CASES: &[Case] = &[
    case!(an_empty_store_lists_nothing, "nothing is listed where nothing is"),
    case!(a_listing_has_every_object_once, "every object below the prefix is listed once, at every depth"),
    case!(a_prefix_is_whole_segments, "a prefix holds whole segments: `tenant-a/` is not `tenant-abc/` (S3)"),
    case!(a_prefix_is_literal, "a prefix is text, not a pattern (S8)"),
    case!(children_are_objects_and_folders, "the children of a prefix are its objects, and each folder once"),
    case!(entries_tell_the_truth, "size, version and time in a listing are those of the object"),
    case!(long_listings_are_complete, "1,100 objects are all listed, whole or by folder, in order"),
    case!(a_listing_can_be_dropped, "a listing can be dropped at any entry"),
    case!(a_listing_bears_changes, "what stays is listed once while other objects come and go"),
];

pub(super) async fn put_all(store: &dyn Store, names: &[&str]) -> Outcome {
    for name in names {
        put(store, name, (*name).to_owned()).await?;
    }
    Ok(())
}

pub(super) async fn lists(store: &dyn Store, ask: List, expected: &[&str]) -> Outcome {
    same(&format!("{ask:?}"), names(store, ask).await?, expected.iter().copied().map(str::to_owned).collect())
}

async fn an_empty_store_lists_nothing(store: &dyn Store) -> Outcome {
    for prefix in [prefix("")?, prefix("a/")?, prefix("a/b/c/")?] {
        lists(store, List::all(prefix.clone()), &[]).await?;
        lists(store, List::children(prefix), &[]).await?;
    }
    Ok(())
}

async fn a_listing_has_every_object_once(store: &dyn Store) -> Outcome {
    let all = ["a", "b/a", "b/b/c/d/e", "b/c", "c/d"];
    put_all(store, &all).await?;
    put(store, "b/a", "again").await?;
    lists(store, List::default(), &all).await?;
    lists(store, List::all(prefix("b/")?), &["b/a", "b/b/c/d/e", "b/c"]).await?;
    lists(store, List::all(prefix("b/b/c/")?), &["b/b/c/d/e"]).await?;
    lists(store, List::all(prefix("d/")?), &[]).await
}

async fn a_prefix_is_whole_segments(store: &dyn Store) -> Outcome {
    put_all(store, &["tenant", "tenant-a/x", "tenant-a/y/z", "tenant-a.b", "tenant-abc/x", "tenant-a0"])
        .await?;
    lists(store, List::all(prefix("tenant-a/")?), &["tenant-a/x", "tenant-a/y/z"]).await?;
    lists(store, List::children(prefix("tenant-a/")?), &["tenant-a/x", "tenant-a/y/"]).await?;
    // The name of an object is no folder.
    lists(store, List::all(prefix("tenant/")?), &[]).await?;
    lists(store, List::children(prefix("tenant/")?), &[]).await?;
    lists(store, List::all(prefix("tenant-a/x/")?), &[]).await
}

async fn a_prefix_is_literal(store: &dyn Store) -> Outcome {
    put_all(store, &["a[b]*/x", "a[b]c/x", "ab/x", "abc/x", "a?/x", "a%/x", "a_/x"]).await?;
    for folder in ["a[b]*/", "a?/", "a%/", "a_/", "ab/"] {
        lists(store, List::all(prefix(folder)?), &[&format!("{folder}x")]).await?;
        lists(store, List::children(prefix(folder)?), &[&format!("{folder}x")]).await?;
    }
    lists(store, List::all(prefix("*/")?), &[]).await
}

async fn children_are_objects_and_folders(store: &dyn Store) -> Outcome {
    put_all(store, &["a", "b/1", "b/2", "b/c/1", "b/c/2", "b/c/é", "b/d/e/f", "b/😀", "c"]).await?;
    lists(store, List::children(prefix("")?), &["a", "b/", "c"]).await?;
    lists(store, List::children(prefix("b/")?), &["b/1", "b/2", "b/c/", "b/d/", "b/😀"]).await?;
    lists(store, List::children(prefix("b/d/")?), &["b/d/e/"]).await?;
    lists(store, List::children(prefix("b/d/e/")?), &["b/d/e/f"]).await
}

async fn entries_tell_the_truth(store: &dyn Store) -> Outcome {
    put_all(store, &["a", "folder/a longer name"]).await?;
    put(store, "empty", "").await?;
    for depth in [List::default(), List::children(prefix("folder/")?)] {
        let entries: Vec<Entry> = store.list(depth).try_collect().await?;
        for entry in entries {
            let Entry::Object(listed) = entry else {
                return Err(Failure::new(format!("unexpected {entry:?}")));
            };
            let found = head(store, listed.key.as_str()).await?;
            same("size", listed.size, found.size)?;
            same("version, where it is told", listed.etag.unwrap_or(found.etag.clone()), found.etag)?;
            let apart =
                listed.modified.duration_since(found.modified).unwrap_or_else(|early| early.duration());
            holds("the times are a second apart", apart.as_secs() == 0)?;
        }
    }
    Ok(())
}

/// Writes `f<n>/<number>` a few at a time: more objects than S3 lists on a page; returns their names in order.
async fn put_many(store: &dyn Store, count: usize) -> Result<Vec<String>, Failure> {
    let expected: Vec<String> = (0..count).map(|number| format!("f{}/{number:05}", number / 300)).collect();
    stream::iter(expected.iter().map(Ok::<_, Failure>))
        .try_for_each_concurrent(16, |name| async move {
            write(store, &key(name)?, name, PutMode::Create).await?;
            Ok(())
        })
        .await?;
    Ok(expected)
}

async fn long_listings_are_complete(store: &dyn Store) -> Outcome {
    let expected = put_many(store, 1100).await?;
    let found = names(store, List::default()).await?;
    same("number of objects", found.len(), expected.len())?;
    same("all objects", &found, &expected)?;
    lists(store, List::children(prefix("")?), &["f0/", "f1/", "f2/", "f3/"]).await?;
    let third: Vec<_> = expected.iter().filter(|name| name.starts_with("f2/")).map(String::as_str).collect();
    lists(store, List::children(prefix("f2/")?), &third).await?;
    let rest: Vec<_> = expected.iter().skip(1041).map(String::as_str).collect();
    lists(store, List::default().with_after("f3/01040"), &rest).await
}

async fn a_listing_can_be_dropped(store: &dyn Store) -> Outcome {
    let expected = put_many(store, 40).await?;
    for taken in [0, 1, 20] {
        let found: Vec<Entry> = store.list(List::default()).take(taken).try_collect().await?;
        same(
            "entries taken",
            found.iter().map(name).collect::<Vec<_>>(),
            expected.iter().take(taken).cloned().collect(),
        )?;
    }
    same("all entries", names(store, List::default()).await?, expected)
}

async fn a_listing_bears_changes(store: &dyn Store) -> Outcome {
    let expected = put_many(store, 600).await?;
    let mut listing = store.list(List::default());
    let mut found = Vec::new();
    for taken in 0..usize::MAX {
        let Some(entry) = listing.try_next().await? else { break };
        found.push(name(&entry));
        if taken == 5 {
            for gone in expected.iter().skip(3).step_by(50) {
                store.delete(&key(gone)?, When::Always).await?;
            }
            put_all(store, &["f0/00000-new", "f1/new", "g"]).await?;
        }
    }
    holds("the listing is out of order", found.is_sorted())?;
    let listed: BTreeSet<_> = found.iter().collect();
    same("number of different entries", listed.len(), found.len())?;
    let gone: BTreeSet<_> = expected.iter().skip(3).step_by(50).collect();
    let missing = expected.iter().find(|name| !gone.contains(name) && !listed.contains(name));
    same("an object that is not listed though it stayed", missing, None)
}
