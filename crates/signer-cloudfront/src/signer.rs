//! [`Signer`]: signs with a key that is here.

use std::fmt;

use crate::backend::{self, Failed, Signing};
use crate::key::PrivateMaterial;
use crate::{
    Conditions, ExternalKey, Grant, KeyPairId, PrivateKey, Resource, SignError, SignedCookies, SignedUrl,
    SigningAlgorithm, Target, UnusableKey,
};

/// Signs URLs and cookies with a key that is here; for one in a KMS or HSM see [`ExternalKey`].
///
/// The key is made ready once, when the signer is made. A signer is shared by reference (or in an `Arc`) among threads.
pub struct Signer {
    key: ExternalKey,
    backend: &'static str,
    signing: Signing,
}

impl Signer {
    /// Signs with SHA-256, RSA or ECDSA, whichever the key is. What is signed says so (`Hash-Algorithm=SHA256`).
    ///
    /// # Errors
    /// The key's numbers do not fit together, or no feature that can sign with it is on.
    pub fn sha256(id: KeyPairId, key: PrivateKey) -> Result<Self, UnusableKey> {
        let algorithm = match key.material {
            PrivateMaterial::Rsa { .. } => SigningAlgorithm::RsaSha256,
            PrivateMaterial::P256 { .. } => SigningAlgorithm::P256Sha256,
        };
        Self::new(id, key, algorithm)
    }

    /// Signs with RSA and SHA-1: byte for byte what older SDKs make, for edges and emulators that know nothing else.
    ///
    /// Needs the feature `rsa`.
    ///
    /// # Security
    /// SHA-1 no longer resists collisions. A forger cannot use that here, as no part of what is signed is chosen by
    /// strangers, unless the application puts their file names into URLs. Prefer [`sha256`](Self::sha256).
    ///
    /// # Errors
    /// The key is an ECDSA key, its numbers do not fit together, or the feature is off.
    pub fn sha1(id: KeyPairId, key: PrivateKey) -> Result<Self, UnusableKey> {
        match key.material {
            PrivateMaterial::Rsa { .. } => Self::new(id, key, SigningAlgorithm::RsaSha1),
            PrivateMaterial::P256 { .. } => Err(UnusableKey::P256WithSha1),
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "the key is wiped when it is ready")]
    fn new(id: KeyPairId, key: PrivateKey, algorithm: SigningAlgorithm) -> Result<Self, UnusableKey> {
        let (backend, signing) = backend::signing(&key.material, algorithm)?;
        Ok(Self { key: ExternalKey::new(id, algorithm), backend, signing })
    }

    /// Signs one exact URL.
    ///
    /// # Errors
    /// The conditions do not fit into a canned policy that was asked for, the signed URL would be longer than CloudFront
    /// takes, or the library failed.
    pub fn sign_url(
        &self,
        url: &Resource,
        conditions: impl Into<Conditions>,
    ) -> Result<SignedUrl, SignError> {
        self.grant(url, conditions)?.apply(url)
    }

    /// Makes the cookies that open a URL or all URLs of a pattern.
    ///
    /// # Errors
    /// As [`grant`](Self::grant).
    pub fn sign_cookies<'a>(
        &self,
        target: impl Into<Target<'a>>,
        conditions: impl Into<Conditions>,
    ) -> Result<SignedCookies, SignError> {
        Ok(self.grant(target, conditions)?.cookies())
    }

    /// Signs once what can be applied to every URL of a pattern: the segments of a film, the pictures of an album.
    ///
    /// # Errors
    /// The conditions do not fit into a canned policy that was asked for, or the library failed.
    pub fn grant<'a>(
        &self,
        target: impl Into<Target<'a>>,
        conditions: impl Into<Conditions>,
    ) -> Result<Grant, SignError> {
        let prepared = self.key.prepare(target, conditions)?;
        let signature = (self.signing)(prepared.message()).map_err(|Failed| SignError::Failed)?;
        Ok(prepared.complete_unchecked(&signature))
    }

    /// Returns the kind of key and hash.
    pub const fn algorithm(&self) -> SigningAlgorithm {
        self.key.algorithm()
    }

    /// Returns the id that goes with every signature.
    pub const fn key_pair_id(&self) -> &KeyPairId {
        self.key.key_pair_id()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("key_pair_id", self.key_pair_id())
            .field("algorithm", &self.algorithm())
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}
