//! Keys, signers and times that the tests share.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signer_cloudfront::{KeyPairId, PrivateKey, Resource, Signer, Verifier};

pub(crate) const RSA: &str = include_str!("../keys/rsa-pkcs1.pem");
pub(crate) const RSA_PUBLIC: &str = include_str!("../keys/rsa-public.pem");
pub(crate) const P256: &str = include_str!("../keys/p256-sec1.pem");
pub(crate) const P256_PUBLIC: &str = include_str!("../keys/p256-public.pem");

pub(crate) const ID: &str = "K2JCJMDEHXQW5F";
pub(crate) const NOW: u64 = 1_767_290_400;
pub(crate) const URL: &str = "https://d111111abcdef8.cloudfront.net/albums/42/1.jpg?size=large";

pub(crate) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn id() -> KeyPairId {
    KeyPairId::parse(ID).unwrap()
}

pub(crate) fn key(pem: &str) -> PrivateKey {
    PrivateKey::from_pem(pem).unwrap()
}

pub(crate) fn url(text: &str) -> Resource {
    Resource::parse(text).unwrap()
}

/// Signs quickly; what it signs differs from call to call.
pub(crate) fn p256() -> Signer {
    Signer::sha256(id(), key(P256)).unwrap()
}

/// Signs the same way each time.
pub(crate) fn rsa() -> Signer {
    Signer::sha256(id(), key(RSA)).unwrap()
}

/// Trusts the keys of [`p256`] under its id, and of [`rsa`] under another.
pub(crate) fn verifier() -> Verifier {
    Verifier::new([
        (id(), key(P256).public_key()),
        (KeyPairId::parse("KRSA").unwrap(), key(RSA).public_key()),
    ])
}

/// Base64 as CloudFront writes it, by other code than the crate's.
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes).replace('+', "-").replace('/', "~").replace('=', "_")
}

/// Reads what [`encode`] writes.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    STANDARD.decode(text.replace('-', "+").replace('~', "/").replace('_', "=")).unwrap()
}

/// Reads the bytes of a PEM text, without any check.
pub(crate) fn der(pem: &str) -> Vec<u8> {
    STANDARD.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap()
}
