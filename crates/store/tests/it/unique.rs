//! Names that give way: `unique_name` and `put_unique` (DS6, D16, S41).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use store::{
    Body, ErrorKind, InvalidName, MemoryStore, NameRule, Operation, Prefixed, PutMode, PutOptions, Store,
    StoreExt, WantedName, check_name, unique_name,
};

use crate::support::{Hooked, key, prefix, put, refused, text};

const SUFFIX: &str = "x7Kq2Lm";

#[track_caller]
fn check(name: &str, expected: &str) {
    assert_eq!(unique_name(&key(name), SUFFIX).unwrap().as_str(), expected);
}

#[test]
fn ds06_the_suffix_comes_before_the_extension() {
    check("photo.jpg", "photo_x7Kq2Lm.jpg");
    check("a/b.c/photo.jpg", "a/b.c/photo_x7Kq2Lm.jpg");
    check("a.b/photo", "a.b/photo_x7Kq2Lm");
    check("archive.tar.gz", "archive.tar_x7Kq2Lm.gz");
    check(".bashrc", ".bashrc_x7Kq2Lm");
    check(".config.toml", ".config_x7Kq2Lm.toml");
    check("name.", "name._x7Kq2Lm");
    check("日本.語", "日本_x7Kq2Lm.語");
}

#[test]
fn ds06_a_long_stem_is_cut_and_the_extension_kept() {
    let long = "n".repeat(251);
    check(&format!("{long}.jpg"), &format!("{}_x7Kq2Lm.jpg", "n".repeat(243)));
    check(&"n".repeat(255), &format!("{}_x7Kq2Lm", "n".repeat(247)));
    // Only whole characters are kept: 121 of two bytes, where 243 bytes are free.
    check(&format!("{}.jpg", "ж".repeat(125)), &format!("{}_x7Kq2Lm.jpg", "ж".repeat(121)));

    let folder = format!("{}/", vec!["d".repeat(199); 5].join("/"));
    assert_eq!(folder.len(), 1000);
    check(&format!("{folder}{}.jpg", "n".repeat(20)), &format!("{folder}{}_x7Kq2Lm.jpg", "n".repeat(12)));
}

#[test]
fn ds06_without_room_there_is_no_name() {
    for name in [format!("a.{}", "x".repeat(246)), format!("{}/a", vec!["d".repeat(253); 4].join("/"))] {
        assert_eq!(unique_name(&key(&name), SUFFIX), Err(InvalidName::NoRoom), "{name}");
    }
    check(&format!("a.{}", "x".repeat(245)), &format!("a_x7Kq2Lm.{}", "x".repeat(245)));
}

#[test]
fn a_suffix_is_no_way_out() {
    for suffix in ["", "/", "a/b", "../x", "a\0", "\\", " ", ".", "é"] {
        assert_eq!(unique_name(&key("a/photo.jpg"), suffix), Err(InvalidName::Suffix), "{suffix:?}");
    }
}

proptest! {
    #[test]
    fn a_unique_name_is_as_good_as_the_wanted(
        folder in "([a-zé]{1,120}/){0,8}", stem in "[a-zж. ]{0,130}[a-z]", extension in "(\\.[a-z]{1,8})?",
    ) {
        let wanted = format!("{folder}{stem}{extension}");
        prop_assume!(wanted.len() <= 1024);
        let wanted = key(&wanted);
        if let Ok(unique) = unique_name(&wanted, SUFFIX) {
            prop_assert_eq!(unique.parent(), wanted.parent());
            prop_assert!(unique.file_name().contains("_x7Kq2Lm") && unique.file_name().len() <= 255);
            prop_assert!(unique.file_name().len() <= wanted.file_name().len() + 8);
            if let Some(extension) = wanted.extension() {
                prop_assert_eq!(unique.extension(), Some(extension));
            }
            if check_name(&wanted, NameRule::Portable).is_ok() {
                prop_assert_eq!(check_name(&unique, NameRule::Portable), Ok(()));
            }
        } else {
            prop_assert!(folder.len() + 8 + extension.len() + 4 > 1024, "{}", wanted);
        }
    }
}

/// Tells whether `name` is `stem_xxxxxxx.ext` with seven letters or digits.
fn is_unique_name_of(name: &str, stem: &str, extension: &str) -> bool {
    let suffix = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(extension));
    let suffix = suffix.and_then(|rest| rest.strip_prefix('_')).unwrap_or_default();
    suffix.len() == 7 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[tokio::test]
async fn d16_the_wanted_name_is_kept_while_it_is_free() {
    let store = MemoryStore::new();
    let options = PutOptions::default;
    let wanted = key("a/b.txt");
    let (first, _) = store.put_unique(&wanted, options(), || Body::from("first")).await.unwrap();
    assert_eq!(first, wanted);
    let (second, written) =
        store.put_unique(key("a/b.txt"), options(), || Body::from("second")).await.unwrap();
    assert!(is_unique_name_of(second.as_str(), "a/b", ".txt"), "{second}");
    assert_eq!(written.size, 6);
    assert_eq!(text(&store, "a/b.txt").await, "first");
    assert_eq!(text(&store, second.as_str()).await, "second");
}

