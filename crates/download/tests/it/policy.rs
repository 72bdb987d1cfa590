//! The header policy: nothing that a stranger uploaded runs, nothing private is shared.

use std::sync::LazyLock;
use std::time::Duration;

use download::{HeaderPolicy, PrivateCache, ResourcePolicy, Viewer};
use http::request::Builder;
use links::LinkOptions;
use token_hmac::{Overrides, PassSpec, Subject};

use crate::fixture::{NO_OVERRIDES, Reply, get, head, key, link, link_with, mount, pass, send, shelf};
use crate::shelf::{Item, Shelf, field, item};

fn served(object: Item) -> Reply {
    send(&mount(&Shelf::default().with("x", object)), get(&link("x")))
}

/// What may be shown inline at all.
static INLINE: LazyLock<Vec<&str>> = LazyLock::new(|| {
    "image/png image/jpeg image/gif image/webp image/avif image/bmp image/x-icon image/vnd.microsoft.icon text/plain \
     application/pdf audio/mpeg audio/ogg video/mp4 video/webm"
        .split(' ')
        .collect()
});

#[track_caller]
fn assert_cannot_run(reply: &Reply, context: &str) {
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    let essence = reply.header("content-type").split(';').next().unwrap().to_ascii_lowercase();
    let (inline, policy) = (
        !reply.header("content-disposition").starts_with("attachment"),
        reply.header("content-security-policy"),
    );
    if inline {
        assert!(INLINE.contains(&essence.as_str()), "{context}: `{essence}` inline");
        assert!(
            essence == "application/pdf" || policy.starts_with("default-src 'none'"),
            "{context}: {policy}"
        );
    } else {
        assert!(essence == "application/pdf" || policy.contains("default-src 'none'"), "{context}: {policy}");
    }
    assert!(!policy.contains("script"), "{context}");
}

#[test]
fn s20_d21_active_types_are_saved_and_sandboxed() {
    const HTML: &str = "<script>alert(1)</script>";
    for (stored, sent) in [
        ("image/svg+xml", "image/svg+xml"),
        ("IMAGE/SVG+XML", "IMAGE/SVG+XML"),
        ("text/html", "text/html"),
        ("text/html; charset=utf-8", "text/html; charset=utf-8"),
        ("TEXT/HTML", "TEXT/HTML"),
        ("application/xhtml+xml", "application/xhtml+xml"),
        ("text/xml", "text/xml"),
        ("application/xml", "application/xml"),
        ("application/xml+xslt", "application/xml+xslt"),
        ("application/xslt+xml", "application/xslt+xml"),
        ("video/x+xml", "video/x+xml"),
        ("text/javascript", "text/javascript"),
        ("text/css", "text/css"),
        ("multipart/x-mixed-replace; boundary=x", "multipart/x-mixed-replace; boundary=x"),
        ("message/rfc822", "message/rfc822"),
        ("application/octet-stream", "application/octet-stream"),
        ("application/x-shockwave-flash", "application/x-shockwave-flash"),
        ("unknown/unknown", "unknown/unknown"),
        ("*/*", "*/*"),
        // What is no media type is not repeated: each browser reads another one out of it.
        ("text/html;image/png", "application/octet-stream"),
        ("image/png;text/html", "application/octet-stream"),
        ("image/png,text/html", "application/octet-stream"),
        ("image/png, text/html", "application/octet-stream"),
        ("image/png text/html", "application/octet-stream"),
        ("image/png;a=\"b,text/html\"", "application/octet-stream"),
        ("image", "application/octet-stream"),
        ("image/", "application/octet-stream"),
        ("/png", "application/octet-stream"),
        ("image/png+", "application/octet-stream"),
        ("image//png", "application/octet-stream"),
        ("image/svg\\+xml", "application/octet-stream"),
        ("", "application/octet-stream"),
    ] {
        for disposition in ["", "inline", "inline; filename=x.png", "INLINE", "foo"] {
            let mut object = item(HTML, stored);
            object.metadata.attributes.content_disposition =
                (!disposition.is_empty()).then(|| field(disposition));
            let reply = served(object);
            assert_cannot_run(&reply, stored);
            assert_eq!(reply.header("content-type"), sent);
            assert_eq!(
                reply.header("content-disposition"),
                "attachment; filename=\"x\"",
                "{stored} {disposition}"
            );
            assert_eq!(reply.header("content-security-policy"), "default-src 'none'; sandbox", "{stored}");
        }
    }
}

