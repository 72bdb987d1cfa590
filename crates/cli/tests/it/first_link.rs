//! The first private link, end to end: served, requested, and refused in one and the same way.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::curl::{Answer, curl};
use crate::sandbox::{Run, Sandbox, keys};
use crate::server::Server;

const SECRET_TEXT: &str = "the quick brown fox\n";

fn serving() -> (Sandbox, Server) {
    let sandbox = Sandbox::new();
    sandbox.write("media/report.txt", SECRET_TEXT);
    sandbox.write("media/other.txt", "another file\n");
    sandbox.write("media/public/logo.txt", "for everyone\n");
    let server = sandbox.serve(&[]);
    (sandbox, server)
}

fn pass(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let mut all = vec!["pass"];
    all.extend(arguments);
    sandbox.run(&all).exits(0).line().to_owned()
}

/// Requests this and nothing else: curl is not to tidy up paths.
fn get(url: &str) -> Answer {
    curl(&["--path-as-is", url])
}

#[test]
fn the_printed_link_opens_the_welcome_file() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve(&[]);
    assert!(server.origin.starts_with("http://127.0.0.1:"), "{}", server.origin);
    assert!(!server.origin.ends_with(":0"), "{}", server.origin);
    assert!(server.url.starts_with(&format!("{}/media/welcome.txt?pass=", server.origin)), "{}", server.url);
    assert!(server.announced["expires"].as_str().unwrap().ends_with('Z'), "{}", server.announced);
    assert_eq!(keys(&server.announced.to_string()).len(), 3);

    let answer = get(&server.url);
    assert_eq!(answer.code(), 200);
    assert_eq!(answer.body, fs::read(sandbox.path("media/welcome.txt")).unwrap());
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
}

