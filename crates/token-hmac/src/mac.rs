//! The bytes under the MAC, and the tag over them.
//!
//! Each field is a type byte, a two-byte big-endian length and its bytes; fields stand in the order of their types, each
//! at most once, absent ones not at all. So the bytes can be read back in one way only, and no two lists of fields give
//! the same bytes, wherever a caller's text ends and the next begins.

use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac;
use subtle::ConstantTimeEq as _;

use crate::unix_seconds::UnixSeconds;
use crate::wire::{Carried, FORMAT};
use crate::{Audience, KeyId, Nonce, Overrides, Purpose, Scope, Secret, VersionDigest};

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

/// The MAC key of one secret for one purpose, with the bytes that all its passes begin with.
pub(crate) struct PassKey {
    key: hmac::Key,
    header: Vec<u8>,
}

impl PassKey {
    pub(crate) fn new(secret: &Secret, purpose: Purpose, id: KeyId, audience: &Audience) -> Self {
        Self { key: derive(secret, purpose), header: header(purpose, id, audience) }
    }

    pub(crate) fn tag(&self, claims: &Claims<'_>) -> Result<Tag, TooLong> {
        let mut sink = Buffered::new(&self.key);
        sink.take(&self.header);
        claims.encode(&mut sink)?;
        Ok(Tag::truncated(&sink.sign()))
    }
}

#[expect(clippy::expect_used, reason = "HKDF fails beyond 255 hashes of output, and this is one")]
fn derive(secret: &Secret, purpose: Purpose) -> hmac::Key {
    let pseudo_random_key = Salt::new(HKDF_SHA256, SALT).extract(secret.expose_secret());
    pseudo_random_key
        .expand(&[INFO, purpose.label().as_bytes()], hmac::HMAC_SHA256)
        .expect("output of one hash")
        .into()
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
        self.0.ct_eq(&other.0).into()
    }

    fn truncated(whole: &hmac::Tag) -> Self {
        let mut tag = [0; Self::LEN];
        for (to, from) in tag.iter_mut().zip(whole.as_ref()) {
            *to = *from;
        }
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
    fn encode(&self, sink: &mut impl Sink) -> Result<(), TooLong> {
        let Carried { methods, subject, expires, not_before, version, epochs, nonce, payload, .. } =
            self.carried;
        put(sink, field::METHODS, [&[methods.bits()]])?;
        match self.scope {
            Scope::Object(key) => put(sink, field::OBJECT, [key.as_str().as_bytes()])?,
            Scope::Prefix(prefix) => put(sink, field::PREFIX, [prefix.as_str().as_bytes()])?,
        }
        put(sink, field::SUBJECT, [&[subject.code()], self.subject.as_bytes()])?;
        put(sink, field::EXPIRES, [&expires.to_bytes()])?;
        put_some(sink, field::NOT_BEFORE, not_before.map(UnixSeconds::to_bytes))?;
        put_some(sink, field::VERSION, version.as_ref().map(VersionDigest::as_bytes))?;
        for (code, value) in field::OVERRIDES.into_iter().zip(self.overrides.values()) {
            put_some(sink, code, value)?;
        }
        put_some(sink, field::OBJECT_EPOCH, (epochs.object != 0).then(|| epochs.object.to_be_bytes()))?;
        put_some(sink, field::SUBJECT_EPOCH, (epochs.subject != 0).then(|| epochs.subject.to_be_bytes()))?;
        put_some(sink, field::NONCE, nonce.as_ref().map(Nonce::as_bytes))?;
        put_some(sink, field::PAYLOAD, (!payload.is_empty()).then_some(payload))
    }
}

/// Writes what all passes of one key, purpose and audience begin with.
fn header(purpose: Purpose, id: KeyId, audience: &Audience) -> Vec<u8> {
    let mut bytes = Vec::new();
    let fields = [
        (field::FORMAT, [FORMAT].as_slice()),
        (field::PURPOSE, purpose.label().as_bytes()),
        (field::KEY_ID, id.as_bytes()),
        (field::AUDIENCE, audience.as_str().as_bytes()),
    ];
    for (code, value) in fields {
        let written = put(&mut bytes, code, [value]);
        // INVARIANT: the types of these texts bound them far below what a length can say.
        debug_assert!(written.is_ok());
    }
    bytes
}

fn put_some(sink: &mut impl Sink, code: u8, value: Option<impl AsRef<[u8]>>) -> Result<(), TooLong> {
    value.map_or(Ok(()), |value| put(sink, code, [value.as_ref()]))
}

fn put<const N: usize>(sink: &mut impl Sink, code: u8, parts: [&[u8]; N]) -> Result<(), TooLong> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let [high, low] = u16::try_from(length).map_err(|_| TooLong)?.to_be_bytes();
    sink.take(&[code, high, low]);
    for part in parts {
        sink.take(part);
    }
    Ok(())
}

/// Says that a field is longer than its length can say. Minting never makes such a pass.
#[derive(Debug)]
pub(crate) struct TooLong;

trait Sink {
    fn take(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn take(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Gathers an ordinary pass's bytes on the stack, to hash them in one call; the context that hashes in pieces is made
/// only for what does not fit.
struct Buffered<'a> {
    key: &'a hmac::Key,
    /// What the buffer could not hold.
    hashed: Option<hmac::Context>,
    buffer: [u8; Buffered::SIZE],
    filled: usize,
}

impl<'a> Buffered<'a> {
    const SIZE: usize = 256;

    const fn new(key: &'a hmac::Key) -> Self {
        Self { key, hashed: None, buffer: [0; Self::SIZE], filled: 0 }
    }

    fn sign(self) -> hmac::Tag {
        let rest = self.buffer.get(..self.filled).unwrap_or_default();
        match self.hashed {
            None => hmac::sign(self.key, rest),
            Some(mut context) => {
                context.update(rest);
                context.sign()
            }
        }
    }

    #[cold]
    fn spill(&mut self, bytes: &[u8]) {
        let context = self.hashed.get_or_insert_with(|| hmac::Context::with_key(self.key));
        context.update(self.buffer.get(..self.filled).unwrap_or_default());
        context.update(bytes);
        self.filled = 0;
    }
}

impl Sink for Buffered<'_> {
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
    claims.encode(&mut bytes).unwrap();
    bytes
}

#[cfg(test)]
mod tests;
