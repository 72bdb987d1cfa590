//! Stores in S3, as far as no server is needed: what is said of them, and what is made without asking.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::sandbox::{Run, Sandbox};

/// Credentials of nobody, and none of this machine.
const KEYS: [(&str, &str); 4] = [
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI-secret"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ("AWS_CONFIG_FILE", "/dev/null"),
];

const NOWHERE: &str = "s3://media/tenant-a?endpoint=http://127.0.0.1:1&server=localstack";

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    let mut command = sandbox.command(arguments);
    command.envs(KEYS);
    Run::of(command)
}

const TABLE: &str = "
    [stores.media.s3]
    bucket = 'media'
    region = 'eu-west-1'
    credentials.access_key_id = 'AKIDEXAMPLE'
    [stores.media.secrets]
    secret_access_key = { env = 'MEDIA_SECRET' }
    [mounts.'/media/']
    store = 'media'
";

#[test]
fn x09_a_presigned_url_needs_no_server() {
    let sandbox = Sandbox::new();
    let url = run(&sandbox, &["url", "a b.txt", "--via", "s3", "--ttl", "15m", "--store", NOWHERE]).exits(0);
    let url = url.line();
    assert!(url.starts_with("http://127.0.0.1:1/media/tenant-a/a%20b.txt?"), "{url}");
    assert!(url.contains("&X-Amz-Expires=900&") && url.contains("X-Amz-Signature="), "{url}");

    let head = ["url", "a", "--via", "s3", "--method", "head", "--json", "--store", NOWHERE];
    let json = run(&sandbox, &head).exits(0).json();
    assert_eq!(json.as_object().unwrap().len(), 2, "{json}");
    assert!(json["expires"].as_str().unwrap().ends_with('Z'), "{json}");
}

#[test]
fn x09_what_a_presigned_url_cannot_promise_is_refused() {
    let sandbox = Sandbox::new();
    let refused = |options: &[&str], says: &str| {
        run(&sandbox, &[&["url", "a", "--via", "s3", "--store", NOWHERE], options].concat())
            .exits(2)
            .says(says);
    };
    refused(&["--user", "alice"], "not for one subject");
    refused(&["--not-before", "2099-01-01T00:00:00Z"], "works at once");
    refused(&["--method", "GET,HEAD"], "works for one method only; name one with `--method`");
    refused(&["--mount", "/media/"], "leave out `--mount`");
    refused(&["--ttl", "8d"], "failed to make a link");
    refused(&["--type", "text/html\r\nx: y"], "failed to make a link");
    refused(&["--method", "PUT"], "possible values: GET, HEAD");
}

#[test]
fn a_local_store_has_no_presigned_urls() {
    let sandbox = Sandbox::new();
    sandbox.write("media/a.txt", "a");
    for store in [&["--store", "file:media"][..], &["--store", "memory:"], &[]] {
        let arguments = [&["url", "a.txt", "--via", "s3"], store].concat();
        sandbox.run(&arguments).exits(2).says("it is not in S3");
    }
    sandbox.run(&["bucket", "init"]).exits(2).says("failed to use the store `media`: it is not in S3");
    sandbox.run(&["gc", "--older-than", "1h"]).exits(2).says("leave out `--older-than`");
}

#[test]
fn a_url_via_a_pass_is_that_of_pass() {
    let sandbox = Sandbox::new();
    sandbox.write("media/a.txt", "a");
    let server = sandbox.serve(&[]);
    let url = sandbox.run(&["url", "a.txt", "--disposition", "attachment", "--type", "text/csv"]).exits(0);
    let answer = crate::curl::curl(&[url.line()]);
    assert_eq!(answer.body, b"a");
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"a.txt\""));
    assert_eq!(answer.header("content-type"), Some("text/csv"));
    assert!(url.line().starts_with(&server.origin));
    let head = sandbox.run(&["url", "a.txt", "--method", "HEAD"]).exits(0);
    assert_eq!(crate::curl::curl(&[head.line()]).code(), 404);
    sandbox.run(&["url", "b.txt"]).exits(0).says("there is no `b.txt` in the store `media` yet");
    sandbox.run(&["url", "a.txt", "--store", "medai"]).exits(2).says("did you mean `media`?");
    sandbox.run(&["url", "a.txt", "--store", "file:media"]).exits(0);
    sandbox.write("hallpass.toml", TABLE);
    sandbox.run(&["url", "a.txt", "--store", "file:media"]).exits(2).says("`url --via s3`");
}

#[test]
fn an_address_that_is_wrong_says_where() {
    let sandbox = Sandbox::new();
    for (store, says) in [
        ("s3://media?regoin=eu-west-1", "`regoin`: unknown parameter; did you mean `region`?"),
        ("s3://media?endpoint=localhost:9000", "`endpoint`: begin with `https://` or `http://`"),
        ("s3://media?path_style=yes", "`path_style`: `yes` is neither `true` nor `false`"),
        ("s3://media?server=minoi", "unknown variant `minoi`"),
        ("s3://id:secret@media", "no access key belongs in an address"),
        ("s3://media/a/../b", "the prefix `a/../b`"),
        ("s3:media", "is written `s3://bucket/prefix`"),
        ("s3://m", "`m` is no name of a bucket"),
    ] {
        for command in
            [&["ls"][..], &["stat", "x"], &["url", "x", "--via", "s3"], &["gc"], &["bucket", "init"]]
        {
            run(&sandbox, &[command, &["--store", store]].concat()).exits(2).says(says);
        }
    }
    run(&sandbox, &["serve", "--store", "s3://media?regoin=x"]).exits(2).says("did you mean `region`?");
}

