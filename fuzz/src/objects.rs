//! Operations on a file store, step by step against a map, with a folder beside the store that nothing may touch.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
use bytes::Bytes;
use futures_util::TryStreamExt;
use object_key::{ObjectKey, Prefix};
use store::{
    Body, ByteRange, CopyOptions, Depth, ETag, Entry, Error, ErrorKind, Get, Got, List, NameRule, PutMode,
    PutOptions, Store, StoreExt, When,
};
use store_fs::{Durability, FileStore};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::tree_model::{Mode, Tree, Version};

/// Carries out the steps that the input says.
pub fn check(data: &[u8]) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        Builder::new_current_thread().max_blocking_threads(1).build().expect("a thread can be had")
    });
    let mut input = Unstructured::new(data);
    let mut steps = Vec::new();
    while !input.is_empty() && steps.len() < 24 {
        let Ok(step) = Step::arbitrary(&mut input) else { break };
        steps.push(step);
    }
    RUNTIME.block_on(async {
        let mut scene = Scene::new();
        for step in &steps {
            scene.take(step).await;
        }
        scene.conclude().await;
    });
}

/// Objects that tell the namespace of files apart: folders, neighbours in the order, names that are too long.
const NAMES: [&str; 12] =
    ["a", "a/b", "a/b/c", "a.b", "a0", "b/x", "b/y/z", "ü/ß", "a b%2f", ".hallpassx", "b/.x", "c/d/e/f/g"];
/// Names that no object can have here.
const IMPOSSIBLE: [&str; 4] = [".hallpass", ".hallpass/staging/x", "b/.hallpass/secret", "long"];
/// What somebody put into the root: links that lead out of it.
const LINKS: [&str; 3] = ["link", "link/secret.txt", "link.txt"];

#[derive(Arbitrary, Debug)]
enum Step {
    Put(Name, u16, Mode),
    Abandon(Name, u16),
    Delete(Name, Version),
    Copy(Name, Name, Mode),
    Rename(Name, Name, Mode),
    Read(Name, u16, u16),
    List { below: Option<Name>, after: Option<Name>, children: bool },
    Reopen,
    Trespass(u8, Trespass),
}

#[derive(Arbitrary, Debug, Clone, Copy)]
struct Name(u8);

#[derive(Arbitrary, Debug)]
enum Trespass {
    Read,
    Put(bool),
    Delete,
    CopyFrom(Name),
}

impl Name {
    fn text(self) -> String {
        let all = NAMES.len() + IMPOSSIBLE.len();
        let at = usize::from(self.0) % all;
        match NAMES.iter().chain(&IMPOSSIBLE).nth(at) {
            Some(&"long") => "l".repeat(256),
            Some(name) => (*name).to_owned(),
            None => unreachable!("the remainder is less than the count"),
        }
    }

    fn key(self) -> ObjectKey {
        key(&self.text())
    }
}

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).expect("is one")
}

/// As many bytes as the number says, which differ from those of other numbers.
fn content(number: u16) -> Vec<u8> {
    (0..number % 300).map(|at| u8::try_from((at + number % 251) % 251).expect("is small")).collect()
}

/// A store, what is in it, and what lies beside it.
struct Scene {
    dir: TempDir,
    store: FileStore,
    tree: Tree,
}

