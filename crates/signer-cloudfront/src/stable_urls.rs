//! [`StableUrls`]: the same signed URL for all who ask within a window, signed once.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::window::EpochSeconds;
use crate::{Lifetime, Resource, SignUrlError, SignedUrl, Signer};

/// Signs URLs, and remembers those of the current window: asked for again, they cost a lookup and come out as the same
/// bytes, with ECDSA keys, too.
///
/// It is bounded: of more URLs than its capacity, those that were not asked for lately are forgotten, and signed anew.
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::time::{Duration, SystemTime};
/// use signer_cloudfront::{KeyPairId, Lifetime, PrivateKey, Resource, Signer, StableUrls};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let pem = include_str!("../tests/keys/p256-sec1.pem");
/// let signer = Signer::sha256(KeyPairId::parse("K2JCJMDEHXQW5F")?, PrivateKey::from_pem(pem)?)?;
/// let hour = Duration::from_secs(3600);
/// let capacity = NonZeroUsize::new(10_000).ok_or("zero")?;
/// let urls = StableUrls::new(signer, Lifetime::Stable { at_least: hour, window: hour }, capacity);
///
/// let picture = Resource::parse("https://media.example.com/a.jpg")?;
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_290_400);
/// let first = urls.sign_url(&picture, now)?;
/// assert_eq!(urls.sign_url(&picture, now + Duration::from_secs(1))?, urls.sign_url(&picture, now + hour)?);
/// # let _ = first;
/// # Ok(())
/// # }
/// ```
pub struct StableUrls {
    signer: Signer,
    lifetime: Lifetime,
    memory: Mutex<Memory>,
}

impl StableUrls {
    /// Signs with `signer` for `lifetime`, and remembers up to `capacity` URLs.
    pub fn new(signer: Signer, lifetime: Lifetime, capacity: NonZeroUsize) -> Self {
        let memory = Memory { half: capacity.get().div_ceil(2), young: HashMap::new(), old: HashMap::new() };
        Self { signer, lifetime, memory: Mutex::new(memory) }
    }

    /// Returns the signed URL of the window that `now` is in.
    ///
    /// # Errors
    /// The lifetime leads beyond what CloudFront can read, or as [`Signer::sign_url`].
    pub fn sign_url(&self, url: &Resource, now: SystemTime) -> Result<SignedUrl, SignUrlError> {
        let window = self.lifetime.window(now)?;
        let expires = window.expires_at();
        if let Some(signed) = self.memory(|memory| memory.recall(url, expires)) {
            return Ok(signed);
        }
        // Not under the lock: others need not wait for a signature. If two sign the same URL, the first one counts.
        let signed = self.signer.sign_url(url, window)?;
        Ok(self.memory(|memory| memory.keep(url, expires, signed)))
    }

    /// Returns what signs.
    pub const fn signer(&self) -> &Signer {
        &self.signer
    }

    fn memory<T>(&self, work: impl FnOnce(&mut Memory) -> T) -> T {
        // Each entry is whole at any time, whatever became of who held the lock.
        work(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Two generations: when the young one is full it becomes the old one, and the old one is forgotten.
struct Memory {
    half: usize,
    young: HashMap<Resource, Entry>,
    old: HashMap<Resource, Entry>,
}

struct Entry {
    expires: EpochSeconds,
    signed: SignedUrl,
}

impl Memory {
    fn recall(&mut self, url: &Resource, expires: EpochSeconds) -> Option<SignedUrl> {
        let current = |entry: &&Entry| entry.expires == expires;
        if let Some(entry) = self.young.get(url).filter(current) {
            return Some(entry.signed.clone());
        }
        let (url, entry) = self.old.remove_entry(url).filter(|(_, entry)| current(&entry))?;
        let signed = entry.signed.clone();
        self.insert(url, entry);
        Some(signed)
    }

    fn keep(&mut self, url: &Resource, expires: EpochSeconds, signed: SignedUrl) -> SignedUrl {
        if let Some(earlier) = self.recall(url, expires) {
            return earlier;
        }
        self.insert(url.clone(), Entry { expires, signed: signed.clone() });
        signed
    }

    fn insert(&mut self, url: Resource, entry: Entry) {
        if self.young.len() >= self.half && !self.young.contains_key(&url) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(url, entry);
    }
}

impl fmt::Debug for StableUrls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StableUrls")
            .field("signer", &self.signer)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(number: usize) -> Resource {
        Resource::parse(&format!("https://example.com/{number}")).unwrap()
    }

    #[test]
    fn never_more_than_the_capacity_and_those_in_use_stay() {
        let mut memory = Memory { half: 5, young: HashMap::new(), old: HashMap::new() };
        let expires = EpochSeconds::new(1).unwrap();
        for number in 0..1000 {
            let signed = SignedUrl::new(number.to_string());
            memory.keep(&url(number), expires, signed);
            assert!(memory.recall(&url(0), expires).is_some(), "{number}");
            assert!(memory.young.len() + memory.old.len() <= 10);
        }
        assert!(memory.recall(&url(999), expires).is_some());
        assert!(memory.recall(&url(500), expires).is_none());
    }

    #[test]
    fn another_window_is_another_url_in_the_same_place() {
        let mut memory = Memory { half: 5, young: HashMap::new(), old: HashMap::new() };
        let (first, second) = (EpochSeconds::new(1).unwrap(), EpochSeconds::new(2).unwrap());
        memory.keep(&url(0), first, SignedUrl::new("first".into()));
        assert!(memory.recall(&url(0), second).is_none());
        memory.keep(&url(0), second, SignedUrl::new("second".into()));
        assert_eq!(memory.recall(&url(0), second).unwrap().expose(), "second");
        assert_eq!(memory.young.len() + memory.old.len(), 1);
        let again = memory.keep(&url(0), second, SignedUrl::new("late".into()));
        assert_eq!(again.expose(), "second", "who signed first counts");
    }
}
