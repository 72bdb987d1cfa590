//! The prefix decorator: what it shows, and that nothing else can be reached.

use futures_util::{StreamExt, TryStreamExt, stream};
use store::{
    Body, CopyOptions, Entry, Error, ErrorKind, Get, Got, InvalidName, List, MemoryStore, NameRule, Object,
    Operation, Prefixed, PutMode, PutOptions, Store, StoreExt, When,
};

use crate::support::{Hooked, key, prefix, put, refused, text};

async fn names(store: &dyn Store, ask: List) -> Vec<String> {
    let name = |entry| match entry {
        Entry::Object(listed) => listed.key.to_string(),
        Entry::Prefix(prefix) => prefix.to_string(),
        Entry::Unaddressable(raw) => format!("raw {}", String::from_utf8_lossy(&raw)),
        other => panic!("{other:?}"),
    };
    store.list(ask).map_ok(name).try_collect().await.unwrap()
}

/// `tenant-a/` among neighbours whose names begin alike.
async fn neighbours() -> MemoryStore {
    let store = MemoryStore::new();
    for name in
        ["tenant-a", "tenant-a/x", "tenant-a/y/z", "tenant-a.b/x", "tenant-abc/x", "tenant-b/secret.txt", "x"]
    {
        put(&store, name, name).await;
    }
    store
}

#[tokio::test]
async fn d11_s03_only_what_lies_below_the_prefix_is_there() {
    let inner = neighbours().await;
    let store = Prefixed::new(&inner, prefix("tenant-a/"));
    assert_eq!(store.prefix().as_str(), "tenant-a/");
    assert_eq!(names(&store, List::default()).await, ["x", "y/z"]);
    assert_eq!(names(&store, List::children(prefix(""))).await, ["x", "y/"]);
    assert_eq!(names(&store, List::children(prefix("y/"))).await, ["y/z"]);
    assert_eq!(names(&store, List::default().with_after("x")).await, ["y/z"]);
    assert_eq!(names(&store, List::default().with_after("tenant-b")).await, ["x", "y/z"]);
    assert_eq!(text(&store, "x").await, "tenant-a/x");
    for name in ["tenant-a/x", "tenant-b/secret.txt", "secret.txt", "bc/x", "y"] {
        assert!(!store.exists(&key(name)).await.unwrap(), "{name}");
    }
}

#[tokio::test]
async fn s03_writing_copying_and_deleting_stay_below_the_prefix() {
    let inner = neighbours().await;
    let store = Prefixed::new(&inner, prefix("tenant-a/"));
    put(&store, "tenant-b/secret.txt", "mine").await;
    store.copy(&key("x"), &key("copy"), CopyOptions::default()).await.unwrap();
    refused(
        store.copy(&key("secret.txt"), &key("stolen"), CopyOptions::default()).await,
        ErrorKind::NotFound,
        "secret.txt",
    );
    for name in names(&store, List::default()).await {
        store.delete(&key(&name), When::Always).await.unwrap();
    }
    let left = ["tenant-a", "tenant-a.b/x", "tenant-abc/x", "tenant-b/secret.txt", "x"];
    assert_eq!(names(&inner, List::default()).await, left);
    assert_eq!(text(&inner, "tenant-b/secret.txt").await, "tenant-b/secret.txt");
}

#[tokio::test]
async fn s03_what_a_careless_store_lists_outside_is_dropped() {
    let mut inner = Hooked::new(|_, _, _| Ok(()));
    let listed = neighbours().await;
    inner.entries = listed.list(List::default()).try_collect().await.unwrap();
    inner.entries.extend([
        Entry::Prefix(prefix("tenant-a/")),
        Entry::Prefix(prefix("tenant-a/folder/")),
        Entry::Prefix(prefix("tenant-abc/")),
        Entry::Unaddressable(b"tenant-a/raw\xff/".to_vec()),
        Entry::Unaddressable(b"tenant-b/raw\xff/".to_vec()),
    ]);
    let store = Prefixed::new(inner, prefix("tenant-a/"));
    assert_eq!(names(&store, List::default()).await, ["x", "y/z", "folder/", "raw raw\u{fffd}/"]);
}

#[tokio::test]
async fn errors_show_the_callers_key() {
    let inner = MemoryStore::new();
    let store = Prefixed::new(&inner, prefix("tenant-a/"));
    put(&store, "a", "text").await;
    let create = store.put(&key("a"), PutOptions::default(), Body::from("x"), PutMode::Create).await;
    let error = refused(create, ErrorKind::AlreadyExists, "a");
    assert_eq!(error.to_string(), "failed to put `a` in the memory store: already exists");
    refused(store.head(&key("b")).await, ErrorKind::NotFound, "b");
    refused(store.copy(&key("b"), &key("c"), CopyOptions::default()).await, ErrorKind::NotFound, "b");
    refused(store.copy(&key("a"), &key("a"), CopyOptions::default()).await, ErrorKind::AlreadyExists, "a");
    let etag = store.head(&key("a")).await.unwrap().etag;
    refused(store.delete(&key("b"), When::Matches(etag)).await, ErrorKind::NotFound, "b");

    let mut upload = store.begin(&key("d"), PutOptions::default().with_length(1)).await.unwrap();
    refused(upload.write("xy".into()).await, ErrorKind::LengthMismatch, "d");
}

