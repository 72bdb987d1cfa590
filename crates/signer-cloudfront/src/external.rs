//! [`ExternalKey`]: signs with a key that is elsewhere, without waiting for it.

use std::fmt;

use crate::base64::CLOUDFRONT;
use crate::grant::Covers;
use crate::key::is_ecdsa_signature;
use crate::url::parameter;
use crate::{
    Conditions, Grant, KeyPairId, Pattern, PolicyForm, Resource, SignError, SigningAlgorithm, policy,
};

/// Names a key in a KMS, an HSM or another process: what it signs is prepared and completed here, and how the signature
/// comes about is the caller's business, be it asynchronous or not.
///
/// ```
/// use signer_cloudfront::{ExternalKey, KeyPairId, Resource, SigningAlgorithm, Window};
/// # fn kms_sign(message: &[u8]) -> Vec<u8> { message.iter().copied().cycle().take(256).collect() }
///
/// let key = ExternalKey::new(KeyPairId::parse("K2JCJMDEHXQW5F")?, SigningAlgorithm::RsaSha256);
/// let url = Resource::parse("https://media.example.com/a.jpg")?;
///
/// let prepared = key.prepare(&url, Window::until_unix(1_767_290_400)?)?;
/// // AWS KMS: `Sign` with `MessageType: RAW` and `SigningAlgorithm: RSASSA_PKCS1_V1_5_SHA_256`.
/// let signature = kms_sign(prepared.message());
/// let signed = prepared.complete(&signature)?.apply(&url)?;
/// assert!(signed.expose().starts_with("https://media.example.com/a.jpg?Expires=1767290400&Signature="));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalKey {
    id: KeyPairId,
    algorithm: SigningAlgorithm,
}

impl ExternalKey {
    /// Names a key, and how it signs.
    pub const fn new(id: KeyPairId, algorithm: SigningAlgorithm) -> Self {
        Self { id, algorithm }
    }

    /// Prepares what the key has to sign, for a URL or a pattern.
    ///
    /// # Errors
    /// The conditions do not fit into a canned policy that was asked for.
    pub fn prepare<'a>(
        &self,
        target: impl Into<Target<'a>>,
        conditions: impl Into<Conditions>,
    ) -> Result<Prepared, SignError> {
        let (target, conditions) = (target.into(), conditions.into());
        let key = self.clone();
        if let Some(url) = target.canned(&conditions)? {
            let expires = conditions.window().expires_at();
            let message = policy::canned(url.as_str(), expires);
            let carried = format!("{}={expires}", parameter::EXPIRES);
            return Ok(Prepared { message, carried, covers: Covers::Url(url.clone()), key });
        }
        let pattern = target.pattern();
        let message = policy::custom(pattern.as_str(), &conditions);
        let mut carried = format!("{}=", parameter::POLICY);
        CLOUDFRONT.encode(&message, &mut carried);
        Ok(Prepared { message, carried, covers: Covers::Pattern(pattern), key })
    }

    /// Returns the id that goes with every signature.
    pub const fn key_pair_id(&self) -> &KeyPairId {
        &self.id
    }

    /// Returns the kind of key and hash.
    pub const fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }
}

/// What is signed: one URL, or a pattern.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Target<'a> {
    /// One exact URL.
    Url(&'a Resource),
    /// All URLs of a pattern.
    Pattern(&'a Pattern),
}

impl<'a> Target<'a> {
    /// Returns the URL if a canned policy is asked for, or nothing if a custom one is.
    fn canned(self, conditions: &Conditions) -> Result<Option<&'a Resource>, SignError> {
        let plain = conditions.window().begins_at().is_none() && conditions.source_ip().is_none();
        match (self, conditions.form()) {
            (Self::Url(url), PolicyForm::Canned | PolicyForm::Shortest) if plain => Ok(Some(url)),
            (_, PolicyForm::Canned) => Err(SignError::NotCanned),
            (_, PolicyForm::Shortest | PolicyForm::Custom) => Ok(None),
        }
    }

    fn pattern(self) -> Pattern {
        match self {
            Self::Url(url) => url.into(),
            Self::Pattern(pattern) => pattern.clone(),
        }
    }
}

impl<'a> From<&'a Resource> for Target<'a> {
    fn from(url: &'a Resource) -> Self {
        Self::Url(url)
    }
}

impl<'a> From<&'a Pattern> for Target<'a> {
    fn from(pattern: &'a Pattern) -> Self {
        Self::Pattern(pattern)
    }
}

/// A policy that waits for its signature.
pub struct Prepared {
    message: Vec<u8>,
    /// What travels of the policy: `Expires=…` or `Policy=…`.
    carried: String,
    covers: Covers,
    key: ExternalKey,
}

impl Prepared {
    /// Returns the bytes to sign: the policy, not its hash.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// Completes the policy with its signature: 256 bytes of RSA, or ECDSA's in DER. It is not verified here.
    ///
    /// # Errors
    /// The signature has not the form of its algorithm. (An HSM's plain `r ‖ s` of 64 bytes has to become DER first.)
    pub fn complete(self, signature: &[u8]) -> Result<Grant, SignError> {
        let formed = match self.key.algorithm {
            SigningAlgorithm::RsaSha256 | SigningAlgorithm::RsaSha1 => signature.len() == RSA_SIGNATURE,
            SigningAlgorithm::P256Sha256 => is_ecdsa_signature(signature),
        };
        if formed { Ok(self.complete_unchecked(signature)) } else { Err(SignError::MalformedSignature) }
    }

    pub(crate) fn complete_unchecked(self, signature: &[u8]) -> Grant {
        let Self { carried, covers, key, .. } = self;
        let mut parameters = carried;
        parameters.reserve(signature.len().saturating_mul(3) / 2 + 128);
        parameters.extend(["&", parameter::SIGNATURE, "="]);
        CLOUDFRONT.encode(signature, &mut parameters);
        parameters.extend(["&", parameter::KEY_PAIR_ID, "=", key.id.as_str()]);
        if let Some(hash) = key.algorithm.hash().parameter() {
            parameters.extend(["&", parameter::HASH_ALGORITHM, "=", hash]);
        }
        Grant::new(covers, parameters)
    }
}

/// 2048 bits.
const RSA_SIGNATURE: usize = 256;

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("covers", &self.covers)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
