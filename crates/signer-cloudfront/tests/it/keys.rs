//! Every form of key that CloudFront can use, and every other thing that people put in its place.

use signer_cloudfront::{
    InvalidKey, InvalidKeyPairId, KeyPairId, PrivateKey, PublicKey, Signer, UnusableKey,
};

use crate::fixture::{P256, P256_PUBLIC, RSA, RSA_PUBLIC, der, id};

macro_rules! pem {
    ($name:literal) => {
        include_str!(concat!("../keys/", $name, ".pem"))
    };
}

#[track_caller]
fn accept(pem: &str, public: &str) {
    let public = PublicKey::from_pem(public).unwrap();
    assert!(PrivateKey::from_pem(pem).unwrap().public_key() == public);
    Signer::sha256(id(), PrivateKey::from_pem(pem).unwrap()).unwrap();
}

#[test]
fn every_form_of_private_key_is_read() {
    accept(RSA, RSA_PUBLIC);
    accept(pem!("rsa-pkcs8"), RSA_PUBLIC);
    accept(RSA, pem!("rsa-public-pkcs1"));
    accept(P256, P256_PUBLIC);
    accept(pem!("p256-pkcs8"), P256_PUBLIC);
    accept(pem!("p256-with-parameters"), P256_PUBLIC);
}

#[test]
fn what_editors_do_to_a_file_does_no_harm() {
    accept(&RSA.replace('\n', "\r\n"), RSA_PUBLIC);
    accept(&RSA.replace('\n', "\n    "), RSA_PUBLIC);
    accept(&format!("Bag Attributes\n  a: b\n{RSA}\n\n"), RSA_PUBLIC);
    accept(RSA.trim_end(), RSA_PUBLIC);
    accept(&RSA.replace("KEY-----\n", "KEY----- \t\n"), RSA_PUBLIC);
}

#[test]
fn der_is_read_like_pem() {
    for pem in [RSA, pem!("rsa-pkcs8"), P256, pem!("p256-pkcs8")] {
        let key = PrivateKey::from_der(&der(pem)).unwrap();
        assert!(key.public_key() == PrivateKey::from_pem(pem).unwrap().public_key());
        assert_eq!(PublicKey::from_der(&der(pem)).unwrap_err(), InvalidKey::PrivateKey);
    }
    for pem in [RSA_PUBLIC, P256_PUBLIC, pem!("rsa-public-pkcs1")] {
        assert!(PublicKey::from_der(&der(pem)).unwrap() == PublicKey::from_pem(pem).unwrap());
        assert_eq!(PrivateKey::from_der(&der(pem)).unwrap_err(), InvalidKey::PublicKey);
    }
}

#[track_caller]
fn refuse(pem: &str, expected: InvalidKey, hint: &str) {
    let error = PrivateKey::from_pem(pem).unwrap_err();
    assert_eq!(error, expected);
    assert!(error.to_string().contains(hint), "{error}");
}

#[test]
fn each_wrong_key_is_called_by_its_name() {
    refuse(pem!("odd/rsa-1024"), InvalidKey::RsaSize { bits: 1024 }, "1024 bits, CloudFront needs 2048");
    refuse(pem!("odd/rsa-4096"), InvalidKey::RsaSize { bits: 4096 }, "4096");
    refuse(pem!("odd/rsa-pss"), InvalidKey::RsaPss, "PSS");
    refuse(pem!("odd/p384-sec1"), InvalidKey::Curve { name: "P-384" }, "P-384");
    refuse(pem!("odd/secp256k1"), InvalidKey::Curve { name: "secp256k1" }, "P-256");
    refuse(pem!("odd/p256-explicit"), InvalidKey::Curve { name: "a curve without a name" }, "prime256v1");
    refuse(pem!("odd/ed25519"), InvalidKey::Algorithm { name: "Ed25519" }, "RSA or ECDSA");
    refuse(pem!("odd/p256-no-public"), InvalidKey::PublicHalfMissing, "openssl ec -in");
    refuse(pem!("odd/encrypted-pkcs8"), InvalidKey::Encrypted, "passphrase");
    refuse(pem!("odd/encrypted-traditional"), InvalidKey::Encrypted, "openssl pkey");
    refuse(pem!("odd/openssh"), InvalidKey::OpenSsh, "ssh-keygen -p -m PEM");
    refuse(pem!("odd/certificate"), InvalidKey::Certificate, "certificate");
    refuse(RSA_PUBLIC, InvalidKey::PublicKey, "public");
    refuse(P256_PUBLIC, InvalidKey::PublicKey, "public");
    refuse(pem!("rsa-public-pkcs1"), InvalidKey::PublicKey, "public");
}

