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

/// The MAC key of one secret for one purpose, with what all its passes have in common already taken in.
#[derive(Clone)]
pub(crate) struct PrimedKey(hmac::Context);

impl PrimedKey {
    pub(crate) fn new(secret: &Secret, purpose: Purpose, id: KeyId, audience: &Audience) -> Self {
        let mut sink = Buffered::new(hmac::Context::with_key(&derive(secret, purpose)));
        // The three texts are bounded by their types, far below what a length can say.
        let header = header(&mut sink, purpose, id, audience);
        debug_assert!(header.is_ok());
        Self(sink.finish())
    }

    pub(crate) fn tag(&self, claims: &Claims<'_>) -> Result<Tag, TooLong> {
        let mut sink = Buffered::new(self.0.clone());
        claims.encode(&mut sink)?;
        Ok(Tag::truncated(&sink.finish().sign()))
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
fn header(sink: &mut impl Sink, purpose: Purpose, id: KeyId, audience: &Audience) -> Result<(), TooLong> {
    put(sink, field::FORMAT, [&[FORMAT]])?;
    put(sink, field::PURPOSE, [purpose.label().as_bytes()])?;
    put(sink, field::KEY_ID, [id.as_bytes()])?;
    put(sink, field::AUDIENCE, [audience.as_str().as_bytes()])
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

/// Gathers small fields, so that the hash is called once for an ordinary pass.
struct Buffered {
    context: hmac::Context,
    buffer: [u8; Buffered::SIZE],
    filled: usize,
}

impl Buffered {
    const SIZE: usize = 256;

    const fn new(context: hmac::Context) -> Self {
        Self { context, buffer: [0; Self::SIZE], filled: 0 }
    }

    fn flush(&mut self) {
        self.context.update(self.buffer.get(..self.filled).unwrap_or_default());
        self.filled = 0;
    }

    fn finish(mut self) -> hmac::Context {
        self.flush();
        self.context
    }
}

impl Sink for Buffered {
    fn take(&mut self, bytes: &[u8]) {
        if self.filled + bytes.len() > Self::SIZE {
            self.flush();
        }
        match self.buffer.get_mut(self.filled..self.filled + bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.filled += bytes.len();
            }
            None => self.context.update(bytes),
        }
    }
}

#[cfg(test)]
#[path = "mac_tests.rs"]
mod tests;