#[test]
fn s33_a_secret_in_an_address_is_refused_and_not_repeated() {
    let sandbox = Sandbox::new();
    for store in [
        "s3://id:hunter2@media",
        "s3://id:hun/hunter2@media",
        "s3://media?secret_access_key=hunter2",
        "s3://media?endpoint=http://id:hunter2@localhost:9000",
        "https://id:hunter2@media",
    ] {
        for command in
            [&["ls"][..], &["pass", "x"], &["url", "x", "--via", "s3"], &["bucket", "init"], &["serve"]]
        {
            let refused = run(&sandbox, &[command, &["--store", store]].concat()).exits(2);
            assert!(!refused.err.contains("hunter2"), "{refused:?}");
        }
    }
}

#[test]
fn s33_the_configuration_shows_where_secrets_are_and_none() {
    let sandbox = Sandbox::new();
    sandbox.write("hallpass.toml", TABLE);
    let mut shown = sandbox.command(&["config", "show"]);
    shown.env("MEDIA_SECRET", "hunter2hunter2");
    let shown = Run::of(shown).exits(0).out;
    assert!(shown.contains("env = \"MEDIA_SECRET\"") && !shown.contains("hunter2"), "{shown}");
    sandbox.write("again.toml", &shown);
    let again = sandbox.run(&["config", "show", "--config", "again.toml"]).exits(0);
    assert_eq!(again.out, shown);
    sandbox.run(&["config", "check"]).exits(0).prints("in order\n");

    // Without the variable there are no credentials, and they are not looked for elsewhere.
    run(&sandbox, &["url", "a", "--via", "s3"]).exits(2).says("`MEDIA_SECRET` is not set");
    let mut url = sandbox.command(&["url", "a", "--via", "s3"]);
    url.env("MEDIA_SECRET", "hunter2hunter2");
    let url = Run::of(url).exits(0);
    assert!(url.line().starts_with("https://media.s3.eu-west-1.amazonaws.com/a?"), "{url:?}");
}

#[test]
fn s33_a_secret_in_the_wrong_place_of_the_file_is_not_repeated() {
    let sandbox = Sandbox::new();
    let table = "[stores.media.s3]\nbucket = 'media'\n";
    for (text, why) in [
        (format!("{table}endpoint = 'http://id:hunter2@localhost'"), "no user name or password belongs here"),
        (format!("{table}proxy = 'http://id:hunter2@localhost'"), "no user name or password belongs here"),
        (
            format!("{table}links.public_endpoint = 'http://id:hunter2@x'"),
            "no user name or password belongs here",
        ),
        (
            format!("{table}[stores.media.secrets]\nsecret_access_key.env = 'hunter2/+'"),
            "no name of a variable",
        ),
        ("[keys]\nactive = 'a'\n[keys.ring.a]\nsecret_env = 'hunter2/+'".to_owned(), "no name of a variable"),
    ] {
        sandbox.write("hallpass.toml", &text);
        for command in [&["config", "show"][..], &["config", "check"], &["ls"], &["serve"]] {
            let refused = sandbox.run(command).exits(2);
            assert!(format!("{refused:?}").contains(why), "{text}: {refused:?}");
            assert!(!format!("{refused:?}").contains("hunter2"), "{text}: {refused:?}");
        }
    }
}

#[test]
fn s48_what_may_be_less_safe_than_it_looks_is_said() {
    let url = |parameters: &str| {
        let store = format!("s3://media?region=eu-west-1{parameters}");
        run(&Sandbox::new(), &["url", "a", "--via", "s3", "--store", &store]).exits(0)
    };
    let owner = "`expected_bucket_owner` may have no effect";
    url("&endpoint=https://s3.example.com&expected_bucket_owner=012345678901").says(owner);
    url("&endpoint=http://s3.example.com").says("`endpoint`: without `https`");
    url("&public_endpoint=http://s3.example.com").says("`links.public_endpoint`: without `https`");
    for silent in
        ["&expected_bucket_owner=012345678901", "&endpoint=http://127.0.0.1:9", "&endpoint=https://x"]
    {
        assert_eq!(url(silent).err, "", "{silent}");
    }
}

#[test]
fn what_is_wrong_with_a_table_is_found_without_a_server() {
    let sandbox = Sandbox::new();
    sandbox.write("hallpass.toml", TABLE.replace("region", "regoin").replace("env =", "evn ="));
    let checked = sandbox.run(&["config", "check"]).exits(2).out;
    assert!(
        checked.contains("`stores.media.s3.regoin` (line 4): unknown key; did you mean `region`?"),
        "{checked}"
    );
    assert!(checked.contains("unknown field `evn`"), "{checked}");
}

