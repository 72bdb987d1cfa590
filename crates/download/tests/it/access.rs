//! Who may: the public namespace, passes, and refusals that cannot be told apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use download::{Download, Viewer};
use links::{Clock, LinkOptions, Subject};
use object_key::Prefix;
use store::ETag;
use token_hmac::{Method, Methods, Overrides, PassSpec, Purpose};

use crate::fixture::{
    HOUR, NO_OVERRIDES, NOW, assert_refused, at, get, head, key, link, link_with, mount, pass, passes,
    passes_for, send, shelf,
};
use crate::shelf::{Shelf, item};

#[test]
fn dt3_the_public_namespace_needs_no_pass() {
    let service = mount(&shelf());
    for path in ["/media/public/logo.png", "/media/%70ublic/logo.png", "/media/public/logo.png?pass=wrong&x"]
    {
        let reply = send(&service, get(path));
        assert_eq!((reply.status, reply.bytes()), (200, &b"the logo"[..]), "{path}");
    }
}

#[test]
fn d01_s02_no_spelling_makes_a_private_object_public() {
    let shelf = shelf()
        .with("publicx/secret.txt", item("x", "text/plain"))
        .with("PUBLIC/secret.txt", item("x", "text/plain"))
        .with("a/public/secret.txt", item("x", "text/plain"));
    let service = mount(&shelf);
    for path in [
        "public/../secret.txt",
        "public%2f..%2fsecret.txt",
        "public%2F..%2Fsecret.txt",
        "public/..%2fsecret.txt",
        "public/%2e%2e/secret.txt",
        "public/.%2E/secret.txt",
        "public/%2e%2e%2fsecret.txt",
        "public/%252e%252e/secret.txt",
        "public/..%5csecret.txt",
        "public%5c..%5csecret.txt",
        "public/..;/secret.txt",
        "public;/../secret.txt",
        "public/..%c0%afsecret.txt",
        "public/..%ef%bc%8fsecret.txt",
        "public//../secret.txt",
        "public/./../secret.txt",
        "public/x/../../secret.txt",
        "./public/../secret.txt",
        "/public/../secret.txt",
        "%70ublic/../secret.txt",
        "public%00/../secret.txt",
        "public/%00/../secret.txt",
        "publicx/secret.txt",
        "PUBLIC/secret.txt",
        "Public/secret.txt",
        "a/public/secret.txt",
        "public",
        "public/",
        "public/.",
        "public/..",
        "secret.txt?public/",
        "secret.txt?key=public/logo.png",
    ] {
        assert_refused(&send(&service, get(&format!("/media/{path}"))), path);
        assert_refused(
            &send(&service, get(&format!("/media/{path}")).header("x-original-url", "/media/public/x")),
            path,
        );
    }
}

#[test]
fn d02_a_pass_minted_before_the_object_exists_opens_it_later() {
    let (shelf, url) = (Shelf::default(), link("later.txt"));
    let service = mount(&shelf);
    assert_refused(&send(&service, get(&url)), "not there yet");
    shelf.put("later.txt", item("here now", "text/plain"));
    assert_eq!(send(&service, get(&url)).bytes(), b"here now");
}

#[test]
fn d03_s10_a_pass_for_something_else_opens_nothing() {
    let service = mount(&shelf());
    let secret = key("secret.txt");
    let open = |passes: &token_hmac::Passes| {
        let pass = passes.mint(&PassSpec::object(&secret), at(NOW) + HOUR, at(NOW)).unwrap();
        send(&service, get(&format!("/media/secret.txt?pass={}", pass.expose())))
    };
    assert_eq!(open(&passes()).status, 200);
    for purpose in [Purpose::Upload, Purpose::Attach, Purpose::Delete] {
        assert_refused(&open(&passes_for(7, purpose, "media")), purpose.label());
    }
    for audience in ["media2", "medi", "Media", "/media/", "m"] {
        assert_refused(&open(&passes_for(7, Purpose::Download, audience)), audience);
    }
    assert_refused(&open(&passes_for(8, Purpose::Download, "media")), "another secret");
}

#[test]
fn d04_s09_bytes_shifted_between_fields_never_verify() {
    let text = "ab:c//d";
    let shelf = Shelf::default();
    for split in 1..text.len() {
        let name = text[..split].trim_end_matches('/');
        shelf.put(name, item("x", "text/plain"));
    }
    let service = mount(&shelf);
    // The boundary between key and user, and the one between two overrides.
    let places = || (1..text.len()).filter(|split| !text[..*split].ends_with('/'));
    for minted in places() {
        for sent in places() {
            let right = minted == sent;
            let (name, user) = text.split_at(minted);
            let spec = key(name);
            let token = pass(&PassSpec::object(&spec).with_subject(Subject::User(user.into())));
            let (name, user) = text.split_at(sent);
            let request = get(&format!("/media/{name}?pass={token}")).extension(Viewer::user(user));
            assert_eq!(send(&service, request).status == 200, right, "key and user, {minted} {sent}");

            let overrides = |split: usize| Overrides {
                content_type: Some(&text[..split]),
                content_disposition: Some(&text[split..]),
                ..NO_OVERRIDES
            };
            let spec = key("ab");
            let token = pass(&PassSpec::object(&spec).with_overrides(overrides(minted)));
            let (first, second) = text.split_at(sent);
            let query = format!("response-content-type={first}&response-content-disposition={second}");
            let reply = send(&service, get(&format!("/media/ab?pass={token}&{query}")));
            assert_eq!(reply.status == 200, right, "type and disposition, {minted} {sent}");
        }
    }
}

