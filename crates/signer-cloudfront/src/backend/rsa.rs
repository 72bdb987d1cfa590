//! Crate `rsa`: RSA with SHA-1 and SHA-256 in pure Rust.
//!
//! SECURITY: its exponentiation leaks through timing (RUSTSEC-2023-0071, for which there is no patched version). So every
//! signature is blinded, and checked before it is handed out: a fault in it would give the key away.

use ::rsa::pkcs1::{DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _};
use ::rsa::rand_core::OsRng;
use ::rsa::{Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::{Backend, Failed, Rejected, Signing, Verifying};
use crate::algorithm::Hash;
use crate::key::{PrivateMaterial, PublicMaterial};

pub(super) const BACKEND: Backend = Backend { name: "rsa", signing, verifying };

fn signing(material: &PrivateMaterial, hash: Hash) -> Option<Result<Signing, Rejected>> {
    match material {
        PrivateMaterial::Rsa { pkcs1 } => Some(rsa(pkcs1, hash)),
        PrivateMaterial::P256 { .. } => None,
    }
}

fn rsa(pkcs1: &[u8], hash: Hash) -> Result<Signing, Rejected> {
    let key = RsaPrivateKey::from_pkcs1_der(pkcs1).map_err(|_| Rejected)?;
    Ok(Box::new(move |message| {
        let Hashed { scheme, digest } = hashed(hash, message);
        key.sign_with_rng(&mut OsRng, scheme, &digest).map_err(|_| Failed)
    }))
}

fn verifying(material: &PublicMaterial, hash: Hash) -> Option<Verifying> {
    let PublicMaterial::Rsa { pkcs1 } = material else { return None };
    let key = RsaPublicKey::from_pkcs1_der(pkcs1).ok();
    Some(Box::new(move |message, signature| {
        let Hashed { scheme, digest } = hashed(hash, message);
        key.as_ref().is_some_and(|key| key.verify(scheme, &digest, signature).is_ok())
    }))
}

struct Hashed {
    scheme: Pkcs1v15Sign,
    digest: Vec<u8>,
}

fn hashed(hash: Hash, message: &[u8]) -> Hashed {
    let (digest, prefix) = match hash {
        Hash::Sha1 => (Sha1::digest(message).to_vec(), SHA1_INFO),
        Hash::Sha256 => (Sha256::digest(message).to_vec(), SHA256_INFO),
    };
    Hashed { scheme: Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: prefix.into() }, digest }
}

/// `DigestInfo` up to the digest (RFC 8017 §9.2, note 1).
const SHA1_INFO: &[u8] =
    &[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
const SHA256_INFO: &[u8] = &[
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];