#[test]
fn each_damage_is_called_by_its_name() {
    refuse("", InvalidKey::NotPem, "-----BEGIN");
    refuse("private_key.pem", InvalidKey::NotPem, "-----BEGIN");
    refuse(&RSA.replace('\n', "\\n"), InvalidKey::LostNewlines, "line breaks");
    refuse(&RSA.replace('\n', " "), InvalidKey::LostNewlines, "line breaks");
    refuse(&RSA.replace('\n', ""), InvalidKey::LostNewlines, "line breaks");
    refuse(&RSA.replacen("KEY-----\n", "KEY-----\n\\n", 1), InvalidKey::LostNewlines, "line breaks");
    refuse(&RSA[..800], InvalidKey::Truncated, "END");
    refuse("-----BEGIN RSA PRIVATE KEY", InvalidKey::Truncated, "END");
    refuse(&RSA.replace("-----END RSA", "-----END EC"), InvalidKey::Truncated, "END");
    refuse(&RSA.replace("MII", "M!I"), InvalidKey::NotBase64, "base64");
    refuse(&format!("{RSA}{P256}"), InvalidKey::Several, "several");
    refuse(&RSA.replace("MII", "MIA"), InvalidKey::Malformed, "damaged");
    refuse(&RSA.replace("RSA PRIVATE", "RSA SECRET"), InvalidKey::Malformed, "structure");
}

#[test]
fn wrong_public_keys_are_called_by_their_names() {
    let error = |pem| PublicKey::from_pem(pem).unwrap_err();
    assert_eq!(error(RSA), InvalidKey::PrivateKey);
    assert_eq!(error(P256), InvalidKey::PrivateKey);
    assert_eq!(error(pem!("odd/p256-compressed-public")), InvalidKey::Compressed);
    assert_eq!(error(pem!("odd/certificate")), InvalidKey::Certificate);
    assert!(error(RSA).to_string().contains("-pubout"));
}

#[test]
fn no_cut_or_changed_byte_makes_the_reader_fail_otherwise() {
    for pem in [RSA, P256, pem!("p256-pkcs8"), pem!("rsa-pkcs8")] {
        let whole = der(pem);
        for length in 0..whole.len() {
            assert!(PrivateKey::from_der(&whole[..length]).is_err(), "{length}");
        }
        // Some changes make another key; those that read well must still be refused or sign without a panic.
        for at in (0..whole.len().min(64)).chain([whole.len() - 1]) {
            let mut changed = whole.clone();
            changed[at] ^= 0x41;
            if let Ok(key) = PrivateKey::from_der(&changed) {
                let _ = Signer::sha256(id(), key).map_err(|error| assert_eq!(error, UnusableKey::Rejected));
            }
        }
        let longer = [&whole[..], &[0]].concat();
        assert_eq!(PrivateKey::from_der(&longer).unwrap_err(), InvalidKey::Malformed);
    }
}

#[test]
fn a_scalar_and_a_point_that_do_not_belong_together_are_rejected() {
    let mut changed = der(P256);
    changed[10] ^= 1; // within the scalar
    let key = PrivateKey::from_der(&changed).unwrap();
    assert_eq!(Signer::sha256(id(), key).unwrap_err(), UnusableKey::Rejected);
}

#[test]
fn s34_what_no_backend_serves_names_the_feature() {
    let error = Signer::sha1(id(), PrivateKey::from_pem(P256).unwrap()).unwrap_err();
    assert_eq!(error, UnusableKey::P256WithSha1);
    assert!(error.to_string().contains("Signer::sha256"));

    let sha1 = Signer::sha1(id(), PrivateKey::from_pem(RSA).unwrap());
    if cfg!(feature = "rsa") {
        assert!(sha1.is_ok());
    } else {
        assert_eq!(
            sha1.unwrap_err().to_string(),
            "RSA with SHA-1 needs the feature `rsa` of crate `signer-cloudfront`"
        );
    }
}

#[test]
fn key_pair_ids_are_plain() {
    let good = |text: &str| KeyPairId::parse(text).map(|id| id.to_string());
    assert_eq!(good("K2JCJMDEHXQW5F"), Ok("K2JCJMDEHXQW5F".to_owned()));
    assert_eq!(good("APKAEIBAERJR2EXAMPLE"), Ok("APKAEIBAERJR2EXAMPLE".to_owned()));
    assert_eq!("test_key-1".parse::<KeyPairId>().unwrap().as_str(), "test_key-1");
    let long = "K".repeat(65);
    for bad in ["", "K 2", "K&Policy=x", "K;", "Kä", "K\n", "K=", long.as_str()] {
        let error: InvalidKeyPairId = KeyPairId::parse(bad).unwrap_err();
        assert!(error.to_string().contains("1 to 64"), "{bad}");
    }
}
