//! Listing in pages: the lock is held for one page at a time, never while the caller looks at entries.

use std::future::ready;
use std::ops::Bound;

use futures_core::Stream;
use futures_util::{StreamExt, stream};
use object_key::{ObjectKey, Prefix};

use super::MemoryStore;
use crate::{Depth, Entry, Error, List, Listed};

/// Entries looked up at a time.
const PAGE: usize = 256;

pub(super) fn entries(store: &MemoryStore, ask: List) -> impl Stream<Item = Result<Entry, Error>> {
    let start = Some(Cursor::new(&ask));
    let pages = stream::unfold(start, move |cursor| ready(cursor.map(|cursor| page(store, &ask, cursor))));
    pages.flat_map(|page| stream::iter(page).map(Ok))
}

/// Returns the entries that follow, and where the page after them begins.
fn page(store: &MemoryStore, ask: &List, mut cursor: Cursor) -> (Vec<Entry>, Option<Cursor>) {
    let objects = store.objects();
    let mut page = Vec::new();
    while page.len() < PAGE {
        let next = objects.stored.range::<str, _>((cursor.bound(), Bound::Unbounded)).next();
        let Some((key, stored)) = next.filter(|(key, _)| ask.prefix.contains(key)) else {
            return (page, None);
        };
        if let Some(folder) = folder(ask, key) {
            cursor = Cursor::behind(&folder);
            if ask.after.as_deref().is_none_or(|after| folder.as_str() > after) {
                page.push(Entry::Prefix(folder));
            }
        } else {
            cursor = Cursor::after(key);
            let metadata = &stored.metadata;
            page.push(Entry::Object(Listed {
                key: key.clone(),
                size: metadata.size,
                etag: Some(metadata.etag.clone()),
                modified: metadata.modified,
            }));
        }
    }
    (page, Some(cursor))
}

/// Returns the folder below the prefix that stands for `key`, when only children are wanted.
fn folder(ask: &List, key: &ObjectKey) -> Option<Prefix> {
    match ask.depth {
        Depth::All => None,
        Depth::Children => key.ancestor(ask.prefix.segment_count() + 1),
    }
}

/// Where the next page begins, as a bound on keys.
struct Cursor(Bound<String>);

impl Cursor {
    fn new(ask: &List) -> Self {
        let prefix = ask.prefix.as_str();
        match &ask.after {
            Some(after) if after.as_str() >= prefix => Self(Bound::Excluded(after.clone())),
            _ => Self(Bound::Included(prefix.to_owned())),
        }
    }

    /// Begins after everything below `folder/`: `0` is the byte that follows `/`.
    fn behind(folder: &Prefix) -> Self {
        let name = folder.as_str();
        Self(Bound::Included(format!("{}0", name.strip_suffix('/').unwrap_or(name))))
    }

    fn after(key: &ObjectKey) -> Self {
        Self(Bound::Excluded(key.as_str().to_owned()))
    }

    fn bound(&self) -> Bound<&str> {
        self.0.as_ref().map(String::as_str)
    }
}
