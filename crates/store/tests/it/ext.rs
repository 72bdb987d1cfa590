//! The short forms.

use futures_util::{FutureExt, stream};
use store::{
    Body, Error, ErrorKind, FieldValue, Get, Got, MemoryStore, Operation, PutMode, PutOptions, Store,
    StoreExt,
};

use crate::support::{Hooked, key, put, refused, text};

#[tokio::test]
async fn they_work_on_any_pointer_to_a_store() {
    let boxed: Box<dyn Store> = Box::new(MemoryStore::new());
    put(&*boxed, "a", "text").await;
    let shared: std::sync::Arc<dyn Store> = boxed.into();
    assert_eq!(shared.head(&key("a")).await.unwrap().size, 4);
    let borrowed: &dyn Store = &shared;
    assert!(borrowed.exists(&key("a")).await.unwrap());
}

#[tokio::test]
async fn a_head_is_the_metadata() {
    let store = MemoryStore::new();
    let written = put(&store, "a.png", "text").await;
    let metadata = store.head(&key("a.png")).await.unwrap();
    assert_eq!((metadata.size, &metadata.etag), (4, &written.etag));
    assert_eq!(metadata.attributes.content_type.as_ref().map(FieldValue::as_str), Some("image/png"));
    refused(store.head(&key("b")).await, ErrorKind::NotFound, "b");
}

#[tokio::test]
async fn a_read_is_the_whole_object() {
    let store = MemoryStore::new();
    let written = put(&store, "a", "text").await;
    let object = store.read(&key("a")).await.unwrap();
    assert_eq!((object.metadata.etag, object.part), (written.etag, None));
    assert_eq!(object.body.into_chunk().unwrap().unwrap(), "text");
    refused(store.read(&key("b")).await, ErrorKind::NotFound, "b");
}

#[tokio::test]
async fn d10_an_error_is_no_no() {
    let store = MemoryStore::new();
    put(&store, "a", "text").await;
    assert!(store.exists(&key("a")).await.unwrap());
    assert!(!store.exists(&key("b")).await.unwrap());
    for kind in [ErrorKind::Unavailable, ErrorKind::Forbidden, ErrorKind::Internal, ErrorKind::InvalidName] {
        let failing = Hooked::new(move |_, _, _| Err(kind));
        refused(failing.exists(&key("a")).await, kind, "a");
    }
    let missing = Hooked::new(|_, _, _| Err(ErrorKind::NotFound));
    assert!(!missing.exists(&key("a")).await.unwrap());
}