#[test]
fn s42_the_first_run_makes_private_files_only() {
    let sandbox = Sandbox::new();
    let _server = sandbox.serve(&[]);
    let mode = |name: &str| fs::metadata(sandbox.path(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(".hallpass"), 0o700);
    assert_eq!(mode(".hallpass/secret"), 0o600);
    assert_eq!(mode(".hallpass/gateway.json"), 0o600);
    assert_eq!(mode("media"), 0o700);
    assert_eq!(mode("media/welcome.txt"), 0o600);
}

#[test]
fn a_directory_with_files_gets_no_welcome_file() {
    let (sandbox, server) = serving();
    assert!(!sandbox.path("media/welcome.txt").exists());
    assert!(server.url.contains("/media/other.txt?pass="), "{}", server.url);
}

#[test]
fn s39_whatever_is_wrong_the_answer_is_the_same() {
    let (sandbox, server) = serving();
    let good = pass(&sandbox, &["report.txt"]);
    assert_eq!(get(&good).body, SECRET_TEXT.as_bytes());
    let expiring = pass(&sandbox, &["report.txt", "--ttl", "1s"]);
    let (address, token) = good.split_once('?').unwrap();
    let origin = &server.origin;

    let refusal = get(address);
    assert_eq!(refusal.status, "HTTP/1.1 404 Not Found");
    let check = |url: &str| assert_eq!(get(url), refusal, "{url}");
    check(&changed(&good, good.len() - 1));
    check(&changed(&good, good.len() - 10));
    check(&changed(&good, good.find("pass=").unwrap() + 5));
    check(&format!("{good}x"));
    check(&good[..good.len() - 1]);
    check(&format!("{address}?pass="));
    check(&format!("{address}?pass=%00"));
    check(&format!("{address}?{token}&{token}"));
    check(&format!("{origin}/media/other.txt?{token}"));
    check(&format!("{origin}/media/missing.txt?{token}"));
    check(&pass(&sandbox, &["--quiet", "missing.txt"]));
    let soon = (SystemTime::now() + Duration::from_hours(1)).duration_since(UNIX_EPOCH).unwrap().as_secs();
    check(&pass(&sandbox, &["report.txt", "--not-before", &soon.to_string(), "--ttl", "2h"]));
    check(&pass(&sandbox, &["report.txt", "--user", "alice"]));
    check(&pass(&sandbox, &["report.txt", "--method", "HEAD"]));
    assert_eq!(get(&format!("{origin}/media/public/logo.txt")).body, b"for everyone\n");

    thread::sleep(Duration::from_millis(2100));
    check(&expiring);
    assert_eq!(get(&good).code(), 200);
}

#[test]
fn s01_s02_no_spelling_of_a_path_opens_or_tells_anything() {
    let (sandbox, server) = serving();
    let good = pass(&sandbox, &["report.txt"]);
    let token = good.split_once('?').unwrap().1;
    let origin = &server.origin;
    let refusal = get(&format!("{origin}/media/missing"));
    assert_eq!(refusal.code(), 404);
    for path in [
        "/media/public/../report.txt",
        "/media/public/%2e%2e/report.txt",
        "/media/public%2f..%2freport.txt",
        "/media/public/..%2freport.txt",
        "/media/publicx/report.txt",
        "/media/PUBLIC/logo.txt",
        "/media/public//../report.txt",
        "/media/public/",
        "/media/public",
        "/media/../media/report.txt",
        "/media/%2e%2e/media/report.txt",
        "/media/..%2f..%2fetc%2fhostname",
        "/media/..%5creport.txt",
        "/media/./report.txt",
        "/media//report.txt",
        "/media//etc/hostname",
        "/media/report.txt/",
        "/media/report.txt%00",
        "/media/%2572eport.txt",
        "/media/%ff",
        "/media/%c0%ae%c0%ae/report.txt",
        "/media/~",
        "/media/.hallpass/staging",
        "/media/",
        "/media",
        "/Media/report.txt",
        "/%6dedia/report.txt",
        "//media/report.txt",
        "/report.txt",
        "/",
    ] {
        assert_eq!(get(&format!("{origin}{path}")), refusal, "{path}");
        assert_eq!(get(&format!("{origin}{path}?{token}")), refusal, "{path} with a pass");
    }
    // One spelling more is the same object: what is encoded needlessly is decoded once.
    assert_eq!(get(&good.replace("report", "%72eport")).body, SECRET_TEXT.as_bytes());
}

/// Changes one character of a text to another that may stand there.
fn changed(text: &str, at: usize) -> String {
    let other = if &text[at..=at] == "A" { "Q" } else { "A" };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

#[test]
fn a_refusal_says_why_in_the_log_and_what_to_try() {
    let (_sandbox, server) = serving();
    get(&server.url.replace("other.txt", "report.txt"));
    server.wait_for_log("refused");
    let log = server.log();
    let line = log.lines().find(|line| line.contains("refused")).unwrap();
    assert!(line.contains("altered, or made for another object, mount, user or secret"), "{line}");
    assert!(line.contains("hallpass verify"), "{line}");
}

#[test]
fn head_has_the_headers_of_get() {
    let (sandbox, _server) = serving();
    let url = pass(&sandbox, &["report.txt"]);
    let (full, head) = (get(&url), curl(&["--head", &url]));
    assert_eq!((&head.status, &head.headers), (&full.status, &full.headers));
    assert!(head.body.is_empty());

    let only_head = pass(&sandbox, &["report.txt", "--method", "HEAD"]);
    assert_eq!(curl(&["--head", &only_head]).headers, full.headers);
    assert_eq!(get(&only_head).code(), 404);
}

#[test]
fn ranges_and_versions_are_honoured() {
    let (sandbox, _server) = serving();
    let url = pass(&sandbox, &["report.txt"]);
    let part = curl(&["--range", "4-8", &url]);
    assert_eq!((part.code(), part.body.as_slice()), (206, &b"quick"[..]));
    assert_eq!(part.header("content-range"), Some("bytes 4-8/20"));
    let rest = curl(&["--range", "16-", &url]);
    assert_eq!((rest.code(), rest.body.as_slice()), (206, &b"fox\n"[..]));
    let beyond = curl(&["--range", "99-", &url]);
    assert_eq!((beyond.code(), beyond.header("content-range")), (416, Some("bytes */20")));

    let etag = get(&url).header("etag").unwrap().to_owned();
    let again = curl(&["--header", &format!("If-None-Match: {etag}"), &url]);
    assert_eq!((again.code(), again.body.len()), (304, 0));
    assert_eq!(curl(&["--header", "If-Match: \"other\"", &url]).code(), 412);
}

#[test]
fn only_reading_is_offered() {
    let (_sandbox, server) = serving();
    assert_eq!(curl(&["--request", "DELETE", &server.url]).code(), 405);
    assert_eq!(curl(&["--request", "PUT", "--data", "x", &server.url]).code(), 405);
    assert_eq!(get(&server.url).code(), 200);
}

#[test]
fn http_2_without_tls_works_too() {
    let (_sandbox, server) = serving();
    let answer = curl(&["--http2-prior-knowledge", &server.url]);
    assert_eq!((answer.status.as_str(), answer.body.as_slice()), ("HTTP/2 200 ", &b"another file\n"[..]));
}

#[test]
fn s31_the_host_header_changes_nothing() {
    let (sandbox, server) = serving();
    let evil = ["--header", "Host: evil.com", "--header", "X-Forwarded-Host: evil.com", &server.url];
    let answer = curl(&evil);
    assert_eq!(answer, get(&server.url));
    assert!(pass(&sandbox, &["report.txt"]).starts_with(&server.origin));
}

#[test]
fn commands_mean_the_directory_that_is_served_from_here() {
    let sandbox = Sandbox::new();
    sandbox.write("files/a.txt", "a");
    sandbox.write("media/b.txt", "b");
    sandbox.write("c.txt", "c");
    let mut server = sandbox.serve(&["files"]);
    sandbox.run(&["ls"]).exits(0).prints("a.txt\n");
    sandbox.run(&["put", "c.txt", "c.txt"]).exits(0);
    assert_eq!(sandbox.read("files/c.txt"), "c");
    let pass = sandbox.run(&["pass", "c.txt"]).exits(0);
    assert_eq!(pass.err, "", "it is there, and a gateway runs");
    assert_eq!(get(pass.line()).body, b"c");
    sandbox.run(&["pass", "b.txt"]).exits(0).says("there is no `b.txt`");
    sandbox.run(&["verify", pass.line()]).exits(0);
    sandbox.run(&["ls", "--store", "file:media"]).exits(0).prints("b.txt\n");
    let shown = sandbox.run(&["config", "show", "--json"]).exits(0).json();
    let url = format!("file://{}", sandbox.path("files").canonicalize().unwrap().display());
    assert_eq!(shown["stores"]["media"]["url"], url);

    server.signal("TERM");
    server.wait();
    sandbox.run(&["ls"]).exits(0).prints("b.txt\n");
}

/// Elsewhere, and where a configuration says what is meant, the gateway of this directory is nobody's business.
#[test]
fn a_configuration_and_another_directory_go_before_what_is_served() {
    let sandbox = Sandbox::new();
    sandbox.write("files/a.txt", "a");
    sandbox.write("other/media/b.txt", "b");
    sandbox.write("other.toml", "stores.other.url = 'file:other/media'\nmounts.'/o/'.store = 'other'");
    let _server = sandbox.serve(&["files"]);
    sandbox.run(&["ls", "--config", "other.toml"]).exits(0).prints("b.txt\n");
    let mut elsewhere = sandbox.command(&["ls"]);
    elsewhere.current_dir(sandbox.path("other"));
    Run::of(elsewhere).exits(0).prints("b.txt\n");
}
