//! Folders: there are none, only names that have `/` in them.

use store::{ErrorKind, List, PutMode, Store, StoreExt, When};

use super::list::{lists, put_all};
use crate::Case;
use crate::case::{Outcome, case};
use crate::check::{has_bytes, key, prefix, put, refused_as, same, write};

pub(super) const CASES: &[Case] = &[
    case!(a_name_may_be_a_folder_too, "`a` and `a/b` can both exist", needs flat_namespace),
    case!(a_name_is_never_lost_to_a_folder, "`a` and `a/b` both exist, or the second is a conflict"),
    case!(folders_end_with_their_last_object, "a folder is gone with its last object, and its name is free"),
    case!(deep_names_work, "a name may have many segments"),
];

async fn a_name_may_be_a_folder_too(store: &dyn Store) -> Outcome {
    put_all(store, &["a/b/c", "a/b", "a", "a/b/c/d"]).await?;
    for name in ["a", "a/b", "a/b/c", "a/b/c/d"] {
        has_bytes(store, name, name.as_bytes()).await?;
    }
    lists(store, List::default(), &["a", "a/b", "a/b/c", "a/b/c/d"]).await?;
    lists(store, List::children(prefix("")?), &["a", "a/"]).await?;
    lists(store, List::children(prefix("a/")?), &["a/b", "a/b/"]).await?;
    store.delete(&key("a/b")?, When::Always).await?;
    lists(store, List::default(), &["a", "a/b/c", "a/b/c/d"]).await
}

async fn a_name_is_never_lost_to_a_folder(store: &dyn Store) -> Outcome {
    let flat = store.abilities().flat_namespace;
    for (first, second) in [("a", "a/b"), ("c/d", "c"), ("e/f/g", "e/f"), ("h", "h/i/j")] {
        for mode in [PutMode::Create, PutMode::Overwrite] {
            put(store, first, first).await?;
            let result = write(store, &key(second)?, second, mode).await;
            has_bytes(store, first, first.as_bytes()).await?;
            if flat {
                result?;
                has_bytes(store, second, second.as_bytes()).await?;
            } else {
                refused_as(&format!("`{second}` beside `{first}`"), result, &[ErrorKind::Conflict])?;
                same("whether it exists", store.exists(&key(second)?).await?, false)?;
            }
            store.delete(&key(first)?, When::Always).await?;
            store.delete(&key(second)?, When::Always).await?;
        }
    }
    lists(store, List::default(), &[]).await
}

async fn folders_end_with_their_last_object(store: &dyn Store) -> Outcome {
    put_all(store, &["a/b/c", "a/b/d", "e"]).await?;
    store.delete(&key("a/b/c")?, When::Always).await?;
    lists(store, List::children(prefix("")?), &["a/", "e"]).await?;
    store.delete(&key("a/b/d")?, When::Always).await?;
    lists(store, List::children(prefix("")?), &["e"]).await?;
    lists(store, List::children(prefix("a/")?), &[]).await?;
    put_all(store, &["a"]).await?;
    has_bytes(store, "a", b"a").await?;
    lists(store, List::default(), &["a", "e"]).await
}

async fn deep_names_work(store: &dyn Store) -> Outcome {
    let deep = vec!["d"; 100].join("/");
    put_all(store, &[&deep]).await?;
    has_bytes(store, &deep, deep.as_bytes()).await?;
    lists(store, List::default(), &[&deep]).await?;
    lists(store, List::children(prefix("")?), &["d/"]).await?;
    store.delete(&key(&deep)?, When::Always).await?;
    lists(store, List::children(prefix("")?), &[]).await
}
