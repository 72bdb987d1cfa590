//! [`PublicKey`]: what verifies.

use std::fmt;

use super::der::{self, Key};
use super::private::other;
use super::{InvalidKey, pem};

/// A public key as it is uploaded to CloudFront: RSA with 2048 bits, or ECDSA on P-256.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    pub(crate) material: PublicMaterial,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PublicMaterial {
    /// `RSAPublicKey` in DER.
    Rsa { pkcs1: Vec<u8> },
    /// The point, uncompressed.
    P256 { point: Vec<u8> },
}

impl PublicKey {
    /// Reads a key from PEM text: `BEGIN PUBLIC KEY`, as `openssl pkey -pubout` writes it, or `BEGIN RSA PUBLIC KEY`.
    ///
    /// # Errors
    /// What the text is instead, and what to do about it.
    pub fn from_pem(text: &str) -> Result<Self, InvalidKey> {
        let pem = pem::read(text)?;
        match pem.label {
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Self::from_der(&pem.der),
            "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => Err(InvalidKey::PrivateKey),
            label => Err(other(label)),
        }
    }

    /// Reads a key from DER, in either of the forms that [`from_pem`](Self::from_pem) reads.
    ///
    /// # Errors
    /// What the bytes are instead.
    pub fn from_der(der: &[u8]) -> Result<Self, InvalidKey> {
        let material = match der::read(der)? {
            Key::RsaPublic { pkcs1, .. } => PublicMaterial::Rsa { pkcs1: pkcs1.to_vec() },
            Key::EcPublic { point } => PublicMaterial::P256 { point: point.to_vec() },
            Key::RsaPrivate { .. } | Key::EcPrivate { .. } => return Err(InvalidKey::PrivateKey),
        };
        Ok(Self { material })
    }
}

impl PublicMaterial {
    /// Writes an `RSAPublicKey` of 2048 bits (RFC 8017 A.1.1); the exponent as it stands in DER.
    pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Self {
        const POSITIVE: &[u8] = &[0];
        let integer = |bytes: &[u8]| [&[0x02][..], &length(bytes.len()), bytes].concat();
        let numbers = [integer(&[POSITIVE, modulus].concat()), integer(exponent)].concat();
        Self::Rsa { pkcs1: [&[0x30][..], &length(numbers.len()), &numbers].concat() }
    }
}

/// Writes a length of DER; what is in a key has at most 65,535 bytes.
fn length(length: usize) -> Vec<u8> {
    match u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes() {
        [0, short @ 0..=0x7f] => vec![short],
        [0, long] => vec![0x81, long],
        [high, low] => vec![0x82, high, low],
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.material {
            PublicMaterial::Rsa { .. } => "PublicKey(RSA)",
            PublicMaterial::P256 { .. } => "PublicKey(P-256)",
        })
    }
}
