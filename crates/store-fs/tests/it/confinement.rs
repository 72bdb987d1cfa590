//! Nothing outside of the root, nothing that is no regular file, nothing of the store's own.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use object_key::{ObjectKey, Prefix};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use store::{CopyOptions, ErrorKind, List, PutMode, PutOptions, Store, StoreExt, When};
use store_fs::Without;

use crate::support::{Place, key, list, put};

const BOTH_WAYS: [&[Without]; 2] = [&[], &[Without::Openat2]];

#[test]
fn s01_d01_hostile_names_are_no_keys() {
    for name in ["../x", "a/../../x", "..\\x", "a/./b", "/abs", "//host/x", "a//b", ".", "..", "a/", "a\0b"] {
        assert!(ObjectKey::parse(name).is_err(), "{name:?}");
    }
}

#[tokio::test]
async fn s01_names_that_look_hostile_stay_below_the_root() {
    for things in BOTH_WAYS {
        let place = Place::without(things);
        for name in ["..%2fx", "%2e%2e/x", "~", "~root/x", ".../x", "..x/..y", "C:x", "a b?c#d"] {
            place.put(name, "mine").await.unwrap();
            assert_eq!(place.read(name).await.unwrap(), "mine", "{name}");
            assert!(place.file(name).is_file(), "{name}");
            place.assert_outside_untouched();
        }
    }
}

/// Makes every kind of symlink that could lead a reader or writer astray.
fn plant_links(place: &Place) {
    let outside = place.outside();
    place.place_by_hand("tenant-b/secret.txt", "SECRET");
    let links = [
        ("file", outside.join("secret.txt")),
        ("relative", "../other/secret.txt".into()),
        ("hostname", "/etc/hostname".into()),
        ("sibling", "tenant-b/secret.txt".into()),
        ("dangling", outside.join("new.txt")),
        ("dir", outside.clone()),
        ("sibling-dir", "tenant-b".into()),
        ("proc-root", "/proc/self/root".into()),
        ("proc-cwd", "/proc/self/cwd".into()),
        ("self", ".".into()),
        ("up", "..".into()),
    ];
    for (name, target) in links {
        symlink(target, place.file(name)).unwrap();
    }
}

const LINK_NAMES: [&str; 16] = [
    "file",
    "relative",
    "hostname",
    "sibling",
    "dangling",
    "dir",
    "dir/secret.txt",
    "dir/new.txt",
    "sibling-dir",
    "sibling-dir/secret.txt",
    "proc-root/etc/hostname",
    "proc-cwd/Cargo.toml",
    "self/tenant-b/secret.txt",
    "up/other/secret.txt",
    "up/other/new.txt",
    "proc-root",
];

#[tokio::test]
async fn s04_d21_symlinks_are_never_followed() {
    for things in BOTH_WAYS {
        let place = Place::without(things);
        plant_links(&place);
        for name in LINK_NAMES {
            assert_eq!(place.read(name).await, Err(ErrorKind::NotFound), "get {name}");
            for mode in [PutMode::Create, PutMode::Overwrite] {
                let written = put(&place.store, name, "mine", mode.clone()).await;
                assert_eq!(written.unwrap_err().kind(), ErrorKind::Conflict, "put {name} {mode:?}");
            }
            assert_eq!(place.delete(name).await, Ok(()), "delete {name}");
            let copied = place.store.copy(&key(name), &key("copy"), CopyOptions::default()).await;
            assert_eq!(copied.unwrap_err().kind(), ErrorKind::NotFound, "copy from {name}");
            let source = key("tenant-b/secret.txt");
            let copied = place.store.copy(&source, &key(name), CopyOptions::default()).await;
            assert_eq!(copied.unwrap_err().kind(), ErrorKind::Conflict, "copy to {name}");
        }
        assert_eq!(place.list().await, ["tenant-b/secret.txt"]);
        assert_eq!(list(&place.store, List::children(Prefix::root())).await, ["tenant-b/"]);
        assert!(list(&place.store, List::all(Prefix::parse("dir/").unwrap())).await.is_empty());
        assert!(
            fs::symlink_metadata(place.file("file")).unwrap().is_symlink(),
            "the links themselves are left alone"
        );
        place.assert_outside_untouched();
    }
}

