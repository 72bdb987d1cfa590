//! What the contract leaves to the store: staging, metadata without attributes, empty directories, options.

use std::collections::BTreeSet;
use std::fs;

use bytes::Bytes;
use futures_util::FutureExt;
use store::{
    Attributes, CopyMetadata, CopyOptions, ErrorKind, FieldValue, PutMode, PutOptions, Store, StoreExt,
    UserMetadata, When,
};
use store_fs::{Durability, FileStore, MissingRoot, Without};
use tempfile::TempDir;

use crate::support::{Place, key, put, read};

fn described() -> PutOptions {
    let mut attributes = Attributes::default();
    attributes.content_type = Some(FieldValue::parse("text/x-odd").unwrap());
    attributes.cache_control = Some(FieldValue::parse("max-age=60").unwrap());
    let mut user = UserMetadata::default();
    user.insert("camera", "Leica \"M3\", 1954").unwrap();
    PutOptions::default().with_attributes(attributes).with_user(user)
}

#[tokio::test]
async fn d15_a_dropped_upload_leaves_nothing() {
    let place = Place::new();
    let mut upload = place.store.begin(&key("a/b"), PutOptions::default()).await.unwrap();
    for _ in 0..2 {
        // The second one waits for the first.
        upload.write(Bytes::from(vec![7; 1024 * 1024])).await.unwrap();
    }
    assert_eq!(place.staged().len(), 1);
    assert_eq!(place.read("a/b").await, Err(ErrorKind::NotFound));
    drop(upload);
    wait_until_nothing_is_staged(&place).await;
    assert_eq!(place.read("a/b").await, Err(ErrorKind::NotFound));
    assert!(!place.file("a").exists(), "no directory either");
}

/// To free a long file takes its time, and the thread that drops an upload has other clients to serve.
#[test]
fn what_a_dropped_upload_leaves_is_removed_by_the_blocking_pool() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let place = Place::new();
        let mut upload = place.store.begin(&key("a"), PutOptions::default()).await.unwrap();
        for _ in 0..2 {
            // The second one waits for the first.
            upload.write(Bytes::from(vec![7; 1024 * 1024])).await.unwrap();
        }
        let (go_on, wait) = std::sync::mpsc::channel::<()>();
        let pool = tokio::task::spawn_blocking(move || wait.recv());
        drop(upload);
        assert_eq!(place.staged().len(), 1, "the pool is busy, and nobody else removes it");
        go_on.send(()).unwrap();
        pool.await.unwrap().unwrap();
        wait_until_nothing_is_staged(&place).await;
    });
}

#[tokio::test]
async fn a_small_object_touches_the_disk_at_its_end() {
    let place = Place::new();
    let mut upload = place.store.begin(&key("a"), PutOptions::default()).await.unwrap();
    upload.write(Bytes::from_static(b"small")).await.unwrap();
    assert!(!place.file(".hallpass").exists());
    upload.finish(PutMode::Create).await.unwrap();
    assert_eq!(place.read("a").await.unwrap(), "small");
}

#[test]
fn without_a_runtime_a_dropped_upload_leaves_nothing_either() {
    let place = Place::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let upload = runtime.block_on(async {
        let mut upload = place.store.begin(&key("a"), PutOptions::default()).await.unwrap();
        for _ in 0..2 {
            upload.write(Bytes::from(vec![7; 1024 * 1024])).await.unwrap();
        }
        upload
    });
    assert_eq!(place.staged().len(), 1);
    drop(runtime);
    drop(upload);
    assert!(place.staged().is_empty());
}

#[tokio::test]
async fn d15_an_upload_whose_write_was_given_up_cannot_be_finished() {
    let place = Place::new();
    let mut upload = place.store.begin(&key("a"), PutOptions::default()).await.unwrap();
    drop(upload.write(Bytes::from_static(b"never polled")));
    assert!(upload.finish(PutMode::Create).await.is_err());
    assert_eq!(place.read("a").await, Err(ErrorKind::NotFound));
    wait_until_nothing_is_staged(&place).await;
}

