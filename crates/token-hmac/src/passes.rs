//! [`Passes`]: mints and verifies.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::key_ring::Entry;
use crate::mac::{Claims, PassKey};
use crate::mint::{self, Terms};
use crate::unix_seconds::{Now, UnixSeconds, ceil_seconds};
use crate::wire::{Carried, CarriedScope};
use crate::{
    Audience, KeyId, KeyRing, MintError, Pass, PassSpec, Presented, Purpose, Refusal, Scope, Unverified,
    Verified,
};

/// Mints and verifies the passes of one purpose and audience.
///
/// All keys are derived when it is made and none per pass. Cloning is cheap.
///
/// # Security
/// Expiry has no leeway: a pass is good while the clock shows less than its expiry. The allowed
/// [skew](Self::with_skew) helps a pass only at its beginning.
#[derive(Clone)]
pub struct Passes {
    keys: Arc<Keys>,
    skew_seconds: u64,
    max_lifetime_seconds: u64,
    one_time: OneTime,
}

struct Keys {
    active: Key,
    accepted: Vec<Key>,
}

struct Key {
    id: KeyId,
    mac: PassKey,
    retired_at: Option<UnixSeconds>,
}

/// Says what becomes of passes that are good for one use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OneTime {
    /// They are neither minted nor accepted: without a ledger each would be good for many uses.
    #[default]
    Refused,
    /// They are minted and accepted: the caller takes [`Verified::nonce`] from a ledger, and refuses when it is taken.
    CheckedByCaller,
}

impl Passes {
    /// How far the clocks of two machines may differ, unless [`with_skew`](Self::with_skew) says otherwise.
    pub const DEFAULT_SKEW: Duration = Duration::from_secs(5);

    /// The longest life of a pass, unless [`with_max_lifetime`](Self::with_max_lifetime) says otherwise: seven days.
    pub const DEFAULT_MAX_LIFETIME: Duration = Duration::from_hours(7 * 24);

    /// Derives the keys of `ring` for one purpose and audience.
    pub fn new(ring: &KeyRing, purpose: Purpose, audience: &Audience) -> Self {
        let key = |entry: &Entry| Key {
            id: entry.id,
            mac: PassKey::new(&entry.secret, purpose, entry.id, audience),
            retired_at: entry.retired_at,
        };
        let keys = Keys { active: key(ring.active_entry()), accepted: ring.accepted().map(key).collect() };
        Self {
            keys: Arc::new(keys),
            skew_seconds: ceil_seconds(Self::DEFAULT_SKEW),
            max_lifetime_seconds: ceil_seconds(Self::DEFAULT_MAX_LIFETIME),
            one_time: OneTime::default(),
        }
    }

    /// Sets how far the clocks of minting and verifying machines may differ, in whole seconds, rounded up.
    ///
    /// It lets a pass begin that much earlier, and an expiry lie that much beyond the longest life. It never lets a
    /// pass live on.
    #[must_use]
    pub fn with_skew(mut self, skew: Duration) -> Self {
        self.skew_seconds = ceil_seconds(skew);
        self
    }

    /// Sets the longest life of a pass, in whole seconds, rounded up: minting refuses more, and so does verification.
    #[must_use]
    pub fn with_max_lifetime(mut self, life: Duration) -> Self {
        self.max_lifetime_seconds = ceil_seconds(life);
        self
    }

    /// Sets what becomes of passes that are good for one use: [`OneTime::Refused`] unless set.
    #[must_use]
    pub fn with_one_time(mut self, one_time: OneTime) -> Self {
        self.one_time = one_time;
        self
    }

    /// Mints a pass that is good until `expires`, rounded up to whole seconds.
    ///
    /// The same specification and expiry give the same text: [`Lifetime::Stable`](crate::Lifetime::Stable).
    ///
    /// # Errors
    /// The specification asks for a pass that could never be used, or that would live too long.
    pub fn mint(&self, spec: &PassSpec<'_>, expires: SystemTime, now: SystemTime) -> Result<Pass, MintError> {
        let Key { id, mac, .. } = &self.keys.active;
        let now = Now::new(now);
        let (max_lifetime_seconds, one_time) = (self.max_lifetime_seconds, self.one_time);
        let carried =
            mint::carried(spec, &Terms { key_id: *id, expires, now, max_lifetime_seconds, one_time })?;
        let (scope, subject) = (&spec.scope, spec.subject.value());
        let tag = mac.tag(&Claims { carried: &carried, scope, subject, overrides: spec.overrides });
        Ok(Pass::new(carried.write(&tag), carried.expires))
    }

