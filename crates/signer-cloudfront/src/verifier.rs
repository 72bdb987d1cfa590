//! [`Verifier`]: what an edge of CloudFront's does with a request.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use crate::algorithm::Hash;
use crate::backend::{self, Verifying};
use crate::base64::CLOUDFRONT;
use crate::policy::{self, Granted, Unreadable};
use crate::presented::{Presented, Proof};
use crate::url::matches;
use crate::window::EpochSeconds;
use crate::{KeyPairId, PublicKey, Refusal};

/// Verifies signed URLs and cookies as an edge of a restricted distribution does, with the public keys of its key groups.
///
/// Nothing but the arguments is looked at: no clock, no network. What cannot be understood is refused.
///
/// Made from AWS's documentation, and not compared with a live distribution. Where the two may differ, this one is the
/// stricter: policies without a resource, with several statements or with repeated members are refused, and so are
/// requests with a parameter of CloudFront's twice.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use signer_cloudfront::{KeyPairId, PrivateKey, Refusal, Resource, Signer, Verifier, Window};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let pem = include_str!("../tests/keys/p256-sec1.pem");
/// let key = PrivateKey::from_pem(pem)?;
/// let id = KeyPairId::parse("K2JCJMDEHXQW5F")?;
/// let verifier = Verifier::new([(id.clone(), key.public_key())]); // elsewhere: `PublicKey::from_pem`
/// let signer = Signer::sha256(id, key)?;
///
/// let url = Resource::parse("https://media.example.com/a.jpg?size=large")?;
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_290_000);
/// let signed = signer.sign_url(&url, Window::lasting(Duration::from_secs(60), now)?)?;
///
/// let verified = verifier.verify_url(signed.expose(), now, None)?;
/// assert_eq!(verified.url(), url.as_str(), "without CloudFront's own parameters: what the origin gets");
///
/// let late = now + Duration::from_secs(60);
/// assert!(matches!(verifier.verify_url(signed.expose(), late, None), Err(Refusal::Expired { .. })));
/// # Ok(())
/// # }
/// ```
pub struct Verifier {
    keys: HashMap<KeyPairId, Key>,
}

struct Key {
    sha1: Option<Verifying>,
    sha256: Option<Verifying>,
}

impl Verifier {
    /// Trusts these keys. Of several with the same id the last one counts.
    pub fn new(keys: impl IntoIterator<Item = (KeyPairId, PublicKey)>) -> Self {
        let ready = |key: &PublicKey, hash| backend::verifying(&key.material, hash);
        let key = |key: &PublicKey| Key { sha1: ready(key, Hash::Sha1), sha256: ready(key, Hash::Sha256) };
        Self { keys: keys.into_iter().map(|(id, public)| (id, key(&public))).collect() }
    }

    /// Verifies the URL of a request: scheme, host, path and query, as the client sent them.
    ///
    /// `client` is where the request came from; without it, a policy for certain addresses opens nothing.
    ///
    /// # Errors
    /// Why the request is refused.
    pub fn verify_url(
        &self,
        url: &str,
        now: SystemTime,
        client: Option<IpAddr>,
    ) -> Result<Verified, Refusal> {
        self.verify(Presented::from_url(url)?, now, client)
    }

