//! Every compiled library against every other one.

use super::*;
use crate::PrivateKey;

const RSA: &str = include_str!("../../tests/keys/rsa-pkcs1.pem");
const P256: &str = include_str!("../../tests/keys/p256-sec1.pem");
const MESSAGE: &[u8] = br#"{"Statement":[{"Resource":"https://example.com/"}]}"#;

/// Counts the libraries that sign with a key and hash, after checking each with all that verify.
fn signers(pem: &str, hash: Hash) -> usize {
    let key = PrivateKey::from_pem(pem).unwrap();
    let public = key.public_key().material;
    let verifiers: Vec<Verifying> = BACKENDS.iter().filter_map(|it| (it.verifying)(&public, hash)).collect();
    let signers = BACKENDS.iter().filter_map(|it| Some((it.name, (it.signing)(&key.material, hash)?)));
    let signers: Vec<(&str, Signing)> =
        signers.map(|(name, signing)| (name, signing.unwrap_or_else(|Rejected| panic!("{name}")))).collect();
    for (name, sign) in &signers {
        let signature = sign(MESSAGE).unwrap();
        assert!(!verifiers.is_empty());
        for verify in &verifiers {
            assert!(verify(MESSAGE, &signature), "{name}");
            assert!(!verify(b"another message", &signature), "{name}");
            assert!(!verify(MESSAGE, &signature[1..]), "{name}");
            assert!(!verify(MESSAGE, &[]), "{name}");
            let mut changed = signature.clone();
            changed[20] ^= 1;
            assert!(!verify(MESSAGE, &changed), "{name}");
        }
    }
    signers.len()
}

const fn count(features: &[bool]) -> usize {
    let mut on = 0;
    let mut rest = features;
    while let [feature, others @ ..] = rest {
        on += if *feature { 1 } else { 0 };
        rest = others;
    }
    on
}

const RING: bool = cfg!(feature = "ring");
const AWS_LC: bool = cfg!(feature = "aws-lc-rs");
const PURE_RSA: bool = cfg!(feature = "rsa");
const PURE_P256: bool = cfg!(feature = "p256");

#[test]
fn s34_each_signs_what_it_should_and_all_agree() {
    assert_eq!(signers(RSA, Hash::Sha256), count(&[RING, AWS_LC, PURE_RSA]));
    assert_eq!(signers(RSA, Hash::Sha1), count(&[PURE_RSA]));
    assert_eq!(signers(P256, Hash::Sha256), count(&[RING, AWS_LC, PURE_P256]));
    assert_eq!(signers(P256, Hash::Sha1), 0, "nobody signs with P-256 and SHA-1");
}

#[test]
fn s34_the_fastest_that_is_there_is_chosen() {
    let chosen = |pem, algorithm| {
        let key = PrivateKey::from_pem(pem).unwrap();
        signing(&key.material, algorithm).map(|(name, _)| name).ok()
    };
    let first = |names: &[(&'static str, bool)]| names.iter().find(|(_, on)| *on).map(|(name, _)| *name);
    let (aws_lc, ring) = (("aws-lc-rs", AWS_LC), ("ring", RING));
    assert_eq!(chosen(RSA, SigningAlgorithm::RsaSha256), first(&[aws_lc, ring, ("rsa", PURE_RSA)]));
    assert_eq!(chosen(RSA, SigningAlgorithm::RsaSha1), first(&[("rsa", PURE_RSA)]));
    assert_eq!(chosen(P256, SigningAlgorithm::P256Sha256), first(&[aws_lc, ring, ("p256", PURE_P256)]));
}

/// RSA signatures are a function of key and message: blinded or not, in whichever library.
#[test]
fn rsa_signatures_are_the_same_in_every_library() {
    let key = PrivateKey::from_pem(RSA).unwrap();
    let signed = BACKENDS.iter().filter_map(|it| (it.signing)(&key.material, Hash::Sha256)?.ok());
    let signed: Vec<Vec<u8>> = signed.map(|sign| sign(MESSAGE).unwrap()).collect();
    assert!(signed.windows(2).all(|pair| pair[0] == pair[1]));
}

/// The advisory of crate `rsa` is met by blinding: no call that does without is in the source.
#[cfg(feature = "rsa")]
#[test]
fn s34_the_rsa_crate_never_signs_without_blinding() {
    let source = include_str!("rsa.rs");
    assert!(source.contains("key.sign_with_rng(&mut OsRng,"));
    assert!(!source.contains(".sign("));
}