#[tokio::test]
async fn d15_a_put_of_a_failing_body_leaves_nothing() {
    let store = MemoryStore::new();
    put(&store, "old", "old").await;
    for name in ["new", "old"] {
        let items = [Ok("half".into()), Err(Error::new(ErrorKind::Unavailable, Operation::Get))];
        let body = Body::from_stream(stream::iter(items));
        let result = store.put(&key(name), PutOptions::default(), body, PutMode::Overwrite).await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    assert!(!store.exists(&key("new")).await.unwrap());
    assert_eq!(text(&store, "old").await, "old");
}

#[tokio::test]
async fn a_rename_moves_bytes_and_metadata() {
    let store = MemoryStore::new();
    let mut options = PutOptions::default();
    options.user.insert("owner", "42").unwrap();
    store.put(&key("a.png"), options, Body::from("text"), PutMode::Create).await.unwrap();
    let moved = store.rename(&key("a.png"), &key("b/c"), PutMode::Create).await.unwrap();
    let metadata = store.head(&key("b/c")).await.unwrap();
    assert_eq!((metadata.etag, metadata.user.get("owner")), (moved.etag, Some("42")));
    assert_eq!(metadata.attributes.content_type.unwrap().as_str(), "image/png");
    assert!(!store.exists(&key("a.png")).await.unwrap());
    assert_eq!(text(&store, "b/c").await, "text");
}

#[tokio::test]
async fn a_rename_that_fails_moves_nothing() {
    let store = MemoryStore::new();
    put(&store, "a", "a").await;
    let old = put(&store, "b", "old").await;
    put(&store, "b", "b").await;
    let rename = async |from: &str, to: &str, mode| store.rename(&key(from), &key(to), mode).await;
    refused(rename("a", "b", PutMode::Create).await, ErrorKind::AlreadyExists, "b");
    refused(rename("a", "b", PutMode::Update(old.etag)).await, ErrorKind::PreconditionFailed, "b");
    refused(rename("a", "nul", PutMode::Create).await, ErrorKind::InvalidName, "nul");
    refused(rename("gone", "c", PutMode::Create).await, ErrorKind::NotFound, "gone");
    assert_eq!((text(&store, "a").await, text(&store, "b").await), ("a".into(), "b".into()));
    assert!(!store.exists(&key("c")).await.unwrap());
}

#[tokio::test]
async fn a_rename_onto_itself_keeps_the_object() {
    let store = MemoryStore::new();
    let old = put(&store, "a", "old").await;
    let written = put(&store, "a", "text").await;
    let onto_itself = async |mode| store.rename(&key("a"), &key("a"), mode).await;
    assert_eq!(onto_itself(PutMode::Overwrite).await.unwrap(), written);
    assert_eq!(onto_itself(PutMode::Update(written.etag.clone())).await.unwrap(), written);
    refused(onto_itself(PutMode::Create).await, ErrorKind::AlreadyExists, "a");
    refused(onto_itself(PutMode::Update(old.etag)).await, ErrorKind::PreconditionFailed, "a");
    assert_eq!(text(&store, "a").await, "text");
}

/// Another writer at work when the rename comes to `at`.
fn meanwhile(at: Operation, work: fn(&MemoryStore)) -> Hooked {
    Hooked::new(move |inner, operation, _| {
        if operation == at {
            work(inner);
        }
        Ok(())
    })
}

fn replace(store: &MemoryStore) {
    put(store, "a", "newer").now_or_never().unwrap();
}

fn remove(store: &MemoryStore) {
    store.delete(&key("a"), store::When::Always).now_or_never().unwrap().unwrap();
}

#[tokio::test]
async fn a_rename_never_deletes_what_it_did_not_copy() {
    // Replaced before the copy: nothing is moved.
    let store = meanwhile(Operation::Copy, replace);
    put(&store.inner, "a", "text").await;
    let result = store.rename(&key("a"), &key("b"), PutMode::Create).await;
    refused(result, ErrorKind::PreconditionFailed, "a");
    assert_eq!(text(&store, "a").await, "newer");
    assert!(!store.exists(&key("b")).await.unwrap());

    // Replaced after the copy: the newer version stays where it is.
    let store = meanwhile(Operation::Delete, replace);
    put(&store.inner, "a", "text").await;
    let result = store.rename(&key("a"), &key("b"), PutMode::Create).await;
    refused(result, ErrorKind::PreconditionFailed, "a");
    assert_eq!((text(&store, "a").await, text(&store, "b").await), ("newer".into(), "text".into()));

    // Deleted by someone else after the copy: the object has moved.
    let store = meanwhile(Operation::Delete, remove);
    put(&store.inner, "a", "text").await;
    store.rename(&key("a"), &key("b"), PutMode::Create).await.unwrap();
    assert_eq!(text(&store, "b").await, "text");
}

#[tokio::test]
async fn reading_to_the_end_has_a_cap() {
    let store = MemoryStore::new();
    put(&store, "a", "12345").await;
    put(&store, "empty", "").await;
    let read = async |name: &str, cap| store.read_to_end(&key(name), cap).await;
    for cap in [5, 6, u64::MAX] {
        assert_eq!(read("a", cap).await.unwrap(), "12345");
    }
    for cap in [0, 4] {
        let error = refused(read("a", cap).await, ErrorKind::TooLarge, "a");
        assert!(error.to_string().ends_with(&format!("larger than allowed: 5 bytes, at most {cap} wanted")));
    }
    assert_eq!(read("empty", 0).await.unwrap(), "");
    refused(read("gone", 9).await, ErrorKind::NotFound, "gone");
}

/// A plan carried out: what a store opens is held to the metadata's size.
#[tokio::test]
async fn s49_a_body_is_held_to_the_size_in_the_metadata() {
    let store = MemoryStore::new();
    put(&store, "a", "12345").await;
    let metadata = store.head(&key("a")).await.unwrap();
    for yields in ["1234", "123456"] {
        let got = Got::from_plan(Get::default().plan(&metadata), metadata.clone(), |_| Body::from(yields));
        let Got::Object(object) = got else { panic!("{got:?}") };
        let read: Result<Vec<_>, _> = futures_util::TryStreamExt::try_collect(object.body).await;
        assert_eq!(read.unwrap_err().kind(), ErrorKind::LengthMismatch);
    }
}