#[test]
fn s20_passive_types_are_shown_and_run_nothing() {
    for stored in INLINE.iter().copied().chain(["Image/PNG", "text/plain; charset=utf-8", "image/png; a=b"]) {
        let reply = served(item("<script>alert(1)</script>", stored));
        let sent = if stored == "text/plain" { "text/plain; charset=utf-8" } else { stored };
        assert_eq!(reply.header("content-type"), sent);
        assert_eq!(reply.header("content-disposition"), "inline; filename=\"x\"", "{stored}");
        assert_cannot_run(&reply, stored);
    }
}

#[test]
fn s20_no_pass_makes_an_active_type_inline() {
    let spec = key("x");
    for fixed in ["text/html", "image/svg+xml", "text/html;image/png", ""] {
        for disposition in ["inline", "inline; filename=x.html"] {
            let overrides = Overrides {
                content_type: Some(fixed),
                content_disposition: Some(disposition),
                ..NO_OVERRIDES
            };
            let token = pass(&PassSpec::object(&spec).with_overrides(overrides));
            let query = format!("response-content-type={fixed}&response-content-disposition={disposition}");
            let url = format!("/media/x?pass={token}&{}", query.replace(' ', "%20").replace("+x", "%2Bx"));
            let reply = send(&mount(&Shelf::default().with("x", item("x", "image/png"))), get(&url));
            assert_eq!(
                (reply.status, reply.header("content-disposition")),
                (200, "attachment; filename=\"x\"")
            );
        }
    }
}

#[test]
fn encoding_and_language_of_what_is_stored_pass_through() {
    let mut object = item("compressed", "text/plain");
    object.metadata.attributes.content_encoding = Some(field("gzip"));
    object.metadata.attributes.content_language = Some(field("de, en"));
    let reply = served(object);
    assert_eq!((reply.header("content-encoding"), reply.header("content-language")), ("gzip", "de, en"));
    assert_eq!((reply.header("content-length"), reply.bytes()), ("10", &b"compressed"[..]));
    let bare = served(item("x", "text/plain"));
    assert_eq!((bare.header("content-encoding"), bare.header("content-language")), ("", ""));
}

#[test]
fn d06_html_is_an_attachment_and_a_directory_is_missing() {
    let shelf = Shelf::default().with("docs/page.html", item("<p>", "text/html"));
    let reply = send(&mount(&shelf), get(&link("docs/page.html")));
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"page.html\"");
    assert_eq!(send(&mount(&shelf), get(&link("docs"))).status, 404);
}

/// Asks for everything a client can get out of one object.
fn every_answer(name: &str) -> Vec<(u16, Builder)> {
    let url = if name.starts_with("public/") { format!("/media/{name}") } else { link(name) };
    vec![
        (200, get(&url)),
        (200, head(&url)),
        (206, get(&url).header("range", "bytes=0-0")),
        (304, get(&url).header("if-none-match", "*")),
        (412, get(&url).header("if-match", "\"other\"")),
        (416, get(&url).header("range", "bytes=99-")),
    ]
}

#[test]
fn s30_dp5_x06_private_content_is_never_shared() {
    let wishes = [
        "",
        "public, max-age=31536000, immutable",
        "s-maxage=600",
        "max-age=60",
        "no-cache",
        "no-store",
        "private",
    ];
    for cache in [PrivateCache::Revalidate, PrivateCache::UntilExpiry, PrivateCache::NoStore] {
        for wish in wishes {
            let mut object = item("x", "text/plain");
            object.metadata.attributes.cache_control = (!wish.is_empty()).then(|| field(wish));
            let mut policy = HeaderPolicy::default();
            policy.private_cache = cache;
            let service = mount(&Shelf::default().with("x", object)).with_headers(policy);
            for (status, request) in every_answer("x") {
                let reply = send(&service, request);
                assert_eq!(reply.status, status);
                let sent = reply.header("cache-control");
                assert!(
                    sent.starts_with("private, ") && !sent.contains("public") && !sent.contains("s-maxage"),
                    "{sent}"
                );
                for cookie in ["set-cookie", "access-control-allow-origin", "vary", "age", "expires"] {
                    assert_eq!(reply.header(cookie), "");
                }
                let expected = match (cache, wish) {
                    (PrivateCache::NoStore, _) | (_, "no-store") => "private, no-store",
                    (PrivateCache::Revalidate, _) | (_, "no-cache") => "private, no-cache",
                    (_, "max-age=60") => "private, max-age=60",
                    _ => "private, max-age=3600",
                };
                assert_eq!(sent, expected, "{cache:?} {wish:?} {status}");
            }
        }
    }
    for (status, request) in [(404, get("/media/x")), (405, http::Request::post("/media/x"))] {
        let reply = send(&mount(&shelf()), request);
        assert_eq!((reply.status, reply.header("cache-control")), (status, "no-store"));
    }
}