#[tokio::test]
async fn s04_a_directory_swapped_for_a_link_never_shows_foreign_bytes() {
    for things in BOTH_WAYS {
        let place = Place::without(things);
        place.put("album/secret.txt", "mine").await.unwrap();
        symlink(place.outside(), place.file("link")).unwrap();
        let end = Instant::now() + Duration::from_millis(400);
        let names = ["album", "link", "away"].map(|name| place.file(name));
        let swapping = std::thread::spawn(move || swap_until(end, names));
        let mut seen = 0;
        while Instant::now() < end {
            match place.read("album/secret.txt").await {
                Ok(text) => {
                    assert_eq!(text, "mine");
                    seen += 1;
                }
                Err(kind) => assert_eq!(kind, ErrorKind::NotFound),
            }
        }
        swapping.join().unwrap();
        assert!(seen > 0, "the object was read now and then");
    }
}

fn swap_until(end: Instant, [album, link, away]: [PathBuf; 3]) {
    while Instant::now() < end {
        fs::rename(&album, &away).unwrap();
        fs::rename(&link, &album).unwrap();
        fs::rename(&album, &link).unwrap();
        fs::rename(&away, &album).unwrap();
    }
}

#[tokio::test]
async fn s56_special_files_are_missing_at_once() {
    for things in BOTH_WAYS {
        let place = Place::without(things);
        mknodat(CWD, place.file("fifo"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let _socket = UnixListener::bind(place.file("socket")).unwrap();
        fs::create_dir(place.file("directory")).unwrap();
        for name in ["fifo", "socket", "directory"] {
            let answer = tokio::time::timeout(Duration::from_secs(2), place.read(name)).await;
            assert_eq!(answer.unwrap(), Err(ErrorKind::NotFound), "{name}");
            let (from, to) = (key(name), key("copy"));
            let copied = place.store.copy(&from, &to, CopyOptions::default());
            let answer = tokio::time::timeout(Duration::from_secs(2), copied).await;
            assert_eq!(answer.unwrap().unwrap_err().kind(), ErrorKind::NotFound, "{name}");
            assert_eq!(place.read(&format!("{name}/below")).await, Err(ErrorKind::NotFound), "{name}");
        }
        for name in ["fifo", "socket"] {
            assert_eq!(place.put(name, "mine").await.unwrap_err().kind(), ErrorKind::Conflict, "{name}");
            assert_eq!(place.delete(name).await, Ok(()), "{name}");
            assert!(place.file(name).exists(), "{name} is not ours to delete");
        }
        assert!(place.list().await.is_empty());
    }
}

#[tokio::test]
async fn s57_the_own_folder_is_out_of_reach() {
    for things in BOTH_WAYS {
        let place = Place::without(things);
        place.put("a", "object").await.unwrap(); // staging and locks exist now
        fs::write(place.file(".hallpass/secret"), "SECRET").unwrap();
        for name in
            [".hallpass", ".hallpass/secret", ".hallpass/staging", ".hallpass/new", ".hallpass/locks/00"]
        {
            assert_out_of_reach(&place, name, "a").await;
        }
        assert_eq!(fs::read_to_string(place.file(".hallpass/secret")).unwrap(), "SECRET");
        assert_eq!(place.list().await, ["a"]);
        assert_eq!(list(&place.store, List::children(Prefix::root())).await, ["a"]);
        for prefix in [".hallpass/", ".hallpass/staging/"] {
            assert!(
                list(&place.store, List::all(Prefix::parse(prefix).unwrap())).await.is_empty(),
                "{prefix}"
            );
            assert!(
                list(&place.store, List::children(Prefix::parse(prefix).unwrap())).await.is_empty(),
                "{prefix}"
            );
        }
    }
}

/// What other gateways and stores keep below the root: who serves a directory must not serve their secrets.
#[tokio::test]
async fn s57_a_folder_of_that_name_is_out_of_reach_wherever_it_lies() {
    for things in BOTH_WAYS {
        let place = Place::without(things);
        place.put("public/a", "object").await.unwrap();
        place.place_by_hand("public/.hallpass/secret", "SECRET");
        place.place_by_hand("app/deep/.hallpass/staging/0123456789abcdef0123456789abcdef", "SECRET");
        place.place_by_hand("file/.hallpass", "SECRET");
        fs::create_dir_all(place.file(OsStr::from_bytes(b"odd\xff/.hallpass"))).unwrap();
        fs::write(place.file(OsStr::from_bytes(b"odd\xff/.hallpass/odd\xff")), "SECRET").unwrap();
        for name in [
            "public/.hallpass",
            "public/.hallpass/secret",
            "public/.hallpass/new",
            "app/deep/.hallpass/staging/0123456789abcdef0123456789abcdef",
            "file/.hallpass",
            "new/.hallpass/new",
        ] {
            assert_out_of_reach(&place, name, "public/a").await;
        }
        assert_eq!(place.list().await, ["public/a"]);
        for (prefix, children) in
            [("", &["public/"][..]), ("public/", &["public/a"]), ("app/", &[]), ("file/", &[])]
        {
            let prefix = Prefix::parse(prefix).unwrap();
            assert_eq!(list(&place.store, List::children(prefix)).await, children);
        }
        for prefix in ["public/.hallpass/", "app/deep/.hallpass/staging/"] {
            assert_eq!(list(&place.store, List::all(Prefix::parse(prefix).unwrap())).await, [""; 0]);
            assert_eq!(list(&place.store, List::children(Prefix::parse(prefix).unwrap())).await, [""; 0]);
        }
        assert_eq!(fs::read_to_string(place.file("public/.hallpass/secret")).unwrap(), "SECRET");
        assert!(!place.file("new").exists());
    }
}

/// Tries every door of the store.
async fn assert_out_of_reach(place: &Place, name: &str, object: &str) {
    assert_eq!(place.read(name).await, Err(ErrorKind::NotFound), "{name}");
    assert!(!place.store.exists(&key(name)).await.unwrap(), "{name}");
    let begun = place.store.begin(&key(name), PutOptions::default()).await;
    assert_eq!(begun.err().unwrap().kind(), ErrorKind::InvalidName, "{name}");
    assert_eq!(place.delete(name).await, Ok(()), "{name}");
    let copied = place.store.copy(&key(name), &key("b"), CopyOptions::default()).await;
    assert_eq!(copied.unwrap_err().kind(), ErrorKind::NotFound, "{name}");
    let copied = place.store.copy(&key(object), &key(name), CopyOptions::default()).await;
    assert_eq!(copied.unwrap_err().kind(), ErrorKind::InvalidName, "{name}");
    assert_eq!(place.store.local_path(&key(name)).unwrap_err().kind(), ErrorKind::NotFound, "{name}");
}

#[tokio::test]
async fn s57_a_linked_own_folder_is_refused() {
    let place = Place::new();
    symlink(place.outside(), place.file(".hallpass")).unwrap();
    assert!(place.put("a", "mine").await.is_err());
    place.assert_outside_untouched();
}

#[tokio::test]
async fn s05_s06_names_that_are_not_safe_everywhere_are_not_created() {
    let place = Place::new();
    let long = format!("a/{}", "x".repeat(256));
    for name in ["a/NUL", "con.txt", "x:y", "COM\u{b9}", "dot.", "e\u{301}", "a\u{202e}b", &long] {
        let begun = place.store.begin(&key(name), PutOptions::default()).await;
        assert_eq!(begun.err().unwrap().kind(), ErrorKind::InvalidName, "{name:?}");
        assert_eq!(place.read(name).await, Err(ErrorKind::NotFound), "{name:?}");
        assert_eq!(
            place.store.delete(&key(name), When::Always).await.map_err(|e| e.kind()),
            Ok(()),
            "{name:?}"
        );
    }
}