#[test]
fn dt2_a_pass_dies_with_the_name_the_time_the_version_and_the_secret() {
    let shelf = shelf().with("other.txt", item("other", "text/plain"));
    let service = mount(&shelf);
    let url = link_with("secret.txt", &LinkOptions::lasting(HOUR).with_version("v1"));
    assert_eq!(send(&service, get(&url)).status, 200);

    assert_refused(&send(&service, get(&url.replace("secret", "other"))), "another name");
    let late = mount(&shelf).with_clock(Clock::new(|| at(NOW + 3600)));
    assert_refused(&send(&late, get(&url)), "another time");
    let rekeyed = Download::new(shelf.clone(), passes_for(8, Purpose::Download, "media"))
        .with_mount(&crate::fixture::base())
        .with_clock(crate::fixture::still());
    assert_refused(&send(&rekeyed, get(&url)), "another secret");

    let mut changed = item("the secret", "text/plain");
    changed.metadata.etag = ETag::new("v2").unwrap();
    shelf.put("secret.txt", changed);
    assert_refused(&send(&service, get(&url)), "another version");
    // Neither do preconditions and ranges tell that there is another version.
    for (name, value) in [("if-none-match", "*"), ("if-match", "\"v3\""), ("range", "bytes=99-")] {
        assert_refused(&send(&service, get(&url).header(name, value)), name);
    }
}

#[test]
fn s13_expiry_is_exact_and_nothing_in_the_query_moves_it() {
    let seconds = Arc::new(AtomicU64::new(NOW));
    let shown = Arc::clone(&seconds);
    let service = mount(&shelf()).with_clock(Clock::new(move || at(shown.load(Ordering::SeqCst))));
    let url = link_with("secret.txt", &LinkOptions::lasting(HOUR).with_not_before(at(NOW + 60)));
    let status = |now: u64, url: &str| {
        seconds.store(now, Ordering::SeqCst);
        let reply = send(&service, get(url));
        if reply.status != 200 {
            assert_refused(&reply, "whatever the reason");
        }
        reply.status
    };
    // A start has a leeway of five seconds, an end has none.
    for (now, expected) in [
        (0, 404),
        (NOW + 54, 404),
        (NOW + 55, 200),
        (NOW + 60, 200),
        (NOW + 3659, 200),
        (NOW + 3660, 404),
        (NOW + 3665, 404),
        (u64::from(u32::MAX), 404),
        (NOW + 60, 200), // the clock was set back
    ] {
        assert_eq!(status(now, &url), expected, "{now}");
    }
    for more in
        ["exp=0", "expires=-1", "Expires=18446744073709551615", "exp=1e10", "exp=NaN", "nbf=0", "exp=&exp="]
    {
        assert_eq!(status(NOW + 3660, &format!("{url}&{more}")), 404, "{more}");
        assert_eq!(status(NOW + 60, &format!("{url}&{more}")), 200, "{more}");
    }
    // A pass that outlives every pass that could have been minted: the clock is wrong, or the pass is.
    assert_eq!(status(NOW - 8 * 86_400, &link("secret.txt")), 404);
}

#[test]
fn s38_a_method_covers_what_it_should() {
    let service = mount(&shelf());
    let secret = key("secret.txt");
    for (minted, get_status, head_status) in [
        (Method::Get, 200, 200),
        (Method::Head, 404, 200),
        (Method::Put, 404, 404),
        (Method::Post, 404, 404),
        (Method::Delete, 404, 404),
    ] {
        let token = pass(&PassSpec::object(&secret).with_methods(Methods::from(minted)));
        let url = format!("/media/secret.txt?pass={token}");
        let statuses = (send(&service, get(&url)).status, send(&service, head(&url)).status);
        assert_eq!(statuses, (get_status, head_status), "{minted}");
    }
}

#[test]
fn x07_a_pass_for_a_prefix_opens_whole_segments() {
    let shelf = Shelf::default();
    for name in ["t/a/x", "t/a/b/y", "t/ab/x", "t/x"] {
        shelf.put(name, item("x", "text/plain"));
    }
    let service = mount(&shelf);
    let token = pass(&PassSpec::prefix(&Prefix::parse("t/a/").unwrap()));
    for (path, status) in
        [("t/a/x", 200), ("t/a/b/y", 200), ("t/ab/x", 404), ("t/x", 404), ("t/a/../x", 404), ("t/a", 404)]
    {
        assert_eq!(send(&service, get(&format!("/media/{path}?pass={token}"))).status, status, "{path}");
    }
}