#[test]
fn until_expiry_a_wish_can_only_shorten() {
    let mut policy = HeaderPolicy::default();
    policy.private_cache = PrivateCache::UntilExpiry;
    for (wish, expected) in [
        ("Max-Age=60", "private, max-age=60"),
        ("max-age = 60", "private, max-age=60"),
        ("max-age=\"60\"", "private, max-age=60"),
        ("max-age=60, max-age=30", "private, max-age=30"),
        ("max-age=0", "private, max-age=0"),
        ("max-age=7200", "private, max-age=3600"),
        ("max-age=-1", "private, max-age=0"),
        ("max-age=soon", "private, max-age=0"),
        ("max-age=18446744073709551616", "private, max-age=0"),
        ("x-max-age=5, public", "private, max-age=3600"),
        ("max-age=60, NO-CACHE", "private, no-cache"),
        ("no-cache, No-Store", "private, no-store"),
    ] {
        let mut object = item("x", "text/plain");
        object.metadata.attributes.cache_control = Some(field(wish));
        let service = mount(&Shelf::default().with("x", object)).with_headers(policy.clone());
        assert_eq!(send(&service, get(&link("x"))).header("cache-control"), expected, "{wish}");
    }
}

#[test]
fn s30_what_is_for_one_viewer_is_asked_for_again() {
    let mut policy = HeaderPolicy::default();
    policy.private_cache = PrivateCache::UntilExpiry;
    let service = mount(&Shelf::default().with("x", item("x", "text/plain"))).with_headers(policy);
    for (subject, viewer, expected) in [
        (Subject::Bearer, Viewer::default(), "private, max-age=3600"),
        (Subject::User("ann".into()), Viewer::user("ann"), "private, no-cache"),
        (Subject::Session("s1".into()), Viewer::session("s1"), "private, no-cache"),
    ] {
        let options = LinkOptions::lasting(Duration::from_hours(1)).with_subject(subject);
        let reply = send(&service, get(&link_with("x", &options)).extension(viewer));
        assert_eq!((reply.status, reply.header("cache-control")), (200, expected));
    }
}

#[test]
fn s30_public_content_is_cached_as_its_store_says() {
    for (wish, expected) in
        [("", "public, max-age=3600"), ("public, max-age=5", "public, max-age=5"), ("no-store", "no-store")]
    {
        let mut object = item("x", "text/plain");
        object.metadata.attributes.cache_control = (!wish.is_empty()).then(|| field(wish));
        let service = mount(&Shelf::default().with("public/x", object));
        for (status, request) in every_answer("public/x") {
            let reply = send(&service, request);
            assert_eq!((reply.status, reply.header("cache-control")), (status, expected));
            assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin");
        }
    }
}

#[test]
fn x06_who_may_embed_private_content_is_a_setting() {
    for (setting, expected) in [
        (ResourcePolicy::SameOrigin, "same-origin"),
        (ResourcePolicy::default(), "same-site"),
        (ResourcePolicy::CrossOrigin, "cross-origin"),
    ] {
        let mut policy = HeaderPolicy::default();
        policy.resource_policy = setting;
        let service = mount(&shelf()).with_headers(policy);
        for (status, request) in every_answer("secret.txt") {
            let reply = send(&service, request);
            assert_eq!((reply.status, reply.header("cross-origin-resource-policy")), (status, expected));
        }
    }
}

#[test]
fn s25_s31_request_headers_that_proxies_trust_change_nothing() {
    let service = mount(&shelf());
    let fields = [
        ("host", "evil.com"),
        ("host", "a@b"),
        ("forwarded", "for=evil;host=evil.com;proto=http"),
        ("x-forwarded-host", "evil.com"),
        ("x-forwarded-prefix", "/public"),
        ("x-forwarded-proto", "http"),
        ("x-original-url", "/media/public/logo.png"),
        ("x-rewrite-url", "/media/public/logo.png"),
        ("x-sendfile-type", "X-Accel-Redirect"),
        ("x-accel-mapping", "/=/etc/"),
        ("x-accel-redirect", "/etc/passwd"),
        ("x-sendfile", "/etc/passwd"),
        ("x-lighttpd-send-file", "/etc/passwd"),
        ("x-http-method-override", "DELETE"),
        ("accept", "text/html"),
        ("accept-encoding", "gzip"),
        ("origin", "https://evil.com"),
        ("cookie", "pass=x"),
        ("authorization", "Bearer x"),
    ];
    for url in [link("secret.txt").as_str(), "/media/secret.txt", "/media/public/logo.png", "/media/x"] {
        let plain = send(&service, get(url));
        for (name, value) in fields {
            send(&service, get(url).header(name, value))
                .assert_same(&plain, &format!("{url}: {name}: {value}"));
        }
        let absolute = format!("http://evil.com{url}");
        send(&service, get(&absolute)).assert_same(&plain, "absolute form");
    }
}
