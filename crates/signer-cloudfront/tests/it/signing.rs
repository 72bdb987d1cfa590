//! What is signed: canned where it can be, custom where it must be, or as asked.

use signer_cloudfront::{
    Conditions, IpCidr, Pattern, PolicyForm, SignError, Signer, SigningAlgorithm, Window,
};

use crate::fixture::{ID, NOW, RSA, URL, at, decode, id, key, p256, rsa, url, verifier};

fn policy_of(signed: &str) -> String {
    let value = signed.split(['?', '&']).find_map(|pair| pair.strip_prefix("Policy=")).unwrap();
    String::from_utf8(decode(value)).unwrap()
}

#[test]
fn x03_canned_is_the_shortest() {
    let window = Window::until_unix(NOW).unwrap();
    let signed = rsa().sign_url(&url(URL), window).unwrap();
    let text = signed.expose();
    assert!(text.starts_with(&format!("{URL}&Expires={NOW}&Signature=")), "{text}");
    assert!(text.ends_with(&format!("&Key-Pair-Id={ID}&Hash-Algorithm=SHA256")), "{text}");
    assert_eq!(signed.clone().into_string(), text);

    let without_query = rsa().sign_url(&url("https://example.com/a"), window).unwrap();
    assert!(without_query.expose().starts_with("https://example.com/a?Expires="));
}

#[test]
fn x03_custom_where_it_must_be_or_as_asked() {
    let window = Window::until_unix(NOW).unwrap();
    let policy = |conditions: Conditions| policy_of(p256().sign_url(&url(URL), conditions).unwrap().expose());
    let start = format!(
        r#"{{"Statement":[{{"Resource":"{URL}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{NOW}}}"#
    );

    assert_eq!(policy(Conditions::new(window).with_form(PolicyForm::Custom)), format!("{start}}}}}]}}"));
    let block = IpCidr::parse("192.0.2.0/24").unwrap();
    let address = r#","IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}"#;
    assert_eq!(policy(Conditions::new(window).with_source_ip(block)), format!("{start}{address}}}}}]}}"));

    let window = Window::between(at(NOW - 60), at(NOW)).unwrap();
    let begin = format!(r#","DateGreaterThan":{{"AWS:EpochTime":{}}}"#, NOW - 60);
    assert_eq!(policy(window.into()), format!("{start}{begin}}}}}]}}"));
    let both = Conditions::new(window).with_source_ip(block);
    assert_eq!(policy(both), format!("{start}{begin}{address}}}}}]}}"));
    assert_eq!((both.window(), both.form()), (window, PolicyForm::Shortest));
}

#[test]
fn x03_canned_cannot_say_more() {
    let window = Window::until_unix(NOW).unwrap();
    let canned = Conditions::new(window).with_form(PolicyForm::Canned);
    assert!(p256().sign_url(&url(URL), canned).is_ok());
    let begun = Conditions::new(Window::between(at(1), at(2)).unwrap()).with_form(PolicyForm::Canned);
    assert_eq!(p256().sign_url(&url(URL), begun).unwrap_err(), SignError::NotCanned);
    let from = canned.with_source_ip(IpCidr::parse("192.0.2.7").unwrap());
    assert_eq!(p256().sign_url(&url(URL), from).unwrap_err(), SignError::NotCanned);
    let pattern = Pattern::parse("https://example.com/*").unwrap();
    let error = p256().grant(&pattern, canned).unwrap_err();
    assert_eq!(error, SignError::NotCanned);
    assert!(error.to_string().contains("shortest"));
}

#[test]
fn x03_rsa_is_the_same_each_time_and_both_kinds_have_the_known_length() {
    let window = Window::until_unix(NOW).unwrap();
    let resource = url("https://d111111abcdef8.cloudfront.net/");
    let sign = |signer: &Signer| signer.sign_url(&resource, window).unwrap().into_string();
    assert_eq!(sign(&rsa()), sign(&rsa()));
    let length = |signer: &Signer| {
        let text = sign(signer);
        text.split("&Signature=").nth(1).unwrap().split('&').next().unwrap().len()
    };
    assert_eq!(length(&rsa()), 344);
    assert!(matches!(length(&p256()), 92 | 96));
}

#[test]
fn the_algorithm_follows_the_key() {
    assert_eq!(rsa().algorithm(), SigningAlgorithm::RsaSha256);
    assert_eq!(p256().algorithm(), SigningAlgorithm::P256Sha256);
    assert_eq!(p256().key_pair_id().as_str(), ID);
    if cfg!(feature = "rsa") {
        let sha1 = Signer::sha1(id(), key(RSA)).unwrap();
        assert_eq!(sha1.algorithm(), SigningAlgorithm::RsaSha1);
        let signed = sha1.sign_url(&url(URL), Window::until_unix(NOW).unwrap()).unwrap();
        assert!(!signed.expose().contains("Hash-Algorithm"));
    }
}

#[test]
fn signed_urls_end_where_cloudfront_stops_reading() {
    let window = Window::until_unix(NOW).unwrap();
    let long = url(&format!("https://example.com/{}", "a".repeat(7900)));
    assert!(matches!(rsa().sign_url(&long, window), Err(SignError::TooLong { length }) if length > 8192));
    assert!(p256().sign_url(&long, window).is_ok(), "ECDSA signatures are shorter");
}

#[test]
fn signers_are_shared_among_threads() {
    let (signer, verifier) = (p256(), verifier());
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (signer, verifier) = (&signer, &verifier);
            scope.spawn(move || {
                let url = url(&format!("https://example.com/{number}"));
                let signed = signer.sign_url(&url, Window::until_unix(NOW).unwrap()).unwrap();
                assert!(verifier.verify_url(signed.expose(), at(NOW - 1), None).is_ok());
            });
        }
    });
}