#[test]
fn x07_a_pass_for_someone_needs_that_viewer() {
    let service = mount(&shelf());
    let user = link_with("secret.txt", &LinkOptions::lasting(HOUR).with_subject(Subject::User("42".into())));
    let session =
        link_with("secret.txt", &LinkOptions::lasting(HOUR).with_subject(Subject::Session("42".into())));
    let status = |url: &str, viewer: Option<Viewer>| {
        let mut request = get(url);
        if let Some(viewer) = viewer {
            request = request.extension(viewer);
        }
        send(&service, request).status
    };
    assert_eq!(status(&user, Some(Viewer::user("42"))), 200);
    assert_eq!(status(&session, Some(Viewer::session("42"))), 200);
    for (url, viewer) in [
        (&user, None),
        (&user, Some(Viewer::user("43"))),
        (&user, Some(Viewer::user(""))),
        (&user, Some(Viewer::session("42"))),
        (&session, Some(Viewer::user("42"))),
        (&session, Some(Viewer::default())),
    ] {
        assert_eq!(status(url, viewer.clone()), 404, "{viewer:?}");
    }
    let claimed = get(&user)
        .header("x-user", "42")
        .header("cookie", "session=42; user=42")
        .header("authorization", "42");
    assert_eq!(send(&service, claimed).status, 404);
}

#[test]
fn s39_dt4_refusals_are_the_same_byte_for_byte() {
    let service = mount(&shelf());
    let good = link("secret.txt");
    let expired = {
        let spec = key("secret.txt");
        let old = passes().mint(&PassSpec::object(&spec), at(NOW), at(NOW) - HOUR).unwrap();
        format!("/media/secret.txt?pass={}", old.expose())
    };
    let cases = [
        ("missing, right pass", link("missing.txt")),
        ("missing, no pass", "/media/missing.txt".to_owned()),
        ("missing, public", "/media/public/missing.txt".to_owned()),
        ("there, no pass", "/media/secret.txt".to_owned()),
        ("there, empty pass", "/media/secret.txt?pass=".to_owned()),
        ("there, longer pass", format!("{good}A")),
        ("there, wrong pass", link("other.txt").replace("other.txt", "secret.txt")),
        ("there, expired", expired),
        ("hidden", link(".hallpass/secret")),
        ("a directory", link("public")),
        ("the mount", "/media/".to_owned()),
        ("outside", "/etc/passwd".to_owned()),
        ("beside the mount", "/mediax/secret.txt".to_owned()),
        ("no path", "/".to_owned()),
    ];
    let refusal = send(&service, head("/media/no-such-thing"));
    for (case, url) in &cases {
        assert_refused(&send(&service, get(url)), case);
        send(&service, head(url)).assert_same(&refusal, case);
        let eager =
            get(url).header("range", "bytes=0-1").header("if-match", "*").header("if-modified-since", "x");
        assert_refused(&send(&service, eager), case);
    }
    assert_eq!((send(&service, get(&good)).status, refusal.status), (200, 404));
}

#[test]
fn a_bad_pass_touches_no_store() {
    let shelf = shelf();
    let service = mount(&shelf);
    for url in [
        "/media/secret.txt",
        "/media/secret.txt?pass=AAAA",
        &(link("secret.txt") + "A"),
        "/media/../secret.txt",
    ] {
        assert_refused(&send(&service, get(url)), url);
    }
    assert_eq!(shelf.lookups(), 0);
    send(&service, get(&link("secret.txt")));
    assert_eq!(shelf.lookups(), 1);
}

#[test]
fn options_and_other_methods_answer_alike_for_every_key() {
    let shelf = shelf();
    let service = mount(&shelf);
    for method in ["OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get"] {
        let ask = |url: &str| send(&service, http::Request::builder().method(method).uri(url));
        let first = ask("/media/secret.txt");
        assert_eq!(first.status, if method == "OPTIONS" { 204 } else { 405 }, "{method}");
        assert_eq!(first.header("allow"), "GET, HEAD, OPTIONS");
        for url in
            ["/media/missing", "/media/public/logo.png", &link("secret.txt"), "/media/../x", "/elsewhere"]
        {
            ask(url).assert_same(&first, &format!("{method} {url}"));
        }
    }
    assert_eq!(shelf.lookups(), 0);
}

#[test]
fn a_setting_changes_the_clone_it_is_set_on_only() {
    let closed = Download::new(shelf(), passes()).with_clock(crate::fixture::still());
    let open = closed.clone().with_public(Prefix::root());
    assert_eq!(send(&closed, get("/secret.txt")).status, 404);
    assert_eq!(send(&open, get("/secret.txt")).status, 200);
}
