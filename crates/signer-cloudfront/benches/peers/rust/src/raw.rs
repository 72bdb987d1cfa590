//! The library alone: what a signature costs without a URL around it.

use signer_cloudfront::SigningAlgorithm;

use crate::Outcome;

/// Signs a message with a key that was read before.
pub(crate) type Signing = Box<dyn Fn(&[u8]) -> Vec<u8>>;

#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
fn der(pem: &str) -> Outcome<Vec<u8>> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for symbol in body.bytes().filter(|symbol| *symbol != b'=') {
        const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let value = SYMBOLS.iter().position(|own| *own == symbol).ok_or("base64")?;
        bits = bits << 6 | u32::try_from(value)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff)?);
        }
    }
    Ok(bytes)
}

#[cfg(feature = "aws-lc-rs")]
pub(crate) fn signing(pem: &str, algorithm: SigningAlgorithm) -> Outcome<Signing> {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
    let random = SystemRandom::new();
    if algorithm == SigningAlgorithm::P256Sha256 {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &der(pem)?)?;
        return Ok(Box::new(move |message| key.sign(&random, message).expect("signs").as_ref().to_vec()));
    }
    let key = RsaKeyPair::from_der(&der(pem)?)?;
    Ok(Box::new(move |message| {
        let mut signature = vec![0; 256];
        key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("signs");
        signature
    }))
}

#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) fn signing(pem: &str, algorithm: SigningAlgorithm) -> Outcome<Signing> {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
    let random = SystemRandom::new();
    if algorithm == SigningAlgorithm::P256Sha256 {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &der(pem)?, &random);
        let key = key.map_err(|error| error.to_string())?;
        return Ok(Box::new(move |message| key.sign(&random, message).expect("signs").as_ref().to_vec()));
    }
    let key = RsaKeyPair::from_der(&der(pem)?).map_err(|error| error.to_string())?;
    Ok(Box::new(move |message| {
        let mut signature = vec![0; 256];
        key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("signs");
        signature
    }))
}

#[cfg(all(feature = "pure", not(feature = "ring"), not(feature = "aws-lc-rs")))]
pub(crate) fn signing(pem: &str, algorithm: SigningAlgorithm) -> Outcome<Signing> {
    use p256::ecdsa::signature::Signer as _;
    use p256::pkcs8::DecodePrivateKey as _;
    use rsa::pkcs1::DecodeRsaPrivateKey as _;
    use sha1::Sha1;
    use sha2::{Digest as _, Sha256};
    if algorithm == SigningAlgorithm::P256Sha256 {
        let key = p256::ecdsa::SigningKey::from_pkcs8_pem(pem)?;
        return Ok(Box::new(move |message| {
            let signature: p256::ecdsa::Signature = key.sign(message);
            signature.to_der().as_bytes().to_vec()
        }));
    }
    let key = rsa::RsaPrivateKey::from_pkcs1_pem(pem)?;
    let is_sha1 = algorithm == SigningAlgorithm::RsaSha1;
    Ok(Box::new(move |message| {
        let digest = if is_sha1 { Sha1::digest(message).to_vec() } else { Sha256::digest(message).to_vec() };
        // The prefix does not change what it costs.
        let scheme = rsa::Pkcs1v15Sign::new_unprefixed();
        key.sign_with_rng(&mut rsa::rand_core::OsRng, scheme, &digest).expect("signs")
    }))
}