#[tokio::test]
async fn a_key_that_begins_like_the_prefix_is_shown_whole() {
    let inner = MemoryStore::new();
    let store = Prefixed::new(Prefixed::new(&inner, prefix("t/")), prefix("t/"));
    refused(store.head(&key("t/t/x")).await, ErrorKind::NotFound, "t/t/x");
    put(&store, "t/x", "text").await;
    assert_eq!(names(&store, List::default()).await, ["t/x"]);
    assert_eq!(names(&inner, List::default()).await, ["t/t/t/x"]);
}

/// A store whose bodies fail on the way.
struct Interrupted;

impl Store for Interrupted {
    fn get<'a>(&'a self, key: &'a object_key::ObjectKey, ask: &'a Get) -> store::Fut<'a, Got> {
        Box::pin(async move {
            let etag = store::ETag::new("x").unwrap();
            let metadata = store::Metadata::new(9, etag, std::time::SystemTime::now());
            let error = Error::new(ErrorKind::Unavailable, Operation::Get).with_key(key);
            let body = || Body::from_stream(stream::iter([Ok("half".into()), Err(error)]));
            Ok(Got::from_plan(ask.plan(&metadata), metadata, |_| body()))
        })
    }

    fn begin<'a>(
        &'a self,
        _: &'a object_key::ObjectKey,
        _: PutOptions,
    ) -> store::Fut<'a, Box<dyn store::Upload>> {
        unreachable!("only read")
    }

    fn delete<'a>(&'a self, _: &'a object_key::ObjectKey, _: When) -> store::Fut<'a, ()> {
        unreachable!("only read")
    }

    fn copy<'a>(
        &'a self,
        _: &'a object_key::ObjectKey,
        _: &'a object_key::ObjectKey,
        _: CopyOptions,
    ) -> store::Fut<'a, store::Written> {
        unreachable!("only read")
    }

    fn list(&self, _: List) -> store::BoxStream<'_, Result<Entry, Error>> {
        unreachable!("only read")
    }

    fn abilities(&self) -> store::Abilities {
        store::Abilities::all()
    }
}

#[tokio::test]
async fn errors_of_a_body_show_the_callers_key() {
    let store = Prefixed::new(Interrupted, prefix("tenant-a/"));
    let got = store.get(&key("a"), &Get::default()).await.unwrap();
    let Got::Object(Object { mut body, .. }) = got else { panic!("{got:?}") };
    assert_eq!(body.next().await.unwrap().unwrap(), "half");
    refused(body.next().await.unwrap(), ErrorKind::Unavailable, "a");
}

#[tokio::test]
async fn the_name_rule_binds_the_callers_part() {
    let inner = MemoryStore::new();
    // The operator chose a prefix that nobody could write to otherwise.
    let store = Prefixed::new(&inner, prefix("C:/e\u{301}/"));
    put(&store, "a", "text").await;
    for (name, reason) in
        [("nul", "a segment is a Windows device name"), ("e\u{301}", "Normalization Form C")]
    {
        let begun = store.begin(&key(name), PutOptions::default()).await;
        let error = refused(begun.map(drop), ErrorKind::InvalidName, name);
        let source = std::error::Error::source(&error).unwrap();
        assert!(source.to_string().contains(reason) && source.is::<InvalidName>());
        refused(
            store.copy(&key("a"), &key(name), CopyOptions::default()).await,
            ErrorKind::InvalidName,
            name,
        );

        let any = PutOptions::default().with_name_rule(NameRule::Any);
        store.put(&key(name), any, Body::from("x"), PutMode::Create).await.unwrap();
        assert_eq!(text(&store, name).await, "x");
    }
}

#[tokio::test]
async fn a_key_too_long_with_the_prefix_is_missing_and_cannot_be_written() {
    let inner = MemoryStore::new();
    let store = Prefixed::new(&inner, prefix("tenant-a/"));
    assert_eq!(store.abilities().max_key_len, 1015);
    let long = format!("{}/{}", "x".repeat(515), "y".repeat(500));
    refused(store.head(&key(&long)).await, ErrorKind::NotFound, &long);
    store.delete(&key(&long), When::Always).await.unwrap();
    let etag = put(&store, "a", "text").await.etag;
    refused(store.delete(&key(&long), When::Matches(etag)).await, ErrorKind::NotFound, &long);
    refused(store.copy(&key(&long), &key("b"), CopyOptions::default()).await, ErrorKind::NotFound, &long);
    refused(store.copy(&key("a"), &key(&long), CopyOptions::default()).await, ErrorKind::InvalidName, &long);
    let begun = store.begin(&key(&long), PutOptions::default()).await;
    refused(begun.map(drop), ErrorKind::InvalidName, &long);
    assert_eq!(names(&store, List::all(prefix(&format!("{long}/")))).await, [""; 0]);
}

#[tokio::test]
async fn tags_of_two_stores_in_memory_never_match() {
    let (one, another) = (MemoryStore::new(), MemoryStore::new());
    assert_ne!(put(&one, "a", "text").await.etag, put(&another, "a", "text").await.etag);
}
