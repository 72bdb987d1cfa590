//! [`PrivateKey`]: what signs.

use std::fmt;

use zeroize::Zeroizing;

use super::der::{self, Key};
use super::{InvalidKey, PublicKey, PublicMaterial, pem};

/// A private key for CloudFront: RSA with 2048 bits, or ECDSA on P-256. Never printed, never cloned, wiped from memory
/// when dropped.
///
/// # Security
/// Wiping covers this value, not the buffer a caller read the file into, nor what a backend makes of the key.
pub struct PrivateKey {
    pub(crate) material: PrivateMaterial,
    public: PublicMaterial,
}

pub(crate) enum PrivateMaterial {
    /// `RSAPrivateKey` in DER.
    #[cfg_attr(
        not(any(feature = "aws-lc-rs", feature = "ring", feature = "rsa")),
        expect(dead_code, reason = "no library reads it")
    )]
    Rsa { pkcs1: Zeroizing<Vec<u8>> },
    /// The number, and the public point, uncompressed.
    #[cfg_attr(
        not(any(feature = "aws-lc-rs", feature = "ring", feature = "p256")),
        expect(dead_code, reason = "no library reads it")
    )]
    P256 { scalar: Zeroizing<Vec<u8>>, point: Vec<u8> },
}

impl PrivateKey {
    /// Reads a key from PEM text: PKCS#1 (`BEGIN RSA PRIVATE KEY`), PKCS#8 (`BEGIN PRIVATE KEY`) or SEC1
    /// (`BEGIN EC PRIVATE KEY`).
    ///
    /// # Errors
    /// What the text is instead, and what to do about it.
    pub fn from_pem(text: &str) -> Result<Self, InvalidKey> {
        let pem = pem::read(text)?;
        match pem.label {
            "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => Self::from_der(&pem.der),
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Err(InvalidKey::PublicKey),
            label => Err(other(label)),
        }
    }

    /// Reads a key from DER, in any of the three forms that [`from_pem`](Self::from_pem) reads.
    ///
    /// # Errors
    /// What the bytes are instead.
    pub fn from_der(der: &[u8]) -> Result<Self, InvalidKey> {
        match der::read(der)? {
            Key::RsaPrivate { pkcs1, modulus, exponent } => Ok(Self {
                material: PrivateMaterial::Rsa { pkcs1: Zeroizing::new(pkcs1.to_vec()) },
                public: PublicMaterial::rsa(modulus, exponent),
            }),
            Key::EcPrivate { scalar, point: Some(point) } => Ok(Self {
                material: PrivateMaterial::P256 {
                    scalar: Zeroizing::new(scalar.to_vec()),
                    point: point.to_vec(),
                },
                public: PublicMaterial::P256 { point: point.to_vec() },
            }),
            Key::EcPrivate { point: None, .. } => Err(InvalidKey::PublicHalfMissing),
            Key::RsaPublic { .. } | Key::EcPublic { .. } => Err(InvalidKey::PublicKey),
        }
    }

    /// Returns the public key that verifies what this one signs.
    pub fn public_key(&self) -> PublicKey {
        PublicKey { material: self.public.clone() }
    }
}

/// What else a PEM label announces.
pub(super) fn other(label: &str) -> InvalidKey {
    match label {
        "ENCRYPTED PRIVATE KEY" => InvalidKey::Encrypted,
        "OPENSSH PRIVATE KEY" => InvalidKey::OpenSsh,
        "DSA PRIVATE KEY" => InvalidKey::Algorithm { name: "DSA" },
        _ if label.contains("CERTIFICATE") => InvalidKey::Certificate,
        _ => InvalidKey::Malformed,
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.material {
            PrivateMaterial::Rsa { .. } => "PrivateKey(RSA, ..)",
            PrivateMaterial::P256 { .. } => "PrivateKey(P-256, ..)",
        })
    }
}
