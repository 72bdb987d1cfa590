//! [`Verified`]: a pass that may be believed.

use std::fmt;
use std::time::SystemTime;

use crate::unix_seconds::UnixSeconds;
use crate::wire::Carried;
use crate::{Epochs, KeyId, Methods, Nonce, Refusal, Scope, SubjectKind, VersionDigest};

/// A pass whose tag, times, methods and subject were checked: exists only as the result of
/// [`Passes::verify`](crate::Passes::verify).
///
/// What is left is to compare with the object once it is open ([`check_version`](Self::check_version)), with the
/// revocations ([`check_epochs`](Self::check_epochs)) and, for a one-time pass, to take its
/// [`nonce`](Self::nonce) from the ledger.
#[derive(Clone)]
pub struct Verified {
    carried: Carried<'static>,
    scope: Scope,
}

impl Verified {
    pub(crate) const fn new(carried: Carried<'static>, scope: Scope) -> Self {
        Self { carried, scope }
    }

    /// Returns which objects the pass opens.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Returns the methods that the pass covers.
    pub const fn methods(&self) -> Methods {
        self.carried.methods
    }

    /// Returns whom the pass is bound to; the request's value of that kind is the right one.
    pub const fn subject(&self) -> SubjectKind {
        self.carried.subject
    }

    /// Returns the id of the key that signed the pass.
    pub const fn key_id(&self) -> KeyId {
        self.carried.key_id
    }

    /// Returns the moment from which the pass is refused.
    pub fn expires(&self) -> SystemTime {
        self.carried.expires.system_time()
    }

    /// Returns since when the pass is good, if it says so.
    pub fn not_before(&self) -> Option<SystemTime> {
        self.carried.not_before.map(UnixSeconds::system_time)
    }

    /// Returns the digest of the object's version that the pass is bound to, if it is.
    pub const fn version_digest(&self) -> Option<VersionDigest> {
        self.carried.version
    }

    /// Returns the epochs that the pass was minted with.
    pub const fn epochs(&self) -> Epochs {
        self.carried.epochs
    }

    /// Returns what a ledger lets through once, if the pass is good for one use.
    pub const fn nonce(&self) -> Option<Nonce> {
        self.carried.nonce
    }

    /// Returns the payload, which may be empty.
    pub fn payload(&self) -> &[u8] {
        &self.carried.payload
    }

    /// Checks that the object, now open, has the version that the pass is bound to. A pass that is not bound is good
    /// for every version.
    ///
    /// # Errors
    /// [`Refusal::VersionChanged`].
    pub fn check_version(&self, current: &str) -> Result<(), Refusal> {
        match self.carried.version {
            Some(bound) if bound != VersionDigest::of(current) => Err(Refusal::VersionChanged),
            _ => Ok(()),
        }
    }

    /// Checks that neither the object's nor the subject's passes were revoked since this one was minted.
    ///
    /// # Errors
    /// [`Refusal::Revoked`].
    pub const fn check_epochs(&self, current: Epochs) -> Result<(), Refusal> {
        let Epochs { object, subject } = self.carried.epochs;
        if object < current.object || subject < current.subject { Err(Refusal::Revoked) } else { Ok(()) }
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("scope", &self.scope).field("carried", &self.carried).finish()
    }
}
