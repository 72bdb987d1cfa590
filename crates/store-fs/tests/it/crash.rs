//! Killed writers.

use std::time::Duration;

use bytes::Bytes;
use store::{PutMode, PutOptions, Store};
use store_fs::{Collect, FileStore, MissingRoot};

use crate::support::{Place, child_root, key, open, put, staged_in, start_child, trace_child};

/// As long as a whole object of the child.
const SIZE: usize = 2_000_000;

#[tokio::test]
async fn s40_a_killed_writer_leaves_old_or_new_and_remains_are_collected() {
    let place = Place::new();
    put(&place.store, "a", "old", PutMode::Create).await.unwrap();
    let mut left = 0;
    for round in 0..10 {
        let mut child = start_child("crash::child_writing", &place.root());
        wait_for_a_start(&place);
        std::thread::sleep(Duration::from_millis(3 * round));
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
        let bytes = place.read("a").await.unwrap();
        assert!(
            bytes == "old" || (bytes.len() == SIZE && bytes.bytes().all(|byte| byte == b'n')),
            "{}",
            bytes.len()
        );
        assert_eq!(place.list().await, ["a"], "nothing else is visible");

        let counted = place.store.collect(Collect::DryRun).await.unwrap();
        assert_eq!(usize::try_from(counted.uploads).unwrap(), place.staged().len());
        let collected = place.store.collect(Collect::Remove).await.unwrap();
        assert_eq!(collected, counted);
        assert!(place.staged().is_empty());
        left += collected.uploads;
        std::fs::remove_file(place.root().join("../started")).ok();
    }
    assert!(left > 0, "at least one of ten was killed at work");
}

fn wait_for_a_start(place: &Place) {
    let mark = place.root().join("../started");
    for _ in 0..2000 {
        if mark.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the child did not start");
}

#[test]
#[ignore = "run by s40_a_killed_writer_leaves_old_or_new_and_remains_are_collected"]
fn child_writing() {
    let Some(root) = child_root() else { return };
    let store = open(&root, &[]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        std::fs::write(root.join("../started"), "").unwrap();
        loop {
            let mut upload = store.begin(&key("a"), PutOptions::default()).await.unwrap();
            for _ in 0..20 {
                upload.write(Bytes::from(vec![b'n'; SIZE / 20])).await.unwrap();
            }
            upload.finish(PutMode::Overwrite).await.unwrap();
        }
    });
}

#[tokio::test]
async fn living_uploads_are_left_alone() {
    let place = Place::new();
    let mut upload = place.store.begin(&key("a"), PutOptions::default()).await.unwrap();
    upload.write(Bytes::from_static(b"alive")).await.unwrap();
    assert_eq!(place.store.collect(Collect::Remove).await.unwrap().uploads, 0);
    let other = open(&place.root(), &[]); // which collects too
    assert_eq!(other.collect(Collect::Remove).await.unwrap().uploads, 0);
    upload.finish(PutMode::Create).await.unwrap();
    assert_eq!(place.read("a").await.unwrap(), "alive");
}

#[tokio::test]
async fn opening_collects() {
    let place = Place::new();
    place.put("a", "x").await.unwrap();
    let remains = place.file(".hallpass/staging/0123456789abcdef0123456789abcdef");
    std::fs::write(&remains, "remains").unwrap();
    std::fs::write(place.file(".hallpass/staging/notes"), "not ours").unwrap();
    FileStore::open(place.root()).unwrap();
    assert_eq!(staged_in(&place.root()), ["notes"]);
}

/// What is flushed in a directory is lost with the directory, whose name is its parent's to keep.
#[test]
fn a_new_root_is_flushed_with_its_name() {
    let place = Place::new();
    let root = place.root().join("new");
    let calls = trace_child("crash::child_making_a_root", &root);
    assert!(root.is_dir());
    let parent = format!("<{}>", place.root().canonicalize().unwrap().display());
    assert!(calls.contains(&parent), "{calls}");
}

#[test]
#[ignore = "run by a_new_root_is_flushed_with_its_name"]
fn child_making_a_root() {
    let Some(root) = child_root() else { return };
    FileStore::builder().with_missing_root(MissingRoot::Create).open(root).unwrap();
}
