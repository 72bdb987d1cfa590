//! From the path of a request to a key: decoded once, or refused.

use http::Uri;
use store::ErrorKind;

use crate::fixture::{assert_refused, get, link, mount, pass, send, shelf};
use crate::shelf::{Content, item};

/// Asks for a raw path with a pass that opens the whole store: whatever it finds, it found by the path alone.
#[track_caller]
fn check_refused(path: &str) {
    let shelf = shelf().with("a/b", item("x", "")).with("abs", item("x", ""));
    let master = pass(&token_hmac::PassSpec::whole_store());
    let url = format!("/media/{path}?pass={master}");
    // What is no URI never gets here: the server answers 400 before any service is called.
    if url.parse::<Uri>().is_ok() {
        assert_refused(&send(&mount(&shelf), get(&url)), path);
    }
    assert_eq!(send(&mount(&shelf), get(&format!("/media/a/b?pass={master}"))).status, 200);
}

#[test]
fn s01_no_path_leads_out_of_the_store() {
    for path in [
        "../x",
        "../abs",
        "a/../../x",
        "a/../abs",
        "..%2f",
        "..%2fabs",
        "%2e%2e/",
        "%2e%2e/abs",
        "..\\x",
        "..%5cx",
        "a/./b",
        "./a/b",
        "/abs",
        "//host/x",
        "%2fabs",
        "a//b",
        "~",
        "~root/x",
        ".",
        "..",
        "...",
        "a/b/",
        "a/b/.",
        "a/b/..",
        "",
        "/",
        "a\\b",
        "a%5cb",
        "C:%5cwindows%5cwin.ini",
        "%00",
        "a/b%00",
        "a/b%00.png",
        "a/b%0a",
        "a%0d%0ab",
        "a/b%7f",
        "%c2%85",
        "..;/abs",
        "a;/../abs",
        "%2e",
        "%2E%2E%2Fabs",
        "..%252fabs",
        "..%c0%af",
        "a%u002fb",
        "a/b%",
        "a/b%2",
        "a/b%zz",
        "%",
        "a/b%20",
        "%20a/b",
        "A/B",
    ] {
        check_refused(path);
    }
    check_refused(&"a/".repeat(600));
    check_refused(&"x".repeat(4000));
    check_refused(&"%41".repeat(1025));
}

#[test]
fn s07_a_path_is_decoded_exactly_once() {
    let service = mount(&shelf().with("100%.txt", item("percent", "text/plain")));
    let canonical = send(&service, get(&link("secret.txt")));
    assert_eq!(canonical.status, 200);
    let with = |path: &str| send(&service, get(&link("secret.txt").replace("secret.txt", path)));
    for same in ["%73ecret.txt", "secret%2etxt", "%73%65%63%72%65%74%2E%74%78%74"] {
        with(same).assert_same(&canonical, same);
    }
    for other in [
        "%2573ecret.txt",
        "%25%37%33ecret.txt",
        "%c1%b3ecret.txt",
        "%f0%81%81%b3ecret.txt",
        "%ffsecret.txt",
        "secret.txt%ff",
        "secret.txt%00",
        "secret.txt%00.png",
        "secret.txt;param",
        "secret.txt;",
        "secret.txt%3bparam",
        "secret.txt/",
        "secret.txt%20",
        "secret.txt.",
        "secret.txt::$DATA",
        "SECRET.TXT",
        "secret%ef%bc%8etxt",
    ] {
        assert_refused(&with(other), other);
    }
    assert_eq!(send(&service, get(&link("100%.txt"))).bytes(), b"percent");
    assert_refused(&send(&service, get(&link("100%.txt").replace("100%25", "100%"))), "not encoded");
}

#[test]
fn s32_no_response_leads_off_the_site() {
    let service = mount(&shelf());
    for uri in [
        "//evil.com/%2e%2e",
        "//evil.com/media/secret.txt",
        "/media//evil.com/%2e%2e",
        "/media/%5cevil.com",
        "/media/%2f%2fevil.com",
        "http://evil.com/",
        "/media",
        "/media/public",
        "/media/public/logo.png/",
        "http://evil.com/media/public/logo.png",
        "/media/?next=//evil.com",
    ] {
        let reply = send(&service, get(uri));
        assert!(matches!(reply.status, 200 | 404), "{uri}: never a redirect, {}", reply.status);
        for name in ["location", "refresh", "content-location", "link"] {
            assert_eq!(reply.header(name), "", "{uri}");
        }
        assert!(!format!("{:?}", reply.headers).contains("evil"), "{uri}");
    }
}

#[test]
fn a_mount_is_a_whole_path() {
    let elsewhere = mount(&shelf()).with_mount(&"https://h/m%20x/y/".parse().unwrap());
    for (uri, status) in [
        ("/m%20x/y/public/logo.png", 200),
        ("/media/public/logo.png", 404),
        ("/m%20x/ypublic/logo.png", 404),
        ("/m%20x/y", 404),
        ("/m%20x/../m%20x/y/public/logo.png", 404),
    ] {
        assert_eq!(send(&elsewhere, get(uri)).status, status, "{uri}");
    }
}

#[test]
fn a_store_in_trouble_is_no_refusal() {
    let check = |kind, status| {
        let mut broken = item("", "");
        broken.content = Content::Broken(kind);
        let shelf = shelf().with("broken", broken).with("public/broken", item("", ""));
        let reply = send(&mount(&shelf), get(&link("broken")));
        assert_eq!(reply.status, status, "{kind:?}");
        assert_eq!(reply.header("retry-after"), if status == 503 { "5" } else { "" });
        if status != 404 {
            assert_eq!(reply.header("cache-control"), "no-store");
        }
        // Who has no pass learns nothing of it.
        assert_refused(&send(&mount(&shelf), get("/media/broken")), "no pass");
    };
    check(ErrorKind::NotFound, 404);
    check(ErrorKind::InvalidName, 404);
    check(ErrorKind::Unavailable, 503);
    check(ErrorKind::Exhausted, 503);
    check(ErrorKind::Forbidden, 500);
    check(ErrorKind::Internal, 500);
}
