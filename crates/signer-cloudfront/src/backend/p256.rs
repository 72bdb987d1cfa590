//! Crate `p256`: P-256 in pure Rust. The only one that verifies what was signed with SHA-1, as SDKs did until April 2026.

use ::p256::ecdsa::signature::Signer as _;
use ::p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use ::p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::{Backend, Failed, Rejected, Signing, Verifying};
use crate::algorithm::Hash;
use crate::key::{PrivateMaterial, PublicMaterial};

pub(super) const BACKEND: Backend = Backend { name: "p256", signing, verifying };

fn signing(material: &PrivateMaterial, hash: Hash) -> Option<Result<Signing, Rejected>> {
    match (material, hash) {
        (PrivateMaterial::P256 { scalar, point }, Hash::Sha256) => Some(p256(scalar, point)),
        _ => None,
    }
}

fn p256(scalar: &[u8], point: &[u8]) -> Result<Signing, Rejected> {
    let key = SigningKey::from_slice(scalar).map_err(|_| Rejected)?;
    let public = VerifyingKey::from_sec1_bytes(point).map_err(|_| Rejected)?;
    if *key.verifying_key() != public {
        return Err(Rejected);
    }
    Ok(Box::new(move |message| {
        let signature: Signature = key.try_sign(message).map_err(|_| Failed)?;
        Ok(signature.to_der().as_bytes().to_vec())
    }))
}

fn verifying(material: &PublicMaterial, hash: Hash) -> Option<Verifying> {
    let PublicMaterial::P256 { point } = material else { return None };
    let key = VerifyingKey::from_sec1_bytes(point).ok();
    Some(Box::new(move |message, signature| {
        let digest = match hash {
            Hash::Sha1 => Sha1::digest(message).to_vec(),
            Hash::Sha256 => Sha256::digest(message).to_vec(),
        };
        let signature = Signature::from_der(signature);
        key.as_ref()
            .zip(signature.ok())
            .is_some_and(|(key, signature)| key.verify_prehash(&digest, &signature).is_ok())
    }))
}
