//! Crate `aws-lc-rs`: RSA and P-256 with SHA-256, fastest of all. It verifies RSA with SHA-1, too, and never signs so.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self as sig, EcdsaKeyPair, RsaKeyPair, UnparsedPublicKey, VerificationAlgorithm};

use super::{Backend, Failed, Rejected, Signing, Verifying};
use crate::algorithm::Hash;
use crate::key::{PrivateMaterial, PublicMaterial};

pub(super) const BACKEND: Backend = Backend { name: "aws-lc-rs", signing, verifying };

fn signing(material: &PrivateMaterial, hash: Hash) -> Option<Result<Signing, Rejected>> {
    match (material, hash) {
        (PrivateMaterial::Rsa { pkcs1 }, Hash::Sha256) => Some(rsa(pkcs1)),
        (PrivateMaterial::P256 { scalar, point }, Hash::Sha256) => Some(p256(scalar, point)),
        (_, Hash::Sha1) => None,
    }
}

fn rsa(pkcs1: &[u8]) -> Result<Signing, Rejected> {
    let key = RsaKeyPair::from_der(pkcs1).map_err(|_| Rejected)?;
    Ok(Box::new(move |message| {
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&sig::RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| Failed)?;
        Ok(signature)
    }))
}

fn p256(scalar: &[u8], point: &[u8]) -> Result<Signing, Rejected> {
    let algorithm = &sig::ECDSA_P256_SHA256_ASN1_SIGNING;
    let key =
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, point).map_err(|_| Rejected)?;
    Ok(Box::new(move |message| {
        let signature = key.sign(&SystemRandom::new(), message);
        signature.map(|signature| signature.as_ref().to_vec()).map_err(|_| Failed)
    }))
}

fn verifying(material: &PublicMaterial, hash: Hash) -> Option<Verifying> {
    let (algorithm, key): (&'static dyn VerificationAlgorithm, _) = match (material, hash) {
        (PublicMaterial::Rsa { pkcs1 }, Hash::Sha256) => (&sig::RSA_PKCS1_2048_8192_SHA256, pkcs1),
        (PublicMaterial::Rsa { pkcs1 }, Hash::Sha1) => {
            (&sig::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, pkcs1)
        }
        (PublicMaterial::P256 { point }, Hash::Sha256) => (&sig::ECDSA_P256_SHA256_ASN1, point),
        (PublicMaterial::P256 { .. }, Hash::Sha1) => return None,
    };
    let key = UnparsedPublicKey::new(algorithm, key.clone());
    Some(Box::new(move |message, signature| key.verify(message, signature).is_ok()))
}