    /// Verifies the text of a pass against the request it came with.
    ///
    /// Nothing but the arguments is looked at, so that a bad pass costs one MAC and touches no store.
    ///
    /// # Errors
    /// Why the pass does not open this request.
    pub fn verify(
        &self,
        pass: &str,
        presented: &Presented<'_>,
        now: SystemTime,
    ) -> Result<Verified, Refusal> {
        self.verify_parsed(Unverified::parse(pass)?, presented, now)
    }

    /// Verifies a pass that was read before.
    ///
    /// # Errors
    /// Why the pass does not open this request.
    pub fn verify_parsed(
        &self,
        pass: Unverified,
        presented: &Presented<'_>,
        now: SystemTime,
    ) -> Result<Verified, Refusal> {
        let now = Now::new(now);
        let scope = self.authenticate(&pass, presented, now)?;
        self.check_terms(&pass.carried, presented, now)?;
        Ok(Verified::new(pass.carried, scope))
    }

    /// Checks that an accepted key signed this pass for this request.
    fn authenticate(&self, pass: &Unverified, presented: &Presented<'_>, now: Now) -> Result<Scope, Refusal> {
        let carried = &pass.carried;
        // Both depend on the sender's own words alone, so an early answer tells nothing.
        let scope = match carried.scope {
            CarriedScope::Object => Scope::Object(presented.key.clone()),
            CarriedScope::Prefix { segments } => {
                presented.key.ancestor(segments.into()).map(Scope::Prefix).ok_or(Refusal::OutOfScope)?
            }
        };
        let kind = carried.subject;
        let subject = presented.subject(kind).ok_or(Refusal::SubjectMissing { kind })?;
        let claims = Claims { carried, scope: &scope, subject, overrides: presented.overrides };

        // SECURITY: an unknown key id costs the same MAC as a bad tag, under the active key, and never passes (S11).
        let known = self.keys.find(carried.key_id);
        let key = known.unwrap_or(&self.keys.active);
        let matches = key.mac.tag(&claims).matches(&pass.tag);
        match known {
            None => Err(Refusal::UnknownKey { id: carried.key_id }),
            Some(_) if !matches => Err(Refusal::BadTag),
            Some(key) if key.is_retired(now) => Err(Refusal::Retired { id: key.id }),
            Some(_) => Ok(scope),
        }
    }

    /// Checks what an authentic pass says about itself.
    fn check_terms(&self, carried: &Carried<'_>, presented: &Presented<'_>, now: Now) -> Result<(), Refusal> {
        let Carried { expires, not_before, methods, nonce, .. } = *carried;
        if expires <= now.floor {
            return Err(Refusal::Expired { at: expires.system_time() });
        }
        let reach = self.max_lifetime_seconds.saturating_add(self.skew_seconds);
        if expires > now.ceil.saturating_add(reach) {
            return Err(Refusal::TooFarAhead { expires: expires.system_time() });
        }
        if let Some(from) = not_before.filter(|from| *from > now.floor.saturating_add(self.skew_seconds)) {
            return Err(Refusal::NotYet { from: from.system_time() });
        }
        if nonce.is_some() && self.one_time == OneTime::Refused {
            return Err(Refusal::OneTime);
        }
        if !methods.covers(presented.method) {
            return Err(Refusal::MethodNotCovered { method: presented.method, covered: methods });
        }
        Ok(())
    }
}

impl Keys {
    fn find(&self, id: KeyId) -> Option<&Key> {
        std::iter::once(&self.active).chain(&self.accepted).find(|key| key.id == id)
    }
}

impl Key {
    fn is_retired(&self, now: Now) -> bool {
        self.retired_at.is_some_and(|until| until <= now.floor)
    }
}

impl fmt::Debug for Passes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passes")
            .field("active", &self.keys.active.id)
            .field("accepted", &self.keys.accepted.iter().map(|key| key.id).collect::<Vec<_>>())
            .field("skew_seconds", &self.skew_seconds)
            .field("max_lifetime_seconds", &self.max_lifetime_seconds)
            .field("one_time", &self.one_time)
            .finish()
    }
}
