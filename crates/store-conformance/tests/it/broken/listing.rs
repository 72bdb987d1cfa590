//! Faults of `list`.

use std::sync::atomic::Ordering;

use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use object_key::{ObjectKey, Prefix};
use store::{BoxStream, Depth, Entry, Error, ErrorKind, List, Operation, Store};

use super::reading::Leak;
use super::{Broken, Fault, etag};

impl Broken {
    pub(super) async fn all_names(&self) -> Vec<ObjectKey> {
        let entries = self.inner.list(List::default()).try_collect::<Vec<_>>().await.unwrap();
        let key = |entry| if let Entry::Object(listed) = entry { Some(listed.key) } else { None };
        entries.into_iter().filter_map(key).collect()
    }

    pub(super) fn list_inner(&self, ask: List) -> BoxStream<'_, Result<Entry, Error>> {
        match self.fault {
            Fault::ListPagesByNumber => {
                let pages = stream::unfold(0, move |page| {
                    let entries =
                        self.entries(&ask).into_iter().skip(page * 100).take(100).collect::<Vec<_>>();
                    let next = (!entries.is_empty()).then_some((entries, page + 1));
                    std::future::ready(next)
                });
                Box::pin(pages.flat_map(|page| stream::iter(page).map(Ok)))
            }
            Fault::ListingsLeak => {
                if self.state.leaks.load(Ordering::Relaxed) >= 3 {
                    let error = Error::new(ErrorKind::Exhausted, Operation::List);
                    return Box::pin(stream::once(async { Err(error) }));
                }
                let mut leak = Leak { store: self.clone(), done: false };
                let entries = self.entries(&ask).into_iter().map(Some).chain([None]);
                Box::pin(stream::iter(entries).filter_map(move |entry| {
                    leak.end(entry.is_none());
                    std::future::ready(entry.map(Ok))
                }))
            }
            _ => Box::pin(stream::iter(self.entries(&ask)).map(Ok)),
        }
    }

    fn entries(&self, ask: &List) -> Vec<Entry> {
        let mut entries = self.below(ask);
        entries.retain(|entry| ask.after.as_deref().is_none_or(|after| self.is_after(ask, entry, after)));
        self.bend(ask, &mut entries);
        entries
    }

    /// What lies below the prefix, as far as the prefix is understood.
    fn below(&self, ask: &List) -> Vec<Entry> {
        let understood =
            |ask: List| self.inner.list(ask).try_collect::<Vec<_>>().now_or_never().unwrap().unwrap();
        let prefix = ask.prefix.as_str();
        let matches = |key: &ObjectKey| match self.fault {
            Fault::PrefixIsText => key.as_str().starts_with(prefix.trim_end_matches('/')),
            Fault::PrefixIsAPattern => like(prefix, key.as_str()),
            _ => true,
        };
        match (self.fault, ask.depth) {
            (Fault::PrefixIsText | Fault::PrefixIsAPattern, Depth::All) => {
                let mut entries = understood(List::default());
                entries.retain(|entry| matches!(entry, Entry::Object(listed) if matches(&listed.key)));
                entries
            }
            (Fault::FoldersRepeated, Depth::Children) => {
                let fold = |entry| match entry {
                    Entry::Object(listed) => match listed.key.ancestor(ask.prefix.segment_count() + 1) {
                        Some(folder) => Entry::Prefix(folder),
                        None => Entry::Object(listed),
                    },
                    other => other,
                };
                understood(List::all(ask.prefix.clone())).into_iter().map(fold).collect()
            }
            (_, Depth::All) => understood(List::all(ask.prefix.clone())),
            (_, Depth::Children) => understood(List::children(ask.prefix.clone())),
        }
    }

    fn is_after(&self, ask: &List, entry: &Entry, after: &str) -> bool {
        let name = name(entry);
        match self.fault {
            Fault::AfterIncludesItself => name.as_str() >= after,
            Fault::AfterIgnored => true,
            Fault::AfterIsRelative => name.strip_prefix(ask.prefix.as_str()).unwrap() > after,
            Fault::AfterMustBeAKey => ObjectKey::parse(after).is_err() || name.as_str() > after,
            Fault::AfterCountsWhatIsInFolders => format!("{name}\u{10FFFF}").as_str() > after,
            _ => name.as_str() > after,
        }
    }

    fn bend(&self, ask: &List, entries: &mut Vec<Entry>) {
        match self.fault {
            Fault::ListSkipsTheThird if entries.len() > 2 => drop(entries.remove(2)),
            Fault::ListRepeatsTheFirst if entries.len() > 1 => entries.insert(1, entries[0].clone()),
            Fault::ListReversed => entries.reverse(),
            Fault::ListInUtf16Order => {
                entries.sort_by_key(|entry| name(entry).encode_utf16().collect::<Vec<_>>());
            }
            Fault::ListInFolderOrder => {
                entries.sort_by_key(|entry| name(entry).split('/').map(str::to_owned).collect::<Vec<_>>());
            }
            Fault::FoldersWithoutSlashInOrder => {
                entries.sort_by_key(|entry| name(entry).trim_end_matches('/').to_owned());
            }
            Fault::ListEndsAtAThousand => entries.truncate(1000),
            Fault::FoldersMissing => entries.retain(|entry| !matches!(entry, Entry::Prefix(_))),
            Fault::ListHasItsPrefix if !ask.prefix.is_root() => {
                entries.insert(0, Entry::Prefix(ask.prefix.clone()));
            }
            Fault::FoldersStay if ask.depth == Depth::Children => self.add_folders(ask, entries),
            Fault::ListedSizeZero | Fault::ListedTagWrong | Fault::ListedTimeOld => {
                for entry in entries {
                    let Entry::Object(listed) = entry else { continue };
                    match self.fault {
                        Fault::ListedSizeZero => listed.size = 0,
                        Fault::ListedTagWrong => listed.etag = Some(etag("wrong")),
                        _ => listed.modified -= std::time::Duration::from_mins(1),
                    }
                }
            }
            _ => self.show(entries),
        }
    }

    /// Lets tags and times in a listing look as elsewhere.
    fn show(&self, entries: &mut Vec<Entry>) {
        for entry in entries {
            if let Entry::Object(listed) = entry {
                let metadata =
                    store::StoreExt::head(&*self.inner, &listed.key).now_or_never().unwrap().unwrap();
                let shown = self.shown(&listed.key, metadata);
                (listed.etag, listed.modified, listed.size) = (Some(shown.etag), shown.modified, shown.size);
            }
        }
    }

    fn add_folders(&self, ask: &List, entries: &mut Vec<Entry>) {
        let depth = ask.prefix.segment_count() + 1;
        for folder in self.state.names.lock().unwrap().iter() {
            let folder = Prefix::parse(folder).unwrap();
            let entry = Entry::Prefix(folder.clone());
            if folder.segment_count() == depth
                && ask.prefix.contains_prefix(&folder)
                && !entries.contains(&entry)
            {
                entries.push(entry);
            }
        }
        entries.sort_by_key(name);
    }
}

fn name(entry: &Entry) -> String {
    match entry {
        Entry::Object(listed) => listed.key.to_string(),
        Entry::Prefix(prefix) => prefix.to_string(),
        other => panic!("{other:?}"),
    }
}

/// SQL's `LIKE` for the start of a text: `_` is any character, `%` any text.
fn like(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => true,
        Some('%') => (0..=text.len()).filter_map(|at| text.get(at..)).any(|text| like(rest.as_str(), text)),
        Some(wanted) => {
            let mut text = text.chars();
            text.next().is_some_and(|found| wanted == '_' || wanted == found)
                && like(rest.as_str(), text.as_str())
        }
    }
}
