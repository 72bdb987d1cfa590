#![doc = include_str!("../README.md")]

mod passes;

mod mint;
mod spec;

mod pass;
mod presented;
mod refusal;
mod verified;

mod key_id;
mod key_ring;
mod secret;

mod lifetime;
mod method;
mod nonce;
mod overrides;
mod purpose;
mod subject;
mod version;

mod base64url;
mod mac;
mod unix_seconds;
mod wire;

#[cfg(test)]
mod vectors;

pub use key_id::{InvalidKeyId, KeyId};
pub use key_ring::{DuplicateKeyId, KeyRing};
pub use lifetime::Lifetime;
pub use method::{Method, Methods, UnknownMethod};
pub use mint::MintError;
pub use nonce::{NoRandomness, Nonce};
pub use overrides::Overrides;
pub use pass::Pass;
pub use passes::{OneTime, Passes};
pub use presented::Presented;
pub use purpose::{Audience, InvalidAudience, Purpose};
pub use refusal::{Malformed, Refusal};
pub use secret::{InvalidSecret, Secret};
pub use spec::{Epochs, PassSpec, Scope};
pub use subject::{Subject, SubjectKind};
pub use verified::Verified;
pub use version::VersionDigest;
pub use wire::Unverified;

/// Compiles and runs the guide's examples.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/passes.md")]
struct Guide;