const SENTINEL: &str = "SECRET";

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("there is room");
        let (root, outside) = (dir.path().join("media"), dir.path().join("other"));
        for folder in [&root, &outside] {
            fs::create_dir(folder).expect("is new");
        }
        fs::write(outside.join("secret.txt"), SENTINEL).expect("is new");
        std::os::unix::fs::symlink("../other", root.join("link")).expect("is new");
        std::os::unix::fs::symlink("../other/secret.txt", root.join("link.txt")).expect("is new");
        let store = open(&root);
        Self { dir, store, tree: Tree::default() }
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Put(name, number, mode) => self.put(*name, content(*number), *mode).await,
            Step::Abandon(name, number) => {
                if let Ok(mut upload) = self.store.begin(&name.key(), options()).await {
                    upload.write(content(*number).into()).await.expect("there is room");
                }
            }
            Step::Delete(name, version) => self.delete(*name, *version).await,
            Step::Copy(from, to, mode) => self.copy(*from, *to, *mode).await,
            Step::Rename(from, to, mode) => self.rename(*from, *to, *mode).await,
            Step::Read(name, first, length) => self.read(*name, *first, *length).await,
            Step::List { below, after, children } => self.list(*below, *after, *children).await,
            Step::Reopen => self.store = open(&self.dir.path().join("media")),
            Step::Trespass(link, how) => self.trespass(LINKS[usize::from(*link) % LINKS.len()], how).await,
        }
    }

    async fn put(&mut self, name: Name, bytes: Vec<u8>, mode: Mode) {
        let expected = self.tree.put(&name.text(), &bytes, mode);
        let mode = self.tree.mode(&name.text(), mode);
        let found = self.store.put(&name.key(), options(), Bytes::from(bytes).into(), mode).await;
        self.note(name, found.map(|written| written.etag), expected);
    }

    async fn copy(&mut self, from: Name, to: Name, mode: Mode) {
        let expected = self.tree.copy(&from.text(), &to.text(), mode);
        let how =
            CopyOptions::default().with_mode(self.tree.mode(&to.text(), mode)).with_name_rule(NameRule::Any);
        let found = self.store.copy(&from.key(), &to.key(), how).await;
        self.note(to, found.map(|written| written.etag), expected);
    }

    async fn rename(&mut self, from: Name, to: Name, mode: Mode) {
        let expected = self.tree.rename(&from.text(), &to.text(), mode);
        let mode = self.tree.mode(&to.text(), mode);
        let found = self.store.rename(&from.key(), &to.key(), mode).await;
        self.note(to, found.map(|written| written.etag), expected);
    }

    async fn delete(&mut self, name: Name, version: Version) {
        let when = self.tree.when(&name.text(), version);
        let expected = self.tree.delete(&name.text(), version);
        let found = self.store.delete(&name.key(), when).await;
        assert_eq!(found.map_err(|error| error.kind()), expected, "delete {name:?} {version:?}");
    }

    /// Compares outcomes, and keeps the tag of what was written.
    fn note(&mut self, name: Name, found: Result<ETag, Error>, expected: Result<(), ErrorKind>) {
        let text = name.text();
        match found {
            Ok(tag) => {
                assert_eq!(expected, Ok(()), "{text}");
                self.tree.tag(&text, tag);
            }
            Err(error) => assert_eq!(Err(error.kind()), expected, "{text}: {error}"),
        }
    }

    async fn read(&self, name: Name, first: u16, length: u16) {
        let range = ByteRange::Closed { first: first.into(), last: u64::from(first) + u64::from(length) };
        let found = self.store.get(&name.key(), &Get::part(range)).await;
        let Some((bytes, tag)) = self.tree.get(&name.text()) else {
            assert_eq!(found.map(drop).map_err(|error| error.kind()), Err(ErrorKind::NotFound), "{name:?}");
            return;
        };
        let got = found.expect("the object is there");
        assert_eq!(
            (got.metadata().size, &got.metadata().etag),
            (u64::try_from(bytes.len()).expect("fits"), tag)
        );
        let wanted: Vec<u8> =
            bytes.iter().skip(first.into()).take(usize::from(length) + 1).copied().collect();
        match got {
            Got::Object(object) => assert_eq!(gather(object.body).await, wanted),
            Got::Unsatisfiable(_) => assert!(wanted.is_empty()),
            other => panic!("{other:?} without a condition"),
        }
    }

    async fn list(&self, below: Option<Name>, after: Option<Name>, children: bool) {
        let prefix =
            below.and_then(|name| Prefix::parse(&format!("{}/", name.text())).ok()).unwrap_or_default();
        let mut ask = if children { List::children(prefix.clone()) } else { List::all(prefix.clone()) };
        ask.after = after.map(Name::text);
        let depth = if children { Depth::Children } else { Depth::All };
        let expected = self.tree.list(prefix.as_str(), depth, ask.after.as_deref());
        assert_eq!(self.names(ask).await, expected);
    }

    /// Lists as text, without what lies under the names of links.
    async fn names(&self, ask: List) -> Vec<String> {
        let entries: Vec<Entry> = self.store.list(ask).try_collect().await.expect("can be listed");
        let name = |entry| match entry {
            Entry::Object(listed) => listed.key.to_string(),
            Entry::Prefix(prefix) => prefix.to_string(),
            other => panic!("{other:?}"),
        };
        entries.into_iter().map(name).filter(|name| !name.starts_with("link")).collect()
    }

    /// Goes where a link leads: whatever comes of it, not there.
    async fn trespass(&mut self, link: &str, how: &Trespass) {
        let link = key(link);
        match how {
            Trespass::Read => {
                if let Ok(Got::Object(object)) = self.store.get(&link, &Get::default()).await {
                    assert_ne!(gather(object.body).await, SENTINEL.as_bytes());
                }
            }
            Trespass::Put(replace) => {
                let mode = if *replace { PutMode::Overwrite } else { PutMode::Create };
                drop(self.store.put(&link, options(), Bytes::from_static(b"not it").into(), mode).await);
            }
            Trespass::Delete => drop(self.store.delete(&link, When::Always).await),
            Trespass::CopyFrom(name) => {
                let how = CopyOptions::default().with_mode(PutMode::Overwrite).with_name_rule(NameRule::Any);
                drop(self.store.copy(&name.key(), &link, how).await);
            }
        }
        self.assert_outside_untouched();
    }

    /// Looks at everything once more.
    async fn conclude(self) {
        assert_eq!(self.names(List::default()).await, self.tree.list("", Depth::All, None));
        for name in (0..u8::try_from(NAMES.len()).expect("is small")).map(Name) {
            let found = self.store.read_to_end(&name.key(), 1 << 20).await.ok();
            assert_eq!(found.as_deref(), self.tree.get(&name.text()).map(|(bytes, _)| bytes), "{name:?}");
        }
        // Uploads that were given up are cleared away on the runtime's one blocking thread, in their turn.
        tokio::task::spawn_blocking(|| ()).await.expect("the runtime lives");
        let staging = self.dir.path().join("media/.hallpass/staging");
        assert!(fs::read_dir(staging).map_or(0, Iterator::count) == 0, "nothing is left of uploads");
        self.assert_outside_untouched();
    }

    fn assert_outside_untouched(&self) {
        let names = |folder: &Path| {
            let entries =
                fs::read_dir(folder).expect("is there").map(|entry| entry.expect("is there").file_name());
            let mut names: Vec<_> = entries.collect();
            names.sort();
            names
        };
        let outside = self.dir.path().join("other");
        assert_eq!(names(self.dir.path()), ["media", "other"]);
        assert_eq!(names(&outside), ["secret.txt"]);
        assert_eq!(fs::read_to_string(outside.join("secret.txt")).expect("is there"), SENTINEL);
    }
}

fn open(root: &Path) -> FileStore {
    FileStore::builder().with_durability(Durability::None).open(root).expect("is a folder")
}

fn options() -> PutOptions {
    PutOptions::default().with_name_rule(NameRule::Any)
}

async fn gather(body: Body) -> Vec<u8> {
    let chunks: Vec<Bytes> = body.try_collect().await.expect("the body is whole");
    chunks.concat()
}
