//! The bytes under the MAC, and the tag over them.
//!
//! Each field is a type byte, a two-byte big-endian length and its bytes; fields stand in the order of their types, each
//! at most once, absent ones not at all. So the bytes can be read back in one way only, and no two lists of fields give
//! the same bytes, wherever a caller's text ends and the next begins.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::unix_seconds::UnixSeconds;
use crate::wire::{Carried, FORMAT};
use crate::{Audience, KeyId, Overrides, Purpose, Scope, Secret};

/// HKDF's salt (RFC 5869 §3.1): fixed, it keeps these keys apart from other uses of the same secret.
const SALT: &[u8] = b"hallpass token-hmac v1";

/// Begins HKDF's info; the purpose's label ends it.
const INFO: &[u8] = b"pass:";

mod field {
    pub(super) const FORMAT: u8 = 0x01;
    pub(super) const PURPOSE: u8 = 0x02;
    pub(super) const KEY_ID: u8 = 0x03;
    pub(super) const AUDIENCE: u8 = 0x04;
    pub(super) const METHODS: u8 = 0x05;
    pub(super) const OBJECT: u8 = 0x06;
    pub(super) const PREFIX: u8 = 0x07;
    pub(super) const SUBJECT: u8 = 0x08;
    pub(super) const EXPIRES: u8 = 0x09;
    pub(super) const NOT_BEFORE: u8 = 0x0A;
    pub(super) const VERSION: u8 = 0x0B;
    pub(super) const OVERRIDES: [u8; 4] = [0x10, 0x11, 0x12, 0x13];
    pub(super) const OBJECT_EPOCH: u8 = 0x20;
    pub(super) const SUBJECT_EPOCH: u8 = 0x21;
    pub(super) const NONCE: u8 = 0x22;
    pub(super) const PAYLOAD: u8 = 0x23;
}

/// An HMAC-SHA-256 that has its key, and perhaps the beginning of its message.
type HmacSha256 = Hmac<Sha256>;

/// The MAC key of one secret for one purpose, ready to go on after the bytes that all its passes begin with.
///
/// The `hmac` and `sha2` crates, and not `ring` as in TLS: over messages as short as these, with their state kept, they
/// need three fifths of the time.
pub(crate) struct PassKey(HmacSha256);

impl PassKey {
    pub(crate) fn new(secret: &Secret, purpose: Purpose, id: KeyId, audience: &Audience) -> Self {
        Self(derive(secret, purpose).chain_update(header(purpose, id, audience)))
    }

    pub(crate) fn tag(&self, claims: &Claims<'_>) -> Tag {
        let mut message = Gathered::after(&self.0);
        claims.encode(&mut message);
        Tag::truncated(message.sign().finalize().into_bytes().into())
    }
}

/// HKDF-SHA-256 (RFC 5869 §2.2, §2.3); the key is as long as one hash, so that its first block is all of it.
fn derive(secret: &Secret, purpose: Purpose) -> HmacSha256 {
    let pseudo_random_key = keyed(SALT).chain_update(secret.expose_secret()).finalize().into_bytes();
    let first_block =
        keyed(&pseudo_random_key).chain_update(INFO).chain_update(purpose.label()).chain_update([1]);
    keyed(&first_block.finalize().into_bytes())
}

#[expect(clippy::expect_used, reason = "an HMAC takes keys of every length (RFC 2104 §2)")]
fn keyed(key: &[u8]) -> HmacSha256 {
    HmacSha256::new_from_slice(key).expect("any length")
}

/// 128 bits of an HMAC-SHA-256.
#[derive(Clone, Copy)]
pub(crate) struct Tag([u8; Tag::LEN]);

impl Tag {
    pub(crate) const LEN: usize = 16;

    pub(crate) const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// SECURITY: the only comparison of tags, in constant time. There is no `PartialEq`, so `==` does not compile (S11).
    pub(crate) fn matches(&self, other: &Self) -> bool {
        // As one number, not byte by byte: the same in a tenth of the instructions.
        u128::from_ne_bytes(self.0).ct_eq(&u128::from_ne_bytes(other.0)).into()
    }

    /// Takes the first half (RFC 2104 §5).
    fn truncated(whole: [u8; 2 * Self::LEN]) -> Self {
        let mut tag = [0; Self::LEN];
        tag.copy_from_slice(whole.split_at(Self::LEN).0);
        Self(tag)
    }
}

/// All that one pass says, from itself and from the request.
pub(crate) struct Claims<'a> {
    pub(crate) carried: &'a Carried<'a>,
    pub(crate) scope: &'a Scope,
    pub(crate) subject: &'a str,
    pub(crate) overrides: Overrides<'a>,
}

