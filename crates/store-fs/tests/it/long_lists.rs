//! Listings of very many objects: in order, each once, in little memory, whatever the shape of the tree.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use store::{Entry, List, Store};
use tempfile::TempDir;

use crate::support::{child_root, open, start_child};

/// What a listing may take, in KiB, on top of what the process has before.
const BOUND: u64 = 16 << 10;
/// What it may take in addition for each name in the directory that it is in, in bytes: as the guide says, the names of
/// one directory are held in memory.
const FOR_A_NAME: usize = 80;
/// One file has so many names: a million files of their own would take longer to make than all the rest.
const LINKS: usize = 50_000;

/// A hundred thousand; a million with `cargo xtask attack`.
fn objects() -> usize {
    if std::env::var_os("ATTACK_IN_FULL").is_some() { 1_000_000 } else { 100_000 }
}

#[test]
fn a_long_list_takes_no_more_than_its_names_when_it_is_one_directory() {
    check(objects(), |number| format!("{number:07}.txt"));
}

#[test]
fn a_long_list_takes_little_memory_when_it_is_many_directories() {
    check(1000, |number| format!("d{:04}/{number:07}.txt", number / 1000));
}

fn check(in_one_directory: usize, name: impl Fn(usize) -> String) {
    let dir = TempDir::new().unwrap();
    let root = dir.path().join("media");
    let mut origin = root.clone();
    for number in 0..objects() {
        let file = root.join(name(number));
        if number % 1000 == 0 {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
        }
        if number % LINKS == 0 {
            fs::write(&file, "x").unwrap();
            origin = file;
        } else {
            fs::hard_link(&origin, file).unwrap();
        }
    }
    assert!(start_child("long_lists::child_listing", dir.path()).wait().unwrap().success());
    let report = fs::read_to_string(dir.path().join("report")).unwrap();
    println!("{report} KiB");
    let taken: u64 = report.rsplit(' ').next().unwrap().parse().unwrap();
    let bound = BOUND + u64::try_from(in_one_directory * FOR_A_NAME / 1024).unwrap();
    assert!(taken < bound, "{report} KiB, more than {bound}");
}

#[test]
#[ignore = "run by the tests of long lists"]
fn child_listing() {
    let Some(dir) = child_root() else { return };
    let store = open(&dir.join("media"), &[]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (before, begun) = (peak(), Instant::now());
    let (count, first) = runtime.block_on(count(&store, begun));
    assert_eq!(count, objects());
    let taken = peak() - before;
    let report = format!("{count} objects in {:.1?}, the first after {first:.1?}: {taken}", begun.elapsed());
    fs::write(dir.join("report"), report).unwrap();
}

/// Counts objects and checks their order; returns how long the first took, too.
async fn count(store: &store_fs::FileStore, begun: Instant) -> (usize, Duration) {
    let (mut count, mut last, mut first) = (0, String::new(), Duration::ZERO);
    let mut entries = store.list(List::default());
    while let Some(entry) = entries.next().await {
        let Entry::Object(listed) = entry.unwrap() else { panic!("there are only objects") };
        assert!(listed.key.as_str() > last.as_str(), "{} after {last}", listed.key);
        if count == 0 {
            first = begun.elapsed();
        }
        listed.key.as_str().clone_into(&mut last);
        count += 1;
    }
    (count, first)
}

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string(Path::new("/proc/self/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
