//! Keys that are elsewhere.

use signer_cloudfront::{ExternalKey, Pattern, SignError, SigningAlgorithm, Window};

use crate::fixture::{ID, NOW, URL, at, decode, id, p256, rsa, url, verifier};

fn window() -> Window {
    Window::until_unix(NOW).unwrap()
}

/// Takes the signature that a signer here makes for the same thing.
fn signature_of(signed: &str) -> Vec<u8> {
    decode(signed.split("Signature=").nth(1).unwrap().split('&').next().unwrap())
}

#[test]
fn x03_prepared_and_completed_is_the_same_as_signed() {
    let here = rsa().sign_url(&url(URL), window()).unwrap();
    let key = ExternalKey::new(id(), SigningAlgorithm::RsaSha256);
    let prepared = key.prepare(&url(URL), window()).unwrap();
    let expected = format!(
        r#"{{"Statement":[{{"Resource":"{URL}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{NOW}}}}}}}]}}"#
    );
    assert_eq!(prepared.message(), expected.as_bytes());
    let grant = prepared.complete(&signature_of(here.expose())).unwrap();
    assert_eq!(grant.apply(&url(URL)).unwrap(), here);
    assert_eq!(grant.cookies(), rsa().sign_cookies(&url(URL), window()).unwrap());
    assert_eq!((key.key_pair_id().as_str(), key.algorithm()), (ID, SigningAlgorithm::RsaSha256));
}

#[test]
fn x03_ecdsa_signatures_are_der() {
    let key = ExternalKey::new(id(), SigningAlgorithm::P256Sha256);
    let pattern = Pattern::parse("https://d111111abcdef8.cloudfront.net/*").unwrap();
    let here = p256().grant(&pattern, window()).unwrap().apply(&url(URL)).unwrap();
    let grant = key.prepare(&pattern, window()).unwrap().complete(&signature_of(here.expose())).unwrap();
    assert!(verifier().verify_url(grant.apply(&url(URL)).unwrap().expose(), at(NOW - 1), None).is_ok());
}

#[test]
fn signatures_of_another_form_are_refused() {
    let complete = |algorithm, signature: &[u8]| {
        let prepared = ExternalKey::new(id(), algorithm).prepare(&url(URL), window()).unwrap();
        prepared.complete(signature).map(|_| ())
    };
    let malformed = Err(SignError::MalformedSignature);
    for algorithm in [SigningAlgorithm::RsaSha1, SigningAlgorithm::RsaSha256] {
        assert_eq!(complete(algorithm, &[1; 256]), Ok(()));
        for length in [0, 64, 255, 257, 512] {
            assert_eq!(complete(algorithm, &vec![1; length]), malformed);
        }
    }
    let ecdsa = |signature: &[u8]| complete(SigningAlgorithm::P256Sha256, signature);
    assert_eq!(ecdsa(&[0x30, 6, 2, 1, 1, 2, 1, 1]), Ok(()));
    assert_eq!(ecdsa(&[0x30, 8, 2, 2, 0, 0x80, 2, 2, 0, 0xff]), Ok(()));
    assert_eq!(ecdsa(&[7; 64]), malformed, "r and s as they stand");
    assert_eq!(ecdsa(&[]), malformed);
    assert_eq!(ecdsa(&[0x30, 6, 2, 1, 0x80, 2, 1, 1]), malformed, "negative");
    assert_eq!(ecdsa(&[0x30, 7, 2, 2, 0, 1, 2, 1, 1]), malformed, "padded");
    assert_eq!(ecdsa(&[0x30, 7, 2, 1, 1, 2, 1, 1, 0]), malformed, "more than two");
    assert_eq!(ecdsa(&[0x30, 6, 2, 1, 1, 2, 1, 1, 0]), malformed, "something behind");
}
