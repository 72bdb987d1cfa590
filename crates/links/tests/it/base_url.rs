//! [`BaseUrl`]: what a configuration may say, and that nothing else gets into a link.

use links::{BaseUrl, InvalidBaseUrl};
use object_key::Prefix;

use crate::fixture::key;

#[track_caller]
fn check(text: &str, expected: Result<&str, InvalidBaseUrl>) {
    let parsed = BaseUrl::parse(text);
    assert_eq!(parsed.as_ref().map(BaseUrl::path).map_err(|error| *error), expected, "{text:?}");
    if let Ok(base) = parsed {
        assert_eq!(base.as_str(), text, "kept exactly");
        assert_eq!(text.parse::<BaseUrl>().unwrap(), base);
        assert_eq!(base.to_string(), text);
    }
}

#[test]
fn accepts_addresses_of_mounts() {
    check("https://media.example.com/media/", Ok("/media/"));
    check("http://127.0.0.1:8080/", Ok("/"));
    check("http://[::1]:8080/media/", Ok("/media/"));
    check("https://media.example.com:8443/a/b%20c/", Ok("/a/b%20c/"));
    check("https://EXAMPLE.com/Media/", Ok("/Media/"));
    check("https://example.com/~user/(x)/", Ok("/~user/(x)/"));
}

#[test]
fn s31_refuses_what_is_no_address_of_a_mount() {
    use InvalidBaseUrl::{Host, NotAUrl, Path, Scheme};

    for no_url in
        ["", "https://", "https:///media/", "https://exa mple.com/", "https://a\r\nX: y/", "https://a/\0/"]
    {
        check(no_url, Err(NotAUrl));
    }
    for scheme in ["ftp://a/", "javascript://a/", "/media/", "*", "media.example.com", "//evil.com/media/"] {
        let error = BaseUrl::parse(scheme).unwrap_err();
        assert!(matches!(error, Scheme | NotAUrl), "{scheme:?}: {error:?}");
    }
    check("https://a@b/", Err(Host));
    check("https://user:secret@media.example.com/", Err(Host));
    check("https://:443/media/", Err(Host));
    check("https://a:/media/", Err(Host));
    check("https://a:99999/media/", Err(Host));
    for path in
        ["https://a", "https://a/media", "https://a/media/?x/", "https://a/media/#x/", "https://a/media/?/"]
    {
        check(path, Err(Path));
    }
    for path in [
        "https://a//",
        "https://a//b/",
        "https://a/b//",
        "https://a/b//c/",
        "https://a/./",
        "https://a/../b/",
    ] {
        check(path, Err(Path));
    }
    for path in
        ["https://a/%2e%2e/", "https://a/b%2Fc/", "https://a/%zz/", "https://a/%00/", "https://a/%ff/"]
    {
        check(path, Err(Path));
    }
    // A client sends `é` and `"` back as `%C3%A9` and `%22`: such a mount would never be found again.
    for path in ["https://a/é/", "https://a/\"/", "https://a/{x}/", "https://a/b|c/"] {
        let error = BaseUrl::parse(path).unwrap_err();
        assert!(matches!(error, Path | NotAUrl), "{path:?}: {error:?}");
    }
}

#[test]
fn s45_a_lookalike_is_another_origin_or_none() {
    check("https://ok.example@evil.com/", Err(InvalidBaseUrl::Host));
    check("https://ok.example:443@evil.com/", Err(InvalidBaseUrl::Host));
    check("https://evil.com/?https://ok.example/", Err(InvalidBaseUrl::Path));
    check("https://evil.com#https://ok.example/", Err(InvalidBaseUrl::Path));
    assert!(BaseUrl::parse("https://ok.example\\@evil.com/").is_err());
    let near = BaseUrl::parse("https://ok.example.evil.com/").unwrap();
    assert_eq!(near.object(&key("x")), "https://ok.example.evil.com/x");
}

#[test]
fn d13_a_key_is_appended_and_never_resolved() {
    let base = BaseUrl::parse("https://media.example.com/media/").unwrap();
    for (name, path) in [
        ("a b?c#d.txt", "a%20b%3Fc%23d.txt"),
        ("https:evil.com", "https%3Aevil.com"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("evil.com@x/y", "evil.com%40x/y"),
        ("..x/...", "..x/..."),
        ("%2e%2e/%2f", "%252e%252e/%252f"),
        ("ü/日", "%C3%BC/%E6%97%A5"),
    ] {
        assert_eq!(base.object(&key(name)), format!("https://media.example.com/media/{path}"));
    }
    let prefix = Prefix::parse("tenant a/").unwrap();
    assert_eq!(base.prefix(&prefix), "https://media.example.com/media/tenant%20a/");
    assert_eq!(base.prefix(&Prefix::root()), base.as_str());
}
