//! S33: nothing that prints itself prints a key or a signature.

use std::fmt::Debug;
use std::num::NonZeroUsize;
use std::time::Duration;

use signer_cloudfront::{ExternalKey, Lifetime, SigningAlgorithm, StableUrls, Window};

use crate::fixture::{NOW, P256, RSA, URL, at, der, id, key, p256, rsa, url, verifier};

#[track_caller]
fn check_silent(value: &impl Debug, forbidden: &[&str]) {
    for printed in [format!("{value:?}"), format!("{value:#?}")] {
        for text in forbidden {
            assert!(!printed.contains(text), "{printed}");
        }
    }
}

#[test]
fn s33_debug_of_every_type_is_silent() {
    let window = Window::until_unix(NOW).unwrap();
    let grant = rsa().grant(&url(URL), window).unwrap();
    let signature = grant.components().find(|(name, _)| *name == "Signature").unwrap().1.to_owned();
    let lines: Vec<&str> = RSA.lines().chain(P256.lines()).filter(|line| !line.starts_with('-')).collect();
    // Bytes of either key, as a list of numbers would show them.
    let mut forbidden = vec![&signature[..12], "48, 130, 4", "243, 192, 1", "Signature", "MII"];
    forbidden.extend(lines.iter().map(|line| &line[..12.min(line.len())]));

    check_silent(&key(RSA), &forbidden);
    check_silent(&key(P256), &forbidden);
    check_silent(&rsa(), &forbidden);
    check_silent(&p256(), &forbidden);
    check_silent(&grant, &forbidden);
    check_silent(&grant.apply(&url(URL)).unwrap(), &forbidden);
    check_silent(&grant.cookies(), &forbidden[..3]);
    check_silent(
        &ExternalKey::new(id(), SigningAlgorithm::RsaSha1).prepare(&url(URL), window).unwrap(),
        &forbidden,
    );
    check_silent(&verifier(), &forbidden);
    let lifetime = Lifetime::Fixed(Duration::from_secs(1));
    let urls = StableUrls::new(rsa(), lifetime, NonZeroUsize::MIN);
    urls.sign_url(&url(URL), at(NOW)).unwrap();
    check_silent(&urls, &forbidden);
    assert_eq!(format!("{:?}", key(RSA)), "PrivateKey(RSA, ..)");
    assert!(format!("{:?}", rsa()).contains("K2JCJMDEHXQW5F"));
    let shown = format!("{:?}", grant.apply(&url(URL)).unwrap());
    assert_eq!(shown, "SignedUrl(https://d111111abcdef8.cloudfront.net/albums/42/1.jpg?..)");
}

/// The bytes looked for are those that a derived `Debug` would print.
#[test]
fn s33_the_forms_would_be_found() {
    assert!(format!("{:?}", der(RSA)).contains("48, 130, 4"));
    assert!(format!("{:?}", der(P256)).contains("243, 192, 1"));
}

#[test]
fn s33_refusals_hold_no_signature() {
    let signed = p256().sign_url(&url(URL), Window::until_unix(NOW).unwrap()).unwrap();
    let signature = signed.expose().split("Signature=").nth(1).unwrap()[..20].to_owned();
    for text in [
        signed.expose().to_owned(),
        signed.expose().replace("1.jpg", "2.jpg"),
        signed.expose().replace("K2", "K3"),
    ] {
        let refusal = verifier().verify_url(&text, at(NOW), None).unwrap_err();
        assert!(!format!("{refusal:?} {refusal}").contains(&signature));
    }
}
