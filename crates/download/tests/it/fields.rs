//! Hostile names and values in header fields.

use links::Disposition;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use token_hmac::{Overrides, PassSpec};

use crate::fixture::{NO_OVERRIDES, get, key, link, mount, pass, send};
use crate::shelf::{Shelf, field, item};

/// Serves an object of this name and returns its disposition.
fn disposition_of(name: &str) -> String {
    let reply = send(&mount(&Shelf::default().with(name, item("x", "image/png"))), get(&link(name)));
    assert_eq!(reply.status, 200, "{name}");
    reply.header("content-disposition").to_owned()
}

#[test]
fn d20_s24_s51_hostile_names_stay_inside_their_quotes() {
    for (name, expected) in [
        ("a.png", "inline; filename=\"a.png\""),
        (
            "a\"; filename=evil.bat",
            "inline; filename=\"a__ filename=evil.bat\"; filename*=UTF-8''a%22%3B%20filename%3Devil.bat",
        ),
        (
            "my \"file\"; filename=evil.exe",
            "inline; filename=\"my _file__ filename=evil.exe\"; filename*=UTF-8''my%20%22file%22%3B%20filename%3Devil.exe",
        ),
        ("setup.bat;.pdf", "inline; filename=\"setup.bat_.pdf\"; filename*=UTF-8''setup.bat%3B.pdf"),
        ("🎉.png", "inline; filename=\"_.png\"; filename*=UTF-8''%F0%9F%8E%89.png"),
        ("50%25.png", "inline; filename=\"50_25.png\"; filename*=UTF-8''50%2525.png"),
        ("a b/c'd,e.png", "inline; filename=\"c'd,e.png\""),
        ("x\u{202e}gnp.exe", "inline; filename=\"xgnp.exe\""),
    ] {
        assert_eq!(disposition_of(name), expected, "{name}");
    }
    let long = disposition_of(&format!("{}.png", "ü".repeat(300)));
    assert!(long.len() < 1000 && long.rsplit_once('.').unwrap().1 == "png", "{long}");
}

/// Serves an image under a pass that fixes these overrides.
fn with_overrides(overrides: Overrides<'_>) -> crate::fixture::Reply {
    let spec = key("a.png");
    let token = pass(&PassSpec::object(&spec).with_overrides(overrides));
    let encode = |name: &str, value: Option<&str>| {
        value.map_or_else(String::new, |value| {
            format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        })
    };
    let url = format!(
        "/media/a.png?pass={token}{}{}{}{}",
        encode("response-content-type", overrides.content_type),
        encode("response-content-disposition", overrides.content_disposition),
        encode("response-content-language", overrides.content_language),
        encode("response-cache-control", overrides.cache_control),
    );
    let mut object = item("x", "image/png");
    object.metadata.attributes.content_language = Some(field("en"));
    let reply = send(&mount(&Shelf::default().with("a.png", object)), get(&url));
    assert_eq!(reply.status, 200, "{url}");
    reply
}

#[test]
fn s24_what_cannot_stand_in_a_field_is_never_sent() {
    let plain = with_overrides(NO_OVERRIDES);
    let names: Vec<_> = plain.headers.keys().cloned().collect();
    for evil in
        ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\0b", "a\u{7f}b", "\u{85}", "日本", "🎉", "\r\n\r\n<script>", ""]
    {
        let fixed = Some(evil);
        let reply = with_overrides(Overrides {
            content_type: fixed,
            content_disposition: fixed,
            content_language: fixed,
            cache_control: fixed,
        });
        assert_eq!(reply.header("content-type"), "application/octet-stream", "{evil:?}");
        assert_eq!(reply.header("content-disposition"), "attachment; filename=\"a.png\"", "{evil:?}");
        assert_eq!(reply.header("cache-control"), "private, no-cache", "{evil:?}");
        assert!(!format!("{:?}", reply.headers).to_lowercase().contains("evil"), "{evil:?}");
        assert!(
            reply.headers.keys().all(|name| names.contains(name) || name == "content-security-policy"),
            "{evil:?}"
        );
        assert_eq!(reply.bytes(), b"x");
    }
}

#[test]
fn a_given_disposition_is_kept_where_it_is_harmless() {
    let sent = |given: &str| {
        with_overrides(Overrides { content_disposition: Some(given), ..NO_OVERRIDES })
            .header("content-disposition")
            .to_owned()
    };
    for kept in ["inline", "attachment", "INLINE; filename=x", "Attachment;filename=\"x y.png\""] {
        assert_eq!(sent(kept), kept);
    }
    let named = Disposition::attachment("Übersicht.png").to_string();
    assert_eq!(sent(&named), named);
    for odd in ["form-data; name=x", "inline x", "\"inline\"", "inline, attachment", "; filename=x", "render"]
    {
        assert_eq!(sent(odd), "attachment; filename=\"a.png\"", "{odd:?}");
    }
}
