//! Signed once, applied often.

use signer_cloudfront::{Pattern, Refusal, SignError, Window};

use crate::fixture::{ID, NOW, at, p256, rsa, url, verifier};

fn window() -> Window {
    Window::until_unix(NOW).unwrap()
}

#[test]
fn x03_one_signature_opens_all_that_it_covers() {
    let pattern = Pattern::parse("https://example.com/film/*").unwrap();
    let grant = p256().grant(&pattern, window()).unwrap();
    for text in
        ["https://example.com/film/1.ts", "https://example.com/film/2.ts?a=b", "https://example.com/film/"]
    {
        let signed = grant.apply(&url(text)).unwrap();
        assert!(
            signed
                .expose()
                .starts_with(&format!("{text}{}Policy=", if text.contains('?') { '&' } else { '?' }))
        );
        let verified = verifier().verify_url(signed.expose(), at(NOW - 1), None).unwrap();
        assert_eq!((verified.url(), verified.expires()), (text, at(NOW)));
    }
}

#[test]
fn x03_it_is_never_put_on_what_it_does_not_open() {
    let pattern = Pattern::parse("https://example.com/film/*").unwrap();
    let grant = p256().grant(&pattern, window()).unwrap();
    assert_eq!(grant.apply(&url("https://example.com/films")).unwrap_err(), SignError::NotCovered);

    // A canned policy is that of one URL, though its `?` would match another character in a custom one.
    let canned = p256().grant(&url("https://example.com/a?b"), window()).unwrap();
    assert!(canned.apply(&url("https://example.com/a?b")).is_ok());
    assert_eq!(canned.apply(&url("https://example.com/axb")).unwrap_err(), SignError::NotCovered);
}

/// What applying refuses is what the edge would refuse.
#[test]
fn x03_apply_and_the_edge_agree() {
    let pattern = Pattern::parse("http*://example.com/?/*.ts").unwrap();
    let grant = p256().grant(&pattern, window()).unwrap();
    let parameters: Vec<String> = grant.components().map(|(name, value)| format!("{name}={value}")).collect();
    for text in [
        "https://example.com/1/2.ts",
        "http://example.com/1/a/b.ts",
        "https://example.com/12/3.ts",
        "https://example.com/1/2.ts?x",
    ] {
        let separator = if text.contains('?') { '&' } else { '?' };
        let by_hand = format!("{text}{separator}{}", parameters.join("&"));
        let verdict = verifier().verify_url(&by_hand, at(NOW - 1), None);
        match grant.apply(&url(text)) {
            Ok(signed) => {
                assert_eq!(signed.expose(), by_hand);
                assert!(verdict.is_ok());
            }
            Err(error) => {
                assert_eq!(error, SignError::NotCovered);
                assert_eq!(verdict, Err(Refusal::NotCovered));
            }
        }
    }
}

#[test]
fn x03_components_are_the_parameters() {
    let pattern = Pattern::parse("https://example.com/film/*").unwrap();
    let grant = rsa().grant(&pattern, window()).unwrap();
    let components: Vec<(&str, &str)> = grant.components().collect();
    let names: Vec<&str> = components.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"]);
    assert_eq!(components[2].1, ID);
    assert_eq!(components[3].1, "SHA256");
}
