//! The commands that work on a store: what they do, print and exit with.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::sandbox::{Sandbox, keys};

const ALL_FIELDS: [&str; 12] = [
    "key",
    "size",
    "logical_size",
    "etag",
    "modified",
    "sha256",
    "content_type",
    "content_encoding",
    "content_disposition",
    "content_language",
    "cache_control",
    "metadata",
];
const HELLO_SHA256: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

fn with_hello() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("hello.txt", "hello\n");
    sandbox
        .run(&["put", "hello.txt", "docs/hello.txt"])
        .exits(0)
        .prints("")
        .says("stored `docs/hello.txt` (6 B)");
    sandbox
}

#[test]
fn put_makes_the_default_store_private() {
    let sandbox = with_hello();
    let mode = |name: &str| fs::metadata(sandbox.path(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!(sandbox.read("media/docs/hello.txt"), "hello\n");
    assert_eq!((mode("media"), mode("media/docs"), mode("media/docs/hello.txt")), (0o700, 0o700, 0o600));
}

#[test]
fn put_reports_what_was_written() {
    let sandbox = with_hello();
    let run = sandbox.run(&["put", "hello.txt", "b.txt", "--json"]).exits(0);
    assert_eq!(keys(run.line()), ["key", "size", "etag", "sha256"]);
    let json = run.json();
    assert_eq!((json["key"].as_str(), json["size"].as_u64()), (Some("b.txt"), Some(6)));
    assert_eq!(json["sha256"], HELLO_SHA256);
    assert_eq!(sandbox.run(&["put", "hello.txt", "c.txt", "--quiet"]).exits(0).err, "");
}

#[test]
fn d16_put_replaces_only_when_told_to() {
    let sandbox = with_hello();
    sandbox.write("other.txt", "other\n");
    let again = sandbox.run(&["put", "other.txt", "docs/hello.txt"]).exits(5);
    again.says("already exists; add `--overwrite` to replace it");
    assert_eq!(sandbox.read("media/docs/hello.txt"), "hello\n");
    sandbox.run(&["put", "other.txt", "docs/hello.txt", "--overwrite"]).exits(0);
    assert_eq!(sandbox.read("media/docs/hello.txt"), "other\n");
    sandbox.run(&["put", "other.txt", "docs/hello.txt/below"]).exits(5).says("conflict");
}

#[test]
fn put_reads_standard_input() {
    let sandbox = Sandbox::new();
    sandbox.run_with_input(&["put", "-", "in.bin"], [0, 255, 10]).exits(0);
    assert_eq!(fs::read(sandbox.path("media/in.bin")).unwrap(), [0, 255, 10]);
    sandbox.run_with_input(&["put", "-", "empty"], "").exits(0);
    assert_eq!(sandbox.read("media/empty"), "");
}

#[test]
fn put_keeps_what_it_is_told_about_the_content() {
    let sandbox = Sandbox::new();
    sandbox.write("x", "x");
    let put = "put x a.bin --type text/csv --content-encoding gzip --content-language de --cache-control max-age=60 \
               --meta owner=alice --meta colour=blue";
    let mut arguments: Vec<&str> = put.split_whitespace().collect();
    arguments.extend(["--content-disposition", "attachment; filename=\"a.csv\""]);
    sandbox.run(&arguments).exits(0);
    let run = sandbox.run(&["stat", "a.bin", "--json"]).exits(0);
    assert_eq!(keys(run.line())[..12], ALL_FIELDS);
    let stat = run.json();
    assert_eq!(stat["content_type"], "text/csv");
    assert_eq!(stat["content_encoding"], "gzip");
    assert_eq!(stat["content_language"], "de");
    assert_eq!(stat["content_disposition"], "attachment; filename=\"a.csv\"");
    assert_eq!(stat["cache_control"], "max-age=60");
    assert_eq!(stat["metadata"], serde_json::json!({ "colour": "blue", "owner": "alice" }));
    assert_eq!(stat["logical_size"], serde_json::Value::Null);

    let text = sandbox.run(&["stat", "a.bin"]).exits(0).out;
    assert!(text.contains("content type:         text/csv\n"), "{text}");
    assert!(text.contains("meta colour:          blue\n"), "{text}");
}

#[test]
fn s24_put_refuses_what_no_header_can_hold() {
    let sandbox = Sandbox::new();
    sandbox.write("x", "x");
    for option in
        ["--type", "--content-encoding", "--content-disposition", "--content-language", "--cache-control"]
    {
        for value in ["a\r\nSet-Cookie: b", "a\nb", "", " a", "naïve"] {
            sandbox.run(&["put", "x", "a", option, value]).exits(2).says("not a header value");
        }
    }
    sandbox.run(&["put", "x", "a", "--meta", "novalue"]).exits(2).says("no `=`");
    sandbox.run(&["put", "x", "a", "--meta", "Name=x"]).exits(2).says("lower-case");
    sandbox.run(&["put", "x", "a", "--meta", "n=a\nb"]).exits(2).says("header value");
    assert!(!sandbox.path("media/a").exists());
}

#[test]
fn put_of_what_cannot_be_read_stores_nothing() {
    let sandbox = Sandbox::new();
    sandbox.run(&["put", "missing", "a"]).exits(4).says("failed to read `missing`");
    fs::create_dir(sandbox.path("folder")).unwrap();
    sandbox.run(&["put", "folder", "a"]).exits(2).says("it is a directory");
    sandbox.run(&["ls", "--recursive"]).exits(0).prints("");
}

#[test]
fn s05_s06_put_wants_a_name_that_is_safe_everywhere() {
    let sandbox = Sandbox::new();
    sandbox.write("x", "x");
    for name in ["a/NUL", "con.txt", "AUX ", "COM¹", "x::$DATA", "C:x", "e\u{301}", "a\u{202e}b", "dot."] {
        sandbox.run(&["put", "x", name]).exits(2).says("`--any-name`");
        assert!(!sandbox.path("media").join(name).exists(), "{name}");
    }
    sandbox.run(&["put", "x", "e\u{301}.txt", "--any-name"]).exits(0);
    sandbox.run(&["stat", "e\u{301}.txt"]).exits(0);
}

#[test]
fn any_name_is_advised_only_where_it_helps() {
    let sandbox = Sandbox::new();
    sandbox.write("x", "x");
    assert!(sandbox.run(&["put", "x", "a"]).exits(0).err.starts_with("note: made the directory `./media`\n"));
    for name in [".hallpass/x".to_owned(), "x".repeat(256), format!("{}/NUL", "x".repeat(256))] {
        let run = sandbox.run(&["put", "x", &name]).exits(2);
        assert!(!run.err.contains("--any-name"), "{run:?}");
    }
}

#[test]
fn newcomers_are_told_what_they_meant() {
    let sandbox = Sandbox::new();
    sandbox.write("x", "x");
    sandbox.run(&["ls"]).exits(4).says("is `./media`").says("`hallpass serve` makes `./media`");
    sandbox.run(&["ls", "--store", "file:nope"]).exits(4).says("`mkdir -p nope` makes it");
    sandbox.run(&["ls", "--store", "meda"]).exits(2).says("there are: `media`; did you mean `media`?");
    sandbox.run(&["ls", "--store", "./media"]).exits(2).says("did you mean `file:./media`?");
    sandbox.run(&["gc", "--store", "meda"]).exits(2).says("did you mean `media`?");
    sandbox.run(&["ls", "/"]).exits(2).says("leave it out to list everything");
    sandbox.run(&["put", "x", "a", "--force"]).exits(2).says("add `--overwrite`");
    sandbox.run(&["put", "x", "a", "--type", "nonsense"]).exits(2).says("not a media type such as");
    sandbox.run(&["serve", "x"]).exits(2).says("failed to serve `x`: it is not a directory");
    assert!(!sandbox.path("media").exists());
}

#[test]
fn what_denies_access_exits_with_3() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::new();
    sandbox.run(&["pass", "-q", "x"]).exits(0);
    fs::create_dir(sandbox.path("media")).unwrap();
    let deny = |name: &str| fs::set_permissions(sandbox.path(name), fs::Permissions::from_mode(0o0)).unwrap();
    deny("media");
    if fs::read_dir(sandbox.path("media")).is_ok() {
        return; // nothing is denied to root
    }
    sandbox.run(&["ls"]).exits(3);
    sandbox.run(&["serve"]).exits(3);
    deny(".hallpass/secret");
    sandbox.run(&["pass", "x"]).exits(3);
    fs::set_permissions(sandbox.path("media"), fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn get_writes_a_private_file_and_replaces_none() {
    let sandbox = with_hello();
    fs::remove_file(sandbox.path("hello.txt")).unwrap();
    sandbox
        .run(&["get", "docs/hello.txt"])
        .exits(0)
        .prints("")
        .says("fetched `docs/hello.txt` into `hello.txt`");
    assert_eq!(sandbox.read("hello.txt"), "hello\n");
    let mode = fs::metadata(sandbox.path("hello.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);

    sandbox.write("hello.txt", "mine");
    sandbox.run(&["get", "docs/hello.txt"]).exits(5).says("add `--force`");
    assert_eq!(sandbox.read("hello.txt"), "mine");
    sandbox.run(&["get", "docs/hello.txt", "--force"]).exits(0);
    assert_eq!(sandbox.read("hello.txt"), "hello\n");

    std::os::unix::fs::symlink("nowhere", sandbox.path("link")).unwrap();
    sandbox.run(&["get", "docs/hello.txt", "link"]).exits(5);
    assert!(!sandbox.path("nowhere").exists());
}

#[test]
fn get_writes_where_it_is_told_to() {
    let sandbox = with_hello();
    fs::create_dir(sandbox.path("folder")).unwrap();
    sandbox.run(&["get", "docs/hello.txt", "folder"]).exits(0);
    assert_eq!(sandbox.read("folder/hello.txt"), "hello\n");
    sandbox.run(&["get", "docs/hello.txt", "folder/other.txt"]).exits(0);
    assert_eq!(sandbox.read("folder/other.txt"), "hello\n");
    sandbox.run(&["get", "docs/hello.txt", "-"]).exits(0).prints("hello\n");
    sandbox.run(&["get", "docs/hello.txt", "-", "--json"]).exits(2).says("`--json`");
    sandbox.run(&["get", "docs/hello.txt", "no/such/folder/x"]).exits(4);

    let run = sandbox.run(&["get", "docs/hello.txt", "new.txt", "--json"]).exits(0);
    assert_eq!(keys(run.line())[..2], ["file", "key"]);
    assert_eq!((run.json()["file"].as_str(), run.json()["size"].as_u64()), (Some("new.txt"), Some(6)));
}

#[test]
fn a_failed_get_leaves_no_file() {
    let sandbox = with_hello();
    sandbox.run(&["get", "docs/missing.txt"]).exits(4).says("not found");
    let names: Vec<_> =
        fs::read_dir(sandbox.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}"); // hello.txt and media
}

#[test]
fn ls_lists_in_the_order_of_names() {
    let sandbox = with_hello();
    for key in ["a.txt", "docs/a/b.txt", "docs.txt", "é.txt"] {
        sandbox.run(&["put", "hello.txt", key]).exits(0);
    }
    let lists = |arguments: &[&str], expected: &str| {
        let mut all = vec!["ls"];
        all.extend(arguments);
        sandbox.run(&all).exits(0).prints(expected);
    };
    lists(&[], "a.txt\ndocs.txt\ndocs/\né.txt\n");
    lists(&["--recursive"], "a.txt\ndocs.txt\ndocs/a/b.txt\ndocs/hello.txt\né.txt\n");
    lists(&["docs/"], "docs/a/\ndocs/hello.txt\n");
    lists(&["docs"], "docs/a/\ndocs/hello.txt\n");
    lists(&["-r", "docs"], "docs/a/b.txt\ndocs/hello.txt\n");
    lists(&["docs.txt"], "docs.txt\n");
    lists(&["doc"], ""); // whole segments only (S3)
    lists(&["missing/"], "");
}

#[test]
fn ls_prints_an_object_for_each_line() {
    let sandbox = with_hello();
    sandbox.run(&["put", "hello.txt", "a.txt"]).exits(0);
    let run = sandbox.run(&["ls", "--json"]).exits(0);
    let lines = run.json_lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(keys(run.out.lines().next().unwrap()), ["key", "size", "etag", "modified"]);
    assert_eq!(lines[0]["size"], 6);
    assert_eq!(lines[1], serde_json::json!({ "prefix": "docs/" }));

    let long = sandbox.run(&["ls", "--json", "--long", "-r"]).exits(0);
    assert_eq!(keys(long.out.lines().next().unwrap()), ALL_FIELDS);
    assert_eq!(long.json_lines()[1], sandbox.run(&["stat", "docs/hello.txt", "--json"]).json());

    let table = sandbox.run(&["ls", "--long", "docs/hello.txt"]).exits(0);
    let words: Vec<&str> = table.line().split_whitespace().collect();
    assert_eq!((words[0], words[2], words[4]), ("6", "text/plain", "docs/hello.txt"));
}

#[test]
fn ls_names_what_no_key_can() {
    let sandbox = with_hello();
    sandbox.write("media/back\\slash", "x");
    let run = sandbox.run(&["ls", "-r"]).exits(0).prints("docs/hello.txt\n");
    run.says("`back\\\\slash` is in the store, but no key can name it");
}

#[test]
fn cp_and_mv_replace_only_when_told_to() {
    let sandbox = with_hello();
    sandbox.run(&["put", "hello.txt", "typed", "--type", "text/csv", "--meta", "a=b"]).exits(0);
    sandbox.run(&["cp", "typed", "copy"]).exits(0).prints("").says("copied `typed` to `copy`");
    let copy = sandbox.run(&["stat", "copy", "--json"]).exits(0).json();
    assert_eq!(
        (copy["content_type"].as_str(), copy["metadata"]["a"].as_str()),
        (Some("text/csv"), Some("b"))
    );
    sandbox.run(&["cp", "typed", "copy"]).exits(5);
    sandbox.run(&["cp", "missing", "new"]).exits(4);
    sandbox.run(&["cp", "typed", "copy", "--overwrite"]).exits(0);

    let run = sandbox.run(&["mv", "copy", "moved/there", "--json"]).exits(0);
    assert_eq!(keys(run.line()), ["key", "size", "etag", "sha256"]);
    sandbox.run(&["stat", "copy"]).exits(4);
    sandbox.run(&["mv", "typed", "moved/there"]).exits(5);
    sandbox.run(&["stat", "typed"]).exits(0);
    sandbox.run(&["mv", "missing", "new"]).exits(4);
    sandbox.run(&["mv", "typed", "typed", "--overwrite"]).exits(0);
    sandbox.run(&["stat", "typed"]).exits(0);
}

#[test]
fn rm_removes_what_is_there_and_names_what_is_not() {
    let sandbox = with_hello();
    sandbox.run(&["put", "hello.txt", "a"]).exits(0);
    let run = sandbox.run(&["rm", "missing", "a"]).exits(4).prints("").says("removed `a`");
    run.says("error: failed to delete `missing`: not found");
    sandbox.run(&["ls", "-r"]).exits(0).prints("docs/hello.txt\n");

    let run = sandbox.run(&["rm", "docs/hello.txt", "a", "--json"]).exits(4);
    let expected = "{\"key\":\"docs/hello.txt\",\"removed\":true}\n{\"key\":\"a\",\"removed\":false}\n";
    run.prints(expected);
    sandbox.run(&["rm"]).exits(2);
}

#[test]
fn d10_an_error_is_no_missing_object() {
    let sandbox = Sandbox::new();
    for command in [&["ls"][..], &["stat", "a"], &["rm", "a"], &["get", "a"]] {
        sandbox.run(command).exits(4).says("`hallpass serve` makes `./media`");
    }
    assert!(!sandbox.path("media").exists());
}

#[test]
fn any_store_can_be_named() {
    let sandbox = with_hello();
    fs::create_dir(sandbox.path("elsewhere")).unwrap();
    let url = format!("file://{}", sandbox.path("elsewhere").display());
    sandbox.run(&["put", "hello.txt", "x", "--store", &url]).exits(0);
    sandbox.run(&["ls", "--store", "file:elsewhere"]).exits(0).prints("x\n");
    sandbox.run(&["ls", "--store", "media"]).exits(0).prints("docs/\n");
    sandbox.run(&["ls", "--store", "memory:"]).exits(0).prints("");
    sandbox.run(&["stat", "x", "--store", "memory:"]).exits(4);
    sandbox.run(&["ls", "--store", "medai"]).exits(2).says("there is no store `medai`");
    sandbox.run(&["ls", "--store", "ftp://x"]).exits(2).says("not a store's URL");
    sandbox.run(&["ls", "--store", "file:missing"]).exits(4);
}

#[test]
fn s45_a_store_is_never_fetched_from_an_address() {
    let sandbox = Sandbox::new();
    for url in
        ["https://ok.example.evil.com", "http://127.0.0.1:1/x", "https://evil/?https://ok", "file://evil/x"]
    {
        sandbox.run(&["ls", "--store", url]).exits(2);
        sandbox.write("x", "x");
        sandbox.run(&["put", url, "key"]).exits(4).says("failed to read");
    }
}