    /// Verifies a request by its cookies (names and values; those that are not CloudFront's are passed over).
    ///
    /// CloudFront looks at cookies only where the URL carries no signature: that is for the caller to see, by
    /// [`Refusal::Unsigned`].
    ///
    /// # Errors
    /// Why the request is refused.
    pub fn verify_cookies<'a>(
        &self,
        url: &str,
        cookies: impl IntoIterator<Item = (&'a str, &'a str)>,
        now: SystemTime,
        client: Option<IpAddr>,
    ) -> Result<Verified, Refusal> {
        self.verify(Presented::from_cookies(url, cookies)?, now, client)
    }

    fn verify(
        &self,
        presented: Presented<'_>,
        now: SystemTime,
        client: Option<IpAddr>,
    ) -> Result<Verified, Refusal> {
        let Presented { url, proof } = presented;
        let (message, form) = match proof.policy {
            None => {
                let expires = canned_expiry(&proof)?;
                (policy::canned(&url, expires), Form::Canned(expires))
            }
            Some(text) => (CLOUDFRONT.decode(text.as_bytes()).ok_or(Refusal::BadPolicy)?, Form::Custom),
        };
        // SECURITY: nothing of a policy is read before its signature is found good.
        let key_pair_id = self.authenticate(&proof, &message)?;
        let granted = match form {
            Form::Canned(expires) => {
                Granted { resource: url.clone(), expires, not_before: None, source_ip: None }
            }
            Form::Custom => policy::read(&message).map_err(|Unreadable| Refusal::BadPolicy)?,
        };
        if matches!(form, Form::Custom) && !matches(granted.resource.as_bytes(), url.as_bytes()) {
            return Err(Refusal::NotCovered);
        }
        check_time(&granted, now)?;
        check_address(&granted, client)?;
        Ok(Verified { key_pair_id, expires: granted.expires, url })
    }

    /// Checks that one of the trusted keys signed the message.
    fn authenticate(&self, proof: &Proof<'_>, message: &[u8]) -> Result<KeyPairId, Refusal> {
        let hash = Hash::from_parameter(proof.hash_algorithm).ok_or(Refusal::UnknownHash)?;
        let id = KeyPairId::parse(proof.key_pair_id).map_err(|_| Refusal::UnknownKey)?;
        let key = self.keys.get(&id).ok_or(Refusal::UnknownKey)?;
        let verifying = match hash {
            Hash::Sha1 => &key.sha1,
            Hash::Sha256 => &key.sha256,
        };
        let verifying = verifying.as_ref().ok_or(Refusal::NoBackend)?;
        let signature = CLOUDFRONT.decode(proof.signature.as_bytes()).ok_or(Refusal::BadSignature)?;
        if verifying(message, &signature) { Ok(id) } else { Err(Refusal::BadSignature) }
    }
}

#[derive(Clone, Copy)]
enum Form {
    Canned(EpochSeconds),
    Custom,
}

fn canned_expiry(proof: &Proof<'_>) -> Result<EpochSeconds, Refusal> {
    let text = proof.expires.ok_or(Refusal::Incomplete)?;
    // Otherwise two texts would be one time, and the URL could be changed without effect.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let seconds = text.parse().ok().filter(|_| is_plain).ok_or(Refusal::BadExpires)?;
    EpochSeconds::new(seconds).map_err(|_| Refusal::BadExpires)
}

/// The operators' names are to be taken literally: *less than* the expiry, *greater than* the beginning.
fn check_time(granted: &Granted, now: SystemTime) -> Result<(), Refusal> {
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    if now >= granted.expires.seconds().into() {
        return Err(Refusal::Expired { at: granted.expires.system_time() });
    }
    match granted.not_before {
        Some(start) if now <= start.seconds().into() => Err(Refusal::NotYet { until: start.system_time() }),
        _ => Ok(()),
    }
}

fn check_address(granted: &Granted, client: Option<IpAddr>) -> Result<(), Refusal> {
    let Some(block) = granted.source_ip else { return Ok(()) };
    match client.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) if block.contains(address) => Ok(()),
        _ => Err(Refusal::WrongAddress),
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("keys", &self.keys.keys()).finish()
    }
}

/// A request that was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    key_pair_id: KeyPairId,
    expires: EpochSeconds,
    url: String,
}

impl Verified {
    /// Returns the URL without CloudFront's own parameters: what the origin is asked for.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns whose signature it was.
    pub const fn key_pair_id(&self) -> &KeyPairId {
        &self.key_pair_id
    }

    /// Returns until when the signature is good.
    pub fn expires(&self) -> SystemTime {
        self.expires.system_time()
    }
}
