//! Minting: from a [`PassSpec`] to what a pass carries.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::SystemTime;

use object_key::Prefix;

use crate::spec::Breadth;
use crate::unix_seconds::{Now, UnixSeconds};
use crate::wire::{Carried, CarriedScope};
use crate::{KeyId, Nonce, OneTime, Overrides, PassSpec, Scope, Subject, VersionDigest};

/// What the minter decides, as opposed to the [`PassSpec`].
pub(crate) struct Terms {
    pub(crate) key_id: KeyId,
    pub(crate) expires: SystemTime,
    pub(crate) now: Now,
    pub(crate) max_lifetime_seconds: u64,
    pub(crate) one_time: OneTime,
}

/// Checks a specification and turns it into what the pass carries.
pub(crate) fn carried<'a>(spec: &PassSpec<'a>, terms: &Terms) -> Result<Carried<'a>, MintError> {
    check_lengths(spec)?;
    if spec.methods.is_empty() {
        return Err(MintError::NoMethods);
    }
    let expires = expiry(terms)?;
    Ok(Carried {
        key_id: terms.key_id,
        methods: spec.methods,
        subject: spec.subject.kind(),
        scope: scope(spec)?,
        expires,
        not_before: spec.not_before.map(|start| start_before(start, expires)).transpose()?,
        version: spec.version.map(VersionDigest::of),
        epochs: spec.epochs,
        nonce: spec.nonce.map(|nonce| allowed(nonce, terms.one_time)).transpose()?,
        payload: Cow::Borrowed(spec.payload),
    })
}

fn check_lengths(spec: &PassSpec<'_>) -> Result<(), MintError> {
    if spec.subject != Subject::Bearer {
        check_length("subject", 1, spec.subject.value().len(), Subject::MAX_LEN)?;
    }
    if let Some(version) = spec.version {
        check_length("version", 1, version.len(), usize::MAX)?;
    }
    for text in spec.overrides.values().into_iter().flatten() {
        check_length("override", 0, text.len(), Overrides::MAX_LEN)?;
    }
    check_length("payload", 0, spec.payload.len(), PassSpec::MAX_PAYLOAD)
}

fn check_length(field: &'static str, least: usize, length: usize, most: usize) -> Result<(), MintError> {
    if length < least {
        Err(MintError::Empty { field })
    } else if length > most {
        Err(MintError::TooLong { field, limit: most })
    } else {
        Ok(())
    }
}

fn expiry(terms: &Terms) -> Result<UnixSeconds, MintError> {
    let expires = UnixSeconds::ceil(terms.expires);
    if expires <= terms.now.floor {
        return Err(MintError::AlreadyExpired);
    }
    let latest = terms.now.ceil.saturating_add(terms.max_lifetime_seconds);
    if expires > latest.min(UnixSeconds::MAX) {
        return Err(MintError::LivesTooLong { limit_seconds: terms.max_lifetime_seconds });
    }
    Ok(expires)
}

fn start_before(start: SystemTime, expires: UnixSeconds) -> Result<UnixSeconds, MintError> {
    let start = UnixSeconds::floor(start);
    if start < expires { Ok(start) } else { Err(MintError::NeverGood) }
}

fn scope(spec: &PassSpec<'_>) -> Result<CarriedScope, MintError> {
    let Scope::Prefix(prefix) = &spec.scope else {
        return Ok(CarriedScope::Object);
    };
    // SECURITY: an empty prefix that nobody meant would open everything.
    if prefix.is_root() && spec.breadth == Breadth::Named {
        return Err(MintError::WholeStore);
    }
    segments(prefix).map(|segments| CarriedScope::Prefix { segments })
}

fn segments(prefix: &Prefix) -> Result<u8, MintError> {
    u8::try_from(prefix.segment_count()).map_err(|_| MintError::PrefixTooDeep)
}

const fn allowed(nonce: Nonce, one_time: OneTime) -> Result<Nonce, MintError> {
    match one_time {
        OneTime::CheckedByCaller => Ok(nonce),
        OneTime::Refused => Err(MintError::OneTime),
    }
}

/// Says why a pass cannot be minted: a mistake of the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MintError {
    /// The expiry is not after now.
    AlreadyExpired,
    /// The expiry is later than [`Passes::with_max_lifetime`](crate::Passes::with_max_lifetime) allows.
    LivesTooLong {
        /// The longest life in seconds.
        limit_seconds: u64,
    },
    /// The pass would expire before it begins to be good.
    NeverGood,
    /// The pass would cover no method.
    NoMethods,
    /// A field is there and has no text: a user without a name is not a user.
    Empty {
        /// Which.
        field: &'static str,
    },
    /// A field is too long.
    TooLong {
        /// Which.
        field: &'static str,
        /// How many bytes it may have.
        limit: usize,
    },
    /// The prefix is empty: ask for [`PassSpec::whole_store`] if that is meant.
    WholeStore,
    /// The prefix has more than 255 segments.
    PrefixTooDeep,
    /// One-time passes are not switched on: see [`OneTime`].
    OneTime,
}

impl fmt::Display for MintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyExpired => f.write_str("pass would be expired from the start"),
            Self::LivesTooLong { limit_seconds } => {
                write!(f, "pass would end more than {limit_seconds} seconds from now")
            }
            Self::NeverGood => f.write_str("pass would expire before it begins to be good"),
            Self::NoMethods => f.write_str("pass would cover no method"),
            Self::Empty { field } => write!(f, "{field} is empty"),
            Self::TooLong { field, limit } => write!(f, "{field} is longer than {limit} bytes"),
            Self::WholeStore => f.write_str("prefix is empty and would open the whole store"),
            Self::PrefixTooDeep => f.write_str("prefix has more than 255 segments"),
            Self::OneTime => f.write_str("one-time passes need a ledger and are not switched on"),
        }
    }
}

impl Error for MintError {}
