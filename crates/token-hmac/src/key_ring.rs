//! [`KeyRing`]: the secrets in use, and the overlap while one replaces another.

use std::error::Error;
use std::fmt;
use std::time::SystemTime;

use crate::unix_seconds::UnixSeconds;
use crate::{KeyId, Secret};

/// Holds the secret that signs new passes and those whose passes are still accepted.
///
/// To rotate without breaking a link that is out: add the new secret with [`with_key`](Self::with_key) on every
/// machine, then make it the active one and keep the old one with [`with_retired_key`](Self::with_retired_key) until
/// the longest pass it signed has expired.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use token_hmac::{KeyId, KeyRing, Secret};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let until = SystemTime::UNIX_EPOCH + Duration::from_secs(1_796_000_000);
/// let ring = KeyRing::new(KeyId::parse("2026-12")?, Secret::new([7; 32])?)
///     .with_retired_key(KeyId::parse("2026-11")?, Secret::new([9; 32])?, until)?;
/// assert_eq!(ring.active().as_str(), "2026-12");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct KeyRing {
    active: Entry,
    accepted: Vec<Entry>,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: KeyId,
    pub(crate) secret: Secret,
    pub(crate) retired_at: Option<UnixSeconds>,
}

impl KeyRing {
    /// Makes a ring whose only secret signs and verifies.
    pub fn new(active: KeyId, secret: Secret) -> Self {
        Self { active: Entry { id: active, secret, retired_at: None }, accepted: Vec::new() }
    }

    /// Adds a secret whose passes are accepted and which signs none.
    ///
    /// # Errors
    /// The ring has a secret of that id.
    pub fn with_key(self, id: KeyId, secret: Secret) -> Result<Self, DuplicateKeyId> {
        self.with_entry(Entry { id, secret, retired_at: None })
    }

    /// Adds a secret whose passes are accepted before `until`, and which signs none.
    ///
    /// # Errors
    /// The ring has a secret of that id.
    pub fn with_retired_key(
        self,
        id: KeyId,
        secret: Secret,
        until: SystemTime,
    ) -> Result<Self, DuplicateKeyId> {
        self.with_entry(Entry { id, secret, retired_at: Some(UnixSeconds::ceil(until)) })
    }

    /// Returns the id of the secret that signs new passes.
    pub fn active(&self) -> KeyId {
        self.active.id
    }

    pub(crate) const fn active_entry(&self) -> &Entry {
        &self.active
    }

    pub(crate) fn accepted(&self) -> impl Iterator<Item = &Entry> {
        self.accepted.iter()
    }

    fn with_entry(mut self, entry: Entry) -> Result<Self, DuplicateKeyId> {
        if self.active.id == entry.id || self.accepted().any(|known| known.id == entry.id) {
            return Err(DuplicateKeyId { id: entry.id });
        }
        self.accepted.push(entry);
        Ok(self)
    }
}

/// Says that a ring would have two secrets of one id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKeyId {
    id: KeyId,
}

impl fmt::Display for DuplicateKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key ring has two secrets with the id `{}`", self.id)
    }
}

impl Error for DuplicateKeyId {}
