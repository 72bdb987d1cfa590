//! Every command on `--store s3://…`.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::place::Place;
use crate::sandbox::{Run, keys};

const HELLO_SHA256: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

#[test]
fn x15_the_commands_on_objects_work_as_on_files() {
    let place = Place::new();
    place.write("hello.txt", "hello\n");
    let put =
        place.on_store(&["put", "hello.txt", "docs/hello.txt", "--meta", "owner=alice", "--json"]).exits(0);
    assert_eq!(keys(put.line()), ["key", "size", "etag", "sha256"]);
    assert_eq!(
        (put.json()["key"].as_str(), put.json()["sha256"].as_str()),
        (Some("docs/hello.txt"), Some(HELLO_SHA256))
    );

    let stat = place.on_store(&["stat", "docs/hello.txt", "--json"]).exits(0).json();
    assert_eq!((stat["size"].as_u64(), stat["content_type"].as_str()), (Some(6), Some("text/plain")));
    assert_eq!(stat["metadata"]["owner"], "alice");

    place.on_store(&["cp", "docs/hello.txt", "docs/copy.txt"]).exits(0);
    place.on_store(&["mv", "docs/copy.txt", "old.txt"]).exits(0);
    place.on_store(&["ls"]).exits(0).prints("docs/\nold.txt\n");
    place.on_store(&["ls", "-r"]).exits(0).prints("docs/hello.txt\nold.txt\n");
    let long = place.on_store(&["ls", "docs/", "--long", "--json"]).exits(0);
    assert_eq!(long.json()["etag"], stat["etag"]);

    place.on_store(&["get", "old.txt", "back.txt"]).exits(0).says("fetched `old.txt` into `back.txt`");
    assert_eq!(place.read("back.txt"), "hello\n");
    place.on_store(&["get", "old.txt", "-"]).exits(0).prints("hello\n");
    place.on_store(&["rm", "old.txt", "docs/hello.txt"]).exits(0);
    place.on_store(&["ls", "-r"]).exits(0).prints("");
}

#[test]
fn d16_nothing_is_replaced_unless_it_is_asked_for() {
    let place = Place::with(&[("a", "a"), ("b", "b")]);
    place.write("new", "new");
    place.on_store(&["put", "new", "a"]).exits(5).says("add `--overwrite` to replace it");
    place.on_store(&["cp", "b", "a"]).exits(5);
    place.on_store(&["mv", "b", "a"]).exits(5);
    place.on_store(&["get", "a", "-"]).exits(0).prints("a");
    place.on_store(&["put", "new", "a", "--overwrite"]).exits(0);
    place.on_store(&["get", "a", "-"]).exits(0).prints("new");
}

#[test]
fn d10_what_is_missing_exits_with_4() {
    let place = Place::with(&[("a", "a")]);
    for command in
        [&["get", "x"][..], &["stat", "x"], &["cp", "x", "y"], &["mv", "x", "y"], &["rm", "x", "a"]]
    {
        place.on_store(command).exits(4);
    }
    place.on_store(&["ls", "-r"]).exits(0).prints("");
}

#[test]
fn s03_d11_a_prefix_keeps_its_neighbours_out() {
    let place = Place::with(&[("a.txt", "mine")]);
    let neighbour = place.store().replace("/in?", "/in-too?");
    place.write("x", "x");
    place.run(&["put", "x", "b.txt", "--store", &neighbour]).exits(0);
    place.on_store(&["ls", "-r"]).exits(0).prints("a.txt\n");
    place.on_store(&["stat", "b.txt"]).exits(4);
    place.on_store(&["stat", "../in-too/b.txt"]).exits(2);
    let whole = place.store().replace("/in?", "?");
    place.run(&["ls", "-r", "--store", &whole]).exits(0).prints("in-too/b.txt\nin/a.txt\n");
}

#[test]
fn ds10_large_objects_go_in_parts_from_files_and_pipes() {
    let place = Place::new();
    let bytes: Vec<u8> = (0..20_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    place.write("large", &bytes);
    place.on_store(&["put", "large", "file"]).exits(0);
    let piped = place.command(&["put", "-", "pipe", "--store", &place.store()]).stdin(Stdio::piped()).spawn();
    let mut piped = piped.unwrap();
    piped.stdin.take().unwrap().write_all(&bytes).unwrap();
    assert!(piped.wait().unwrap().success());
    for key in ["file", "pipe"] {
        place.on_store(&["get", key, "back", "--force"]).exits(0);
        assert!(std::fs::read(place.path("back")).unwrap() == bytes, "{key} came back otherwise");
    }
}

/// What was begun is aborted before the program ends, so that nothing is left that costs.
#[test]
fn d15_s40_ctrl_c_during_put_leaves_no_upload() {
    for signal in ["INT", "TERM"] {
        let place = Place::new();
        let mut command = place.command(&["put", "-", "big", "--store", &place.store()]);
        let mut put = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stream = put.stdin.take().unwrap();
        stream.write_all(&vec![7; 20_000_000]).unwrap();
        wait_for_uploads(&place, 1);
        assert!(Command::new("kill").args(["-s", signal, &put.id().to_string()]).status().unwrap().success());
        let ended = put.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(1), "{}", String::from_utf8_lossy(&ended.stderr));
        drop(stream);
        assert_eq!(uploads(&place), 0, "an upload is left after {signal}");
        place.on_store(&["stat", "big"]).exits(4);
    }
}

#[test]
fn gc_removes_what_a_killed_put_left() {
    let place = Place::new();
    let mut command = place.command(&["put", "-", "big", "--store", &place.store()]);
    let mut put = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stream = put.stdin.take().unwrap();
    stream.write_all(&vec![7; 20_000_000]).unwrap();
    wait_for_uploads(&place, 1);
    put.kill().unwrap();
    put.wait().unwrap();
    drop(stream);
    place.on_store(&["gc"]).exits(0).prints("removed abandoned uploads: 0\n"); // it may be at work, for all we know
    let found = place.on_store(&["gc", "--older-than", "0s", "--dry-run", "--json"]).exits(0).json();
    assert_eq!(found, serde_json::json!({ "uploads": 1, "bytes": null, "removed": false }));
    place.on_store(&["gc", "--older-than", "0s"]).exits(0).prints("removed abandoned uploads: 1\n");
    assert_eq!(uploads(&place), 0);
}

/// Counts the uploads in parts that are under way.
fn uploads(place: &Place) -> u64 {
    let found: Run = place.on_store(&["gc", "--older-than", "0s", "--dry-run", "--json"]).exits(0);
    found.json()["uploads"].as_u64().unwrap()
}

#[track_caller]
fn wait_for_uploads(place: &Place, count: u64) {
    let begun = Instant::now();
    while uploads(place) != count {
        assert!(begun.elapsed() < Duration::from_secs(20), "no upload is under way");
        thread::sleep(Duration::from_millis(20));
    }
}