#[tokio::test]
async fn d16_a_lost_race_is_repeated_with_a_fresh_body() {
    // Another writer is faster, three times: the name is taken between the look and the write.
    let races = AtomicUsize::new(0);
    let store = Hooked::new(move |inner, operation, key| {
        if operation == Operation::Put && races.fetch_add(1, Ordering::Relaxed) < 3 {
            let put = inner.put(key, PutOptions::default(), Body::from("faster"), PutMode::Create);
            futures_util::FutureExt::now_or_never(put).unwrap().unwrap();
        }
        Ok(())
    });
    let mut bodies = 0;
    let body = || {
        bodies += 1;
        Body::from("mine")
    };
    let (name, _) = store.put_unique(key("a.txt"), PutOptions::default(), body).await.unwrap();
    assert!(is_unique_name_of(name.as_str(), "a", ".txt"), "{name}");
    assert_eq!(bodies, 4);
    assert_eq!(text(&store, name.as_str()).await, "mine");
    assert_eq!(text(&store, "a.txt").await, "faster");
}

/// Puts `a` under a unique name into a store whose writes all fail so; returns the kind, and how many were begun.
async fn put_into_failing(kind: ErrorKind) -> (ErrorKind, usize) {
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let store = Hooked::new(move |_, operation, _| match operation {
        Operation::Put => {
            count.fetch_add(1, Ordering::Relaxed);
            Err(kind)
        }
        _ => Ok(()),
    });
    let result = store.put_unique(key("a"), PutOptions::default(), || Body::from("x")).await;
    (result.unwrap_err().kind(), begun.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_race_is_not_run_for_ever() {
    assert_eq!(put_into_failing(ErrorKind::AlreadyExists).await, (ErrorKind::AlreadyExists, 8));
}

/// The wanted name may be a folder's; a name that nobody has cannot be, so that what it meets stays in the way.
#[tokio::test]
async fn a_conflict_that_stays_is_not_written_against_again() {
    assert_eq!(put_into_failing(ErrorKind::Conflict).await, (ErrorKind::Conflict, 2));
    let store = Hooked::new(|_, operation, tried| match operation {
        Operation::Put if *tried == key("a.txt") => Err(ErrorKind::Conflict),
        _ => Ok(()),
    });
    let (name, _) = store.put_unique(key("a.txt"), PutOptions::default(), || Body::from("x")).await.unwrap();
    assert!(is_unique_name_of(name.as_str(), "a", ".txt"), "{name}");
}

#[tokio::test]
async fn other_errors_are_not_repeated() {
    for (kind, failing) in [(ErrorKind::Unavailable, Operation::Get), (ErrorKind::Forbidden, Operation::Put)]
    {
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        let store = Hooked::new(move |_, operation, _| {
            count.fetch_add(usize::from(operation == failing), Ordering::Relaxed);
            if operation == failing { Err(kind) } else { Ok(()) }
        });
        let result = store.put_unique(key("a"), PutOptions::default(), || Body::from("x")).await;
        refused(result, kind, "a");
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test]
async fn s41_ten_thousand_equal_names_cost_the_same_each() {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let store = Hooked::new(move |_, _, _| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    let mut names = BTreeSet::new();
    for _ in 0..10_000 {
        let (name, _) =
            store.put_unique(key("a.txt"), PutOptions::default(), || Body::from("x")).await.unwrap();
        assert!(names.insert(name));
    }
    // One look and one write each; a collision of random names is allowed for.
    assert!((20_000..20_010).contains(&calls.load(Ordering::Relaxed)), "{calls:?} calls");
}

#[tokio::test]
async fn ds06_a_name_fits_its_database_column() {
    let store = MemoryStore::new();
    let put = async |name: &str, most: usize| {
        let wanted = WantedName::new(key(name)).with_max_length(most);
        store.put_unique(wanted, PutOptions::default(), || Body::from("x")).await
    };
    assert_eq!(put("in/ten.txt", 10).await.unwrap().0.as_str(), "in/ten.txt");
    let (again, _) = put("in/ten.txt", 16).await.unwrap();
    assert!(is_unique_name_of(again.as_str(), "in/t", ".txt"), "{again}");
    let (cut, _) = put("in/eleven.txt", 17).await.unwrap();
    assert_eq!(cut.as_str(), "in/eleven.txt");
    let (cut, _) = put("in/a long name indeed.txt", 20).await.unwrap();
    assert!(is_unique_name_of(cut.as_str(), "in/a lon", ".txt"), "{cut}");
    // Characters are counted, as a database does, not bytes.
    let (cut, _) = put("файл.txt", 8).await.unwrap();
    assert_eq!(cut.as_str(), "файл.txt");
    refused(put("in/ten.txt", 15).await, ErrorKind::InvalidName, "in/ten.txt");
}

#[tokio::test]
async fn a_unique_name_fits_the_store() {
    let inner = MemoryStore::new();
    let store = Prefixed::new(&inner, prefix("tenant/"));
    let folder = vec!["d".repeat(200); 5].join("/");
    let longest = format!("{folder}/{}.txt", "n".repeat(1017 - 1009));
    put(&store, &longest, "first").await;
    let refused = store.put_unique(key(&longest), PutOptions::default(), || Body::from("x")).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidName);

    let folder = vec!["d".repeat(199); 5].join("/");
    let longest = format!("{folder}/{}.txt", "n".repeat(1017 - 1004));
    assert_eq!(longest.len(), store.abilities().max_key_len);
    put(&store, &longest, "first").await;
    let (unique, _) =
        store.put_unique(key(&longest), PutOptions::default(), || Body::from("x")).await.unwrap();
    assert_eq!(unique.as_str().len(), 1017);

    // A name that is too long for this store gives way at once.
    let longer = key(&longest.replace("n.txt", "nn.txt"));
    let (unique, _) = store.put_unique(longer, PutOptions::default(), || Body::from("x")).await.unwrap();
    assert_eq!(unique.as_str().len(), 1017);
}