impl Claims<'_> {
    fn encode(&self, sink: &mut impl Sink) {
        let Carried { methods, subject, expires, not_before, version, epochs, nonce, payload, .. } =
            self.carried;
        put(sink, field::METHODS, [methods.bits()], &[]);
        match self.scope {
            Scope::Object(key) => put(sink, field::OBJECT, [], key.as_str().as_bytes()),
            Scope::Prefix(prefix) => put(sink, field::PREFIX, [], prefix.as_str().as_bytes()),
        }
        put(sink, field::SUBJECT, [subject.code()], self.subject.as_bytes());
        put(sink, field::EXPIRES, expires.to_bytes(), &[]);
        put_some(sink, field::NOT_BEFORE, not_before.map(UnixSeconds::to_bytes));
        put_some(sink, field::VERSION, version.map(|version| *version.as_bytes()));
        for (code, value) in field::OVERRIDES.into_iter().zip(self.overrides.values()) {
            if let Some(value) = value {
                put(sink, code, [], value.as_bytes());
            }
        }
        put_some(sink, field::OBJECT_EPOCH, (epochs.object != 0).then(|| epochs.object.to_be_bytes()));
        put_some(sink, field::SUBJECT_EPOCH, (epochs.subject != 0).then(|| epochs.subject.to_be_bytes()));
        put_some(sink, field::NONCE, nonce.map(|nonce| *nonce.as_bytes()));
        if !payload.is_empty() {
            put(sink, field::PAYLOAD, [], payload);
        }
    }
}

/// Writes what all passes of one key, purpose and audience begin with.
fn header(purpose: Purpose, id: KeyId, audience: &Audience) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(&mut bytes, field::FORMAT, [FORMAT], &[]);
    put(&mut bytes, field::PURPOSE, [], purpose.label().as_bytes());
    put(&mut bytes, field::KEY_ID, [], id.as_bytes());
    put(&mut bytes, field::AUDIENCE, [], audience.as_str().as_bytes());
    bytes
}

fn put_some<const N: usize>(sink: &mut impl Sink, code: u8, value: Option<[u8; N]>) {
    if let Some(value) = value {
        put(sink, code, value, &[]);
    }
}

/// Writes a field: what of its value has a fixed length, and the text that follows.
fn put<const N: usize>(sink: &mut impl Sink, code: u8, fixed: [u8; N], text: &[u8]) {
    // INVARIANT: minting refuses every text of more than 1,024 bytes. A request may have one that is longer than this
    // length can say; no tag was ever made for such a field, so that none matches.
    let [high, low] = u16::try_from(N + text.len()).unwrap_or(u16::MAX).to_be_bytes();
    sink.take(&[code, high, low]);
    sink.take(&fixed);
    if !text.is_empty() {
        sink.take(text);
    }
}

trait Sink {
    fn take(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn take(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Gathers an ordinary pass's bytes on the stack, to hash them in one go: piece by piece takes longer.
struct Gathered {
    mac: HmacSha256,
    buffer: [u8; Gathered::SIZE],
    filled: usize,
}

impl Gathered {
    const SIZE: usize = 192;

    fn after(beginning: &HmacSha256) -> Self {
        Self { mac: beginning.clone(), buffer: [0; Self::SIZE], filled: 0 }
    }

    fn sign(mut self) -> HmacSha256 {
        self.mac.update(self.buffer.get(..self.filled).unwrap_or_default());
        self.mac
    }

    /// Hashes what has been gathered, and what there is no room for.
    #[cold]
    fn spill(&mut self, bytes: &[u8]) {
        self.mac.update(self.buffer.get(..self.filled).unwrap_or_default());
        self.mac.update(bytes);
        self.filled = 0;
    }
}

impl Sink for Gathered {
    #[inline]
    fn take(&mut self, bytes: &[u8]) {
        match self.buffer.get_mut(self.filled..).and_then(|room| room.get_mut(..bytes.len())) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.filled += bytes.len();
            }
            None => self.spill(bytes),
        }
    }
}

/// Gathers the bytes under the MAC, for tests to look at.
#[cfg(test)]
pub(crate) fn input(purpose: Purpose, id: KeyId, audience: &Audience, claims: &Claims<'_>) -> Vec<u8> {
    let mut bytes = header(purpose, id, audience);
    claims.encode(&mut bytes);
    bytes
}

#[cfg(test)]
mod constant_time;
#[cfg(test)]
mod tests;
