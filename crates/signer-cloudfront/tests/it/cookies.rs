//! Cookies: the same signatures under other names.

use signer_cloudfront::{
    CookieScope, InvalidCookieScope, Pattern, Refusal, SameSite, SignedCookies, Verified, Window,
};

use crate::fixture::{ID, NOW, URL, at, p256, url, verifier};

fn verify(url: &str, cookies: &SignedCookies) -> Result<Verified, Refusal> {
    let others = [("session", "x"), ("cloudfront-policy", "y"), ("Policy", "z"), ("CloudFront-Viewer", "v")];
    verifier().verify_cookies(url, others.into_iter().chain(cookies.pairs()), at(NOW - 1), None)
}

#[test]
fn x03_canned_cookies_open_one_url() {
    let cookies = p256().sign_cookies(&url(URL), Window::until_unix(NOW).unwrap()).unwrap();
    let names: Vec<&str> = cookies.pairs().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["CloudFront-Expires", "CloudFront-Signature", "CloudFront-Key-Pair-Id", "CloudFront-Hash-Algorithm"]
    );
    assert_eq!(verify(URL, &cookies).unwrap().url(), URL);
    assert_eq!(verify(&format!("{URL}1"), &cookies).unwrap_err(), Refusal::BadSignature);
}

#[test]
fn x03_custom_cookies_open_a_pattern() {
    let pattern = Pattern::parse("https://d111111abcdef8.cloudfront.net/albums/42/*").unwrap();
    let cookies = p256().sign_cookies(&pattern, Window::until_unix(NOW).unwrap()).unwrap();
    assert_eq!(cookies.pairs().next().unwrap().0, "CloudFront-Policy");
    assert_eq!(verify(URL, &cookies).unwrap().key_pair_id().as_str(), ID);
    let other = "https://d111111abcdef8.cloudfront.net/albums/43/1.jpg";
    assert_eq!(verify(other, &cookies).unwrap_err(), Refusal::NotCovered);
}

#[test]
fn set_cookie_fields_are_closed_and_end_with_the_session() {
    let cookies = p256().sign_cookies(&url(URL), Window::until_unix(NOW).unwrap()).unwrap();
    let scope = CookieScope::new().with_domain("example.com").unwrap().with_path("/albums/42").unwrap();
    let fields: Vec<String> = cookies.set_cookie(&scope).collect();
    assert_eq!(fields.len(), 4);
    assert_eq!(
        fields[0],
        format!("CloudFront-Expires={NOW}; Domain=example.com; Path=/albums/42; Secure; HttpOnly")
    );
    for field in &fields {
        assert!(field.ends_with("; Secure; HttpOnly") && !field.contains("Max-Age"), "{field}");
    }
    let attributes = |scope: CookieScope| cookies.set_cookie(&scope).next().unwrap();
    let value = format!("CloudFront-Expires={NOW}");
    assert_eq!(attributes(CookieScope::new()), format!("{value}; Secure; HttpOnly"));
    for (same_site, word) in [(SameSite::Strict, "Strict"), (SameSite::Lax, "Lax"), (SameSite::None, "None")]
    {
        let scope = CookieScope::new().with_same_site(same_site);
        assert_eq!(attributes(scope), format!("{value}; Secure; HttpOnly; SameSite={word}"));
    }
}

#[test]
fn deletions_name_every_cookie_in_the_same_scope() {
    let scope = CookieScope::new().with_path("/a").unwrap();
    let deletions: Vec<String> = scope.deletions().collect();
    for name in ["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"] {
        let expected = format!("CloudFront-{name}=; Path=/a; Secure; HttpOnly; Max-Age=0");
        assert!(deletions.contains(&expected), "{expected}");
    }
    assert_eq!(deletions.len(), 5);
}

#[test]
fn scopes_cannot_carry_further_attributes() {
    for bad in ["", "a;b", "a b", "a\r\nb", "a,b", "ä", "a/b", "*.a"] {
        assert_eq!(CookieScope::new().with_domain(bad).unwrap_err(), InvalidCookieScope::Domain, "{bad}");
    }
    for bad in ["", "a", "/a;b", "/a b", "/a\r\nb", "/ä", "/a/*", "/a?b", "/a#b"] {
        let error = CookieScope::new().with_path(bad).unwrap_err();
        assert_eq!(error, InvalidCookieScope::Path, "{bad}");
        assert!(!error.to_string().is_empty());
    }
}