/// Starts a server that answers each request by its method and target; returns the address of a store there.
fn server(answer: impl Fn(&str, &str) -> (&'static str, &'static str) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let store = format!("s3://media?endpoint=http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        while let Ok((mut client, _)) = listener.accept() {
            let mut request = [0; 8192];
            let count = client.read(&mut request).unwrap_or_default();
            let head = String::from_utf8_lossy(&request[..count]).into_owned();
            let mut words = head.split(' ');
            let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let (status, code) = answer(method, target);
            let body = if code.starts_with('{') {
                code.to_owned()
            } else {
                format!("<Error><Code>{code}</Code><Message>no</Message></Error>")
            };
            let body = if method == "HEAD" || code.is_empty() { String::new() } else { body };
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            let _ = client.write_all(format!("{head}{body}").as_bytes());
        }
    });
    store
}

/// As S3 answers where the secret is wrong: to a HEAD without a reason.
#[test]
fn what_a_server_refuses_exits_with_3() {
    let store = server(|_, _| ("403 Forbidden", ""));
    let sandbox = Sandbox::new();
    for command in [&["ls"][..], &["get", "x"], &["put", "/dev/null", "x"], &["serve"], &["bucket", "init"]] {
        let refused = run(&sandbox, &[command, &["--store", &store]].concat()).exits(3);
        assert!(!refused.err.contains("wJalrXUtnFEMI"), "{refused:?}");
        refused.says("check the permissions or credentials of the store");
    }
}

fn init(store: &str) -> Run {
    run(&Sandbox::new(), &["bucket", "init", "--json", "--store", store])
}

#[test]
fn s48_a_bucket_that_we_may_list_and_somebody_else_owns_is_refused() {
    for code in ["BucketAlreadyExists", "AccessDenied"] {
        let changed = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&changed);
        let store = server(move |method, target| match (method, target.contains('?')) {
            ("HEAD", _) => ("200 OK", ""),
            ("PUT", false) => ("409 Conflict", code),
            (method, _) => {
                noted.fetch_or(method == "PUT", Ordering::SeqCst);
                ("200 OK", "")
            }
        });
        init(&store).exits(3).prints("");
        // Not Amazon's server: it has not compared the owner that it was told.
        init(&format!("{store}&expected_bucket_owner=123456789012")).exits(3).prints("");
        assert!(!changed.load(Ordering::SeqCst), "{code}: a setting was changed");
    }
}

#[test]
fn d23_an_acl_that_the_bucket_would_refuse_is_found_before_anything_is_changed() {
    let sandbox = Sandbox::new();
    let table =
        "[stores.media.s3]\nbucket = 'media'\nregion = 'eu-west-1'\nendpoint = 'http://127.0.0.1:9'\n";
    let public = "links.access = 'public'\nobjects.acl = 'public-read'\n";
    sandbox.write("hallpass.toml", format!("{table}{public}"));
    run(&sandbox, &["bucket", "init"]).exits(2).prints("").says("leave the ACL out");
}

#[test]
fn a_server_without_such_settings_says_so_and_that_is_no_failure() {
    let store = server(|method, target| match (method, target.contains('?')) {
        ("HEAD", _) => ("404 Not Found", ""),
        ("PUT", false) => ("200 OK", ""),
        _ => ("501 Not Implemented", "NotImplemented"),
    });
    let settings = init(&store).exits(0).json()["settings"].clone();
    let outcomes: Vec<_> = settings.as_array().unwrap().iter().map(|step| step["outcome"].clone()).collect();
    assert_eq!(outcomes, ["done", "unsupported", "unsupported", "unsupported", "unsupported"]);
}

/// As MinIO, whose buckets policies alone make public.
#[test]
fn d24_a_bucket_that_is_open_to_everybody_and_cannot_be_closed_is_a_failure() {
    let store = server(|method, target| match (method, target) {
        ("HEAD", _) => ("200 OK", ""),
        ("PUT", target) if !target.contains('?') => ("409 Conflict", "BucketAlreadyOwnedByYou"),
        ("GET", target) if target.contains("policy") => {
            ("200 OK", r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]}}]}"#)
        }
        _ => ("501 Not Implemented", "NotImplemented"),
    });
    let run = init(&store).exits(3).says("the bucket's policy may let everybody in");
    assert_eq!(run.json()["settings"][1]["outcome"], "failed");
}

#[test]
fn d23_a_setting_that_fails_is_named_and_says_so_by_the_exit_code() {
    let store = server(|method, target| match (method, target) {
        ("HEAD", _) => ("404 Not Found", ""),
        ("GET", _) => ("404 Not Found", "NoSuchConfiguration"),
        (_, target) if target.contains("publicAccessBlock") => ("403 Forbidden", "AccessDenied"),
        _ => ("200 OK", ""),
    });
    let run = init(&store).exits(3).says("`public-access-block`: failed to open");
    let settings = run.json()["settings"].clone();
    let outcomes: Vec<_> = settings.as_array().unwrap().iter().map(|step| step["outcome"].clone()).collect();
    assert_eq!(outcomes, ["done", "failed", "done", "done", "done"]);
}
