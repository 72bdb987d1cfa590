//! What most tests begin with.

use std::time::{Duration, SystemTime};

use object_key::{ObjectKey, Prefix};
use token_hmac::{
    Audience, KeyId, KeyRing, Method, Pass, PassSpec, Passes, Presented, Purpose, Refusal, Secret, Verified,
};

/// 2025-12-29, in unix seconds.
pub(crate) const NOW: u64 = 1_767_000_000;
pub(crate) const HOUR: u64 = 3600;
pub(crate) const WEEK: u64 = 7 * 24 * HOUR;

/// Text that nothing else contains, for tests of leaks.
pub(crate) const SECRET: &str = "CAFE-secret-CAFE-secret-CAFE-secret!";

pub(crate) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

pub(crate) fn prefix(text: &str) -> Prefix {
    Prefix::parse(text).unwrap()
}

pub(crate) fn id(text: &str) -> KeyId {
    KeyId::parse(text).unwrap()
}

pub(crate) fn secret(fill: u8) -> Secret {
    Secret::new([fill; 32]).unwrap()
}

pub(crate) fn audience(text: &str) -> Audience {
    Audience::new(text).unwrap()
}

pub(crate) fn passes_for(purpose: Purpose, place: &str) -> Passes {
    Passes::new(&KeyRing::new(id("2026-11"), secret(1)), purpose, &audience(place))
}

pub(crate) fn passes() -> Passes {
    passes_for(Purpose::Download, "/media/")
}

/// Mints with `spec` for an hour from [`NOW`].
pub(crate) fn mint(spec: &PassSpec<'_>) -> Pass {
    passes().mint(spec, at(NOW + HOUR), at(NOW)).unwrap()
}

/// Verifies a GET of `name` at [`NOW`].
pub(crate) fn get(pass: &Pass, name: &str) -> Result<Verified, Refusal> {
    passes().verify(pass.expose(), &Presented::new(Method::Get, &key(name)), at(NOW))
}