#[tokio::test]
async fn d15_a_dropped_finish_leaves_all_or_nothing() {
    let place = Place::new();
    for round in 0..20 {
        let name = format!("object-{round}");
        let mut upload = place.store.begin(&key(&name), PutOptions::default()).await.unwrap();
        upload.write(Bytes::from_static(b"whole")).await.unwrap();
        let mut finish = upload.finish(PutMode::Create);
        let _ = (&mut finish).now_or_never(); // polled once: the blocking pool may have it
        drop(finish);
        wait_until_nothing_is_staged(&place).await;
        match place.read(&name).await {
            Ok(text) => assert_eq!(text, "whole"),
            Err(kind) => assert_eq!(kind, ErrorKind::NotFound),
        }
    }
}

async fn wait_until_nothing_is_staged(place: &Place) {
    for _ in 0..500 {
        if place.staged().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("left in staging: {:?}", place.staged());
}

#[tokio::test]
async fn d16_nothing_is_replaced_by_default() {
    let place = Place::new();
    put(&place.store, "a", "first", PutMode::default()).await.unwrap();
    let second = put(&place.store, "a", "second", PutMode::default()).await;
    assert_eq!(second.unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(place.read("a").await.unwrap(), "first");
    assert!(place.staged().is_empty());
}

#[tokio::test]
async fn a_file_system_without_exclusive_rename_is_no_less_exclusive() {
    let place = Place::without(&[Without::ExclusiveRename]);
    put(&place.store, "a/b", "first", PutMode::Create).await.unwrap();
    let second = put(&place.store, "a/b", "second", PutMode::Create).await;
    assert_eq!(second.unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(place.read("a/b").await.unwrap(), "first");
    assert!(place.staged().is_empty());
}

#[tokio::test]
async fn metadata_is_in_the_file_and_survives_a_new_start() {
    let place = Place::new();
    let written = place.store.put(&key("a.bin"), described(), "12345".into(), PutMode::Create).await.unwrap();
    let again = FileStore::open(place.root()).unwrap();
    let found = again.head(&key("a.bin")).await.unwrap();
    assert_eq!(found.etag, written.etag);
    assert_eq!(found.sha256, written.sha256);
    assert_eq!(found.attributes, described().attributes);
    assert_eq!(found.user, described().user);
    let sha = "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5";
    assert_eq!(found.sha256.unwrap().to_string(), sha);
}

#[tokio::test]
async fn without_attributes_only_what_the_name_says_can_be_kept() {
    let place = Place::without(&[Without::Attributes]);
    assert!(!place.store.abilities().keeps_metadata);
    assert!(!place.store.abilities().keeps_sha256);
    let begun = place.store.begin(&key("a.txt"), described()).await;
    assert_eq!(begun.err().unwrap().kind(), ErrorKind::InvalidMetadata);

    let mut attributes = Attributes::default();
    attributes.content_type = Some(FieldValue::parse("text/plain").unwrap());
    let options = PutOptions::default().with_attributes(attributes.clone());
    let written = place.store.put(&key("a.txt"), options, "text".into(), PutMode::Create).await.unwrap();
    let found = place.store.head(&key("a.txt")).await.unwrap();
    assert_eq!(found.etag, written.etag, "the version is the one that was reported");
    assert_eq!(found.attributes, attributes);

    let next = place.put("a.txt", "next").await.unwrap();
    assert_ne!(next.etag, written.etag);
    place.store.copy(&key("a.txt"), &key("b.png"), CopyOptions::default()).await.unwrap();
    let replace = CopyMetadata::Replace { attributes: described().attributes, user: described().user };
    let copied =
        place.store.copy(&key("a.txt"), &key("c"), CopyOptions::default().with_metadata(replace)).await;
    assert_eq!(copied.unwrap_err().kind(), ErrorKind::InvalidMetadata);
}

#[tokio::test]
async fn metadata_too_long_for_an_attribute_is_refused_at_the_beginning() {
    let place = Place::new();
    let long = || Some(FieldValue::parse("x".repeat(FieldValue::MAX_LEN)).unwrap());
    let mut options = described();
    options.attributes.content_disposition = long();
    place.store.put(&key("fits"), options.clone(), "".into(), PutMode::Create).await.unwrap();
    options.attributes.content_type = long();
    options.attributes.content_language = long();
    options.attributes.cache_control = long();
    let begun = place.store.begin(&key("a"), options).await;
    assert_eq!(begun.err().unwrap().kind(), ErrorKind::InvalidMetadata);
}

#[tokio::test]
async fn the_largest_user_metadata_fits() {
    let place = Place::new();
    let mut user = UserMetadata::default();
    let each = UserMetadata::MAX_BYTES / UserMetadata::MAX_ENTRIES;
    for entry in 0..UserMetadata::MAX_ENTRIES {
        let name = format!("n{entry:02}");
        let value = "v".repeat(each - name.len());
        user.insert(&name, value).unwrap();
    }
    let options = PutOptions::default().with_user(user.clone());
    place.store.put(&key("a"), options, "".into(), PutMode::Create).await.unwrap();
    assert_eq!(place.store.head(&key("a")).await.unwrap().user, user);
}

#[tokio::test]
async fn every_write_has_another_version() {
    for things in [&[][..], &[Without::Attributes]] {
        let place = Place::without(things);
        let mut seen = BTreeSet::new();
        for _ in 0..50 {
            assert!(seen.insert(place.put("a", "same").await.unwrap().etag));
        }
    }
}

#[tokio::test]
async fn empty_directories_go_with_their_last_object_and_are_no_obstacle() {
    let place = Place::new();
    place.put("a/b/c/one", "1").await.unwrap();
    place.put("a/two", "2").await.unwrap();
    place.delete("a/b/c/one").await.unwrap();
    assert!(!place.file("a/b").exists() && place.file("a").exists());
    place.delete("a/two").await.unwrap();
    assert!(!place.file("a").exists() && place.root().exists());

    for mode in [PutMode::Create, PutMode::Overwrite] {
        fs::create_dir(place.file("empty")).unwrap();
        put(&place.store, "empty", "object", mode).await.unwrap();
        place.delete("empty").await.unwrap();
    }
}

#[tokio::test]
async fn an_object_and_a_folder_of_one_name_are_a_conflict() {
    let place = Place::new();
    place.put("a/b", "1").await.unwrap();
    for mode in [PutMode::Create, PutMode::Overwrite] {
        for name in ["a", "a/b/c"] {
            let written = put(&place.store, name, "2", mode.clone()).await;
            assert_eq!(written.unwrap_err().kind(), ErrorKind::Conflict, "{name} {mode:?}");
        }
    }
    assert_eq!(place.list().await, ["a/b"]);
}

#[tokio::test]
async fn a_root_is_made_only_when_asked_for_and_never_its_parents() {
    let dir = TempDir::new().unwrap();
    let missing = dir.path().join("media");
    assert_eq!(FileStore::open(&missing).unwrap_err().kind(), ErrorKind::NotFound);
    assert!(!missing.exists());
    let deep = missing.join("deep");
    assert_eq!(
        FileStore::builder().with_missing_root(MissingRoot::Create).open(deep).unwrap_err().kind(),
        ErrorKind::NotFound
    );
    FileStore::builder().with_missing_root(MissingRoot::Create).open(&missing).unwrap();
    assert!(missing.is_dir());
    assert_eq!(fs::read_dir(&missing).unwrap().count(), 0, "opening makes nothing inside");
}

#[tokio::test]
async fn durable_writes_work_too() {
    let dir = TempDir::new().unwrap();
    let store = FileStore::builder().with_durability(Durability::Full).open(dir.path()).unwrap();
    put(&store, "a/b/c", "1", PutMode::Create).await.unwrap();
    put(&store, "a/b/c", "2", PutMode::Overwrite).await.unwrap();
    store.copy(&key("a/b/c"), &key("d"), CopyOptions::default()).await.unwrap();
    store.delete(&key("a/b/c"), When::Always).await.unwrap();
    assert_eq!(read(&store, "d").await.unwrap(), "2");
}

#[tokio::test]
async fn local_path_is_where_the_file_lies() {
    let place = Place::new();
    place.put("a/b.txt", "1").await.unwrap();
    let path = place.store.local_path(&key("a/b.txt")).unwrap();
    assert!(path.is_absolute());
    assert_eq!(fs::read_to_string(path).unwrap(), "1");
}

#[test]
fn outside_of_a_runtime_there_is_an_error_and_no_panic() {
    let place = Place::new();
    let deleted = place.store.delete(&key("a"), When::Always).now_or_never().unwrap();
    assert_eq!(deleted.unwrap_err().kind(), ErrorKind::Internal);
}
