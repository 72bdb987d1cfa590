//! Names that try to leave the store, at every command that takes one (S1).

use std::fs;
use std::os::unix::fs::symlink;

use crate::sandbox::Sandbox;

/// No key at all.
const MALFORMED: &[&str] = &[
    "../x",
    "a/../../x",
    "a/..",
    "..",
    "..\\x",
    "a/./b",
    ".",
    "/abs",
    "//host/x",
    "a//b",
    "a/",
    "/",
    "",
    "\\\\srv\\s",
    "x\ny",
    "x\u{7f}",
];
/// Keys like any other, since nothing is decoded or expanded here.
const ODD: &[&str] =
    &["..%2fx", "%2e%2e/x", "%2e%2e%2fx", "~", "~/x", "$HOME", "...", "a/...", "x;rm", "*", "media"];

fn sandbox_with_canaries() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("file", "CONTENT");
    sandbox.write("x", "CANARY");
    fs::write(sandbox.outer().join("x"), "CANARY").unwrap();
    sandbox.write("media/a/b", "inside");
    sandbox
}

/// Every command, with the hostile name in each place where a key belongs.
fn invocations(key: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["put", "file", key],
        vec!["put", "file", key, "--overwrite", "--any-name"],
        vec!["get", key, "out"],
        vec!["get", key, "-"],
        vec!["stat", key],
        vec!["cp", key, "c"],
        vec!["cp", "a/b", key],
        vec!["cp", "a/b", key, "--overwrite"],
        vec!["mv", key, "c"],
        vec!["mv", "a/b", key],
        vec!["rm", key],
        vec!["rm", "a/b", key],
        vec!["pass", key],
    ]
}

#[test]
fn s01_malformed_keys_are_refused_by_every_command() {
    let sandbox = sandbox_with_canaries();
    sandbox.run(&["pass", "-q", "a/b"]).exits(0); // makes the secret, which is no stray
    let before = sandbox.strays();
    for key in MALFORMED {
        for arguments in invocations(key) {
            let run = sandbox.run(&arguments).exits(2);
            assert!(!run.out.contains("CANARY") && !run.err.contains("CANARY"), "{run:?}");
        }
        assert_eq!(sandbox.strays(), before, "{key}");
    }
    assert_eq!(sandbox.read("media/a/b"), "inside");
    assert_eq!(fs::read_to_string(sandbox.outer().join("x")).unwrap(), "CANARY");
    assert_eq!(sandbox.read("x"), "CANARY");
}

#[test]
fn s01_malformed_prefixes_are_refused() {
    let sandbox = sandbox_with_canaries();
    for prefix in ["..", "../", "../home/", "a/../..", "/", "//", ".", "./", "a//", "\\"] {
        sandbox.run(&["ls", prefix]).exits(2);
        sandbox.run(&["ls", "-r", prefix]).exits(2);
        sandbox.run(&["pass", "--prefix", prefix]).exits(2);
    }
}

#[test]
fn s01_odd_keys_stay_inside() {
    let sandbox = sandbox_with_canaries();
    sandbox.run(&["pass", "-q", "a/b"]).exits(0);
    let before = sandbox.strays();
    for key in ODD {
        sandbox.run(&["put", "file", key, "--any-name"]).exits(0);
        sandbox.run(&["get", key, "-"]).exits(0).prints("CONTENT");
        assert_eq!(fs::read_to_string(sandbox.path("media").join(key)).unwrap(), "CONTENT", "{key}");
        sandbox.run(&["rm", key]).exits(0);
        assert_eq!(sandbox.strays(), before, "{key}");
    }
    assert_eq!(sandbox.read("x"), "CANARY");
}

#[test]
fn s04_symlinks_in_the_store_lead_nowhere() {
    let sandbox = sandbox_with_canaries();
    symlink(sandbox.path("x"), sandbox.path("media/link")).unwrap();
    symlink(sandbox.path("."), sandbox.path("media/up")).unwrap();
    let before = sandbox.strays();
    for key in ["link", "up/x"] {
        for arguments in [["get", key, "-"], ["cp", key, "c"], ["mv", key, "c"]] {
            let run = sandbox.run(&arguments).exits(4);
            assert!(!run.out.contains("CANARY"), "{run:?}");
        }
        sandbox.run(&["stat", key]).exits(4);
        sandbox.run(&["rm", key]).exits(4);
    }
    sandbox.run(&["put", "file", "up/new"]).exits(5);
    sandbox.run(&["put", "file", "up/x", "--overwrite"]).exits(5);
    sandbox.run(&["ls", "-r"]).exits(0).prints("a/b\n");
    assert_eq!(sandbox.strays(), before);
    assert_eq!(sandbox.read("x"), "CANARY");
}
