//! Files that other programs put there, replaced or marked.

use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, SystemTime};

use object_key::Prefix;
use rustix::fs::{XattrFlags, setxattr};
use store::{CopyOptions, ErrorKind, List, PutMode, Store, StoreExt, When};

use crate::support::{Place, key, list, put};

#[tokio::test]
async fn a_file_placed_by_hand_is_an_object_with_derived_metadata() {
    let place = Place::new();
    place.place_by_hand("photos/cat.jpg", "meow");
    let found = place.store.head(&key("photos/cat.jpg")).await.unwrap();
    assert_eq!(found.size, 4);
    assert_eq!(found.attributes.content_type.unwrap().as_str(), "image/jpeg");
    assert_eq!(found.sha256, None);
    assert!(found.user.is_empty());
    assert_eq!(found.modified, fs::metadata(place.file("photos/cat.jpg")).unwrap().modified().unwrap());
    assert_eq!(
        place.store.head(&key("photos/cat.jpg")).await.unwrap().etag,
        found.etag,
        "the version is stable"
    );
    assert_eq!(place.read("photos/cat.jpg").await.unwrap(), "meow");

    let copied =
        place.store.copy(&key("photos/cat.jpg"), &key("copy"), CopyOptions::default()).await.unwrap();
    assert!(copied.sha256.is_some(), "a copy is written through the store");
    let kept = place.store.head(&key("copy")).await.unwrap();
    assert_eq!(kept.attributes.content_type.unwrap().as_str(), "image/jpeg");
}

#[tokio::test]
async fn a_file_placed_by_hand_can_be_updated_and_deleted_by_its_version() {
    let place = Place::new();
    place.place_by_hand("a", "by hand");
    let version = place.store.head(&key("a")).await.unwrap().etag;
    put(&place.store, "a", "updated", PutMode::Update(version.clone())).await.unwrap();
    let late = put(&place.store, "a", "late", PutMode::Update(version.clone())).await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::PreconditionFailed);
    let late = place.store.delete(&key("a"), When::Matches(version)).await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::PreconditionFailed);
    assert_eq!(place.read("a").await.unwrap(), "updated");
}

#[tokio::test]
async fn a_file_replaced_by_hand_loses_its_record() {
    let place = Place::new();
    let written = place.put("a.txt", "original").await.unwrap();
    let change: [fn(&Place); 3] = [
        |place| fs::write(place.file("a.txt"), "longer than before").unwrap(),
        |place| fs::write(place.file("a.txt"), "sameSize").unwrap(),
        |place| {
            let past = SystemTime::now() - Duration::from_hours(1);
            File::options().write(true).open(place.file("a.txt")).unwrap().set_modified(past).unwrap();
        },
    ];
    let mut last = written.etag;
    for step in change {
        step(&place);
        let found = place.store.head(&key("a.txt")).await.unwrap();
        assert_ne!(found.etag, last);
        assert_eq!(found.sha256, None, "the digest is that of other bytes");
        last = found.etag;
    }
}

#[tokio::test]
async fn a_broken_record_counts_as_none() {
    let place = Place::new();
    let long = vec![b'x'; 3900];
    for value in [&b""[..], b"hallpass 2\n", b"\xff\xff", b"hallpass 1\nsize", &long] {
        place.place_by_hand("a.txt", "text");
        setxattr(place.file("a.txt"), "user.hallpass", value, XattrFlags::empty()).unwrap();
        let found = place.store.head(&key("a.txt")).await.unwrap();
        assert_eq!(found.attributes.content_type.unwrap().as_str(), "text/plain");
        assert_eq!(place.read("a.txt").await.unwrap(), "text");
    }
}

#[tokio::test]
async fn names_that_are_no_keys_are_listed_as_such() {
    let place = Place::new();
    place.put("good", "1").await.unwrap();
    for raw in [&b"bad\xff"[..], b"back\\slash", b"line\nbreak"] {
        let name = place.root().join(std::ffi::OsStr::from_bytes(raw));
        fs::create_dir(&name).unwrap();
        fs::write(name.join("inside"), "x").unwrap();
    }
    fs::write(place.root().join(std::ffi::OsStr::from_bytes(b"dir\xfe")), "x").unwrap();
    let everything =
        ["?back\\\\slash/inside", "?bad\\xff/inside", "?dir\\xfe", "good", "?line\\nbreak/inside"];
    assert_eq!(place.list().await, everything);
    let children = ["?back\\\\slash/", "?bad\\xff/", "?dir\\xfe", "good", "?line\\nbreak/"];
    assert_eq!(list(&place.store, List::children(Prefix::root())).await, children);
}
