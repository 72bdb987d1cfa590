//! The bytes of a pass: what verification needs and the request does not have.

use std::borrow::Cow;
use std::fmt;
use std::str::{self, FromStr};

use crate::base64url;
use crate::mac::Tag;
use crate::unix_seconds::UnixSeconds;
use crate::{Epochs, KeyId, Malformed, Methods, Nonce, PassSpec, Refusal, SubjectKind, VersionDigest};

pub(crate) const FORMAT: u8 = 1;

/// Everything optional present and at its longest.
const MAX_BYTES: usize = 1 // format
    + 2 // flags
    + 1 + KeyId::MAX_LEN
    + 2 * UnixSeconds::LEN
    + 1 // segments of a prefix
    + VersionDigest::LEN
    + 2 * size_of::<u32>()
    + Nonce::LEN
    + 2 + PassSpec::MAX_PAYLOAD
    + Tag::LEN;

/// The same without a payload, and as text.
const PLAIN_BYTES: usize = MAX_BYTES - 2 - PassSpec::MAX_PAYLOAD;
const PLAIN_TEXT: usize = (PLAIN_BYTES * 4).div_ceil(3);

/// The first flag byte: methods in the low five bits, then subject kind (two bits) and scope.
const SUBJECT_SHIFT: u32 = 5;
const SUBJECT_MASK: u8 = 0b11;
const IS_PREFIX: u8 = 1 << 7;

/// The second flag byte: which optional fields follow. The two high bits are not in use and refused.
const HAS_NOT_BEFORE: u8 = 1;
const HAS_VERSION: u8 = 1 << 1;
const HAS_OBJECT_EPOCH: u8 = 1 << 2;
const HAS_SUBJECT_EPOCH: u8 = 1 << 3;
const HAS_NONCE: u8 = 1 << 4;
const HAS_PAYLOAD: u8 = 1 << 5;
const UNUSED: u8 = 0b1100_0000;

/// A pass that was read and not verified: nothing it says is to be believed.
///
/// ```
/// use token_hmac::Unverified;
///
/// let pass = Unverified::parse("AQEABzIwMjYtMTEAaVa3IAABAgMEBQYHCAkKCwwNDg8")?;
/// assert_eq!(pass.claimed_key_id().as_str(), "2026-11");
/// # Ok::<(), token_hmac::Refusal>(())
/// ```
#[derive(Clone)]
pub struct Unverified {
    pub(crate) carried: Carried<'static>,
    pub(crate) tag: Tag,
}

impl Unverified {
    /// The longest text that can be a pass, in bytes.
    pub const MAX_LEN: usize = (MAX_BYTES * 4).div_ceil(3);

    /// Reads a pass, of which there is exactly one text for each content.
    ///
    /// # Errors
    /// [`Refusal::Malformed`]: the text is no pass of this format.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        read(text).map_err(Refusal::Malformed)
    }

    /// Returns the id of the key that the pass claims to be signed with.
    pub const fn claimed_key_id(&self) -> KeyId {
        self.carried.key_id
    }
}

impl FromStr for Unverified {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

// SECURITY: with the tag it would be the pass itself.
impl fmt::Debug for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").field("carried", &self.carried).finish_non_exhaustive()
    }
}

/// What a pass carries besides its tag.
#[derive(Clone)]
pub(crate) struct Carried<'a> {
    pub(crate) key_id: KeyId,
    pub(crate) methods: Methods,
    pub(crate) subject: SubjectKind,
    pub(crate) scope: CarriedScope,
    pub(crate) expires: UnixSeconds,
    pub(crate) not_before: Option<UnixSeconds>,
    pub(crate) version: Option<VersionDigest>,
    pub(crate) epochs: Epochs,
    pub(crate) nonce: Option<Nonce>,
    pub(crate) payload: Cow<'a, [u8]>,
}

/// What a pass says about its scope: the names themselves come from the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CarriedScope {
    Object,
    Prefix { segments: u8 },
}

impl Carried<'_> {
    /// Writes the text of the pass.
    pub(crate) fn write(&self, tag: &Tag) -> String {
        // As when reading: room on the stack for an ordinary pass, more for one with a payload.
        if self.payload.is_empty() {
            self.write_in::<PLAIN_BYTES, PLAIN_TEXT>(tag)
        } else {
            self.write_in::<MAX_BYTES, { Unverified::MAX_LEN }>(tag)
        }
    }

    fn write_in<const BYTES: usize, const TEXT: usize>(&self, tag: &Tag) -> String {
        let mut bytes = Writer { room: [0; BYTES], filled: 0 };
        self.write_fields(&mut bytes, tag);
        let mut text = [0; TEXT];
        let length = base64url::encode(bytes.written(), &mut text).unwrap_or_default();
        // INVARIANT: there is room for the longest pass, and base64 is ASCII.
        debug_assert!(length > 0);
        str::from_utf8(text.get(..length).unwrap_or_default()).unwrap_or_default().to_owned()
    }

    fn write_fields<const N: usize>(&self, out: &mut Writer<N>, tag: &Tag) {
        out.put(&[FORMAT, self.grant_flags(), self.presence_flags(), self.key_id.length()]);
        out.put(self.key_id.as_bytes());
        out.put(&self.expires.to_bytes());
        if let Some(start) = self.not_before {
            out.put(&start.to_bytes());
        }
        if let CarriedScope::Prefix { segments } = self.scope {
            out.put(&[segments]);
        }
        if let Some(version) = &self.version {
            out.put(version.as_bytes());
        }
        for epoch in [self.epochs.object, self.epochs.subject] {
            if epoch != 0 {
                out.put(&epoch.to_be_bytes());
            }
        }
        if let Some(nonce) = &self.nonce {
            out.put(nonce.as_bytes());
        }
        // INVARIANT: minting refuses a payload beyond MAX_PAYLOAD.
        if let (false, Ok(length)) = (self.payload.is_empty(), u16::try_from(self.payload.len())) {
            out.put(&length.to_be_bytes());
            out.put(&self.payload);
        }
        out.put(tag.as_bytes());
    }

    fn grant_flags(&self) -> u8 {
        let scope = match self.scope {
            CarriedScope::Object => 0,
            CarriedScope::Prefix { .. } => IS_PREFIX,
        };
        self.methods.bits() | self.subject.code() << SUBJECT_SHIFT | scope
    }

    fn presence_flags(&self) -> u8 {
        let flag = |present: bool, flag: u8| if present { flag } else { 0 };
        flag(self.not_before.is_some(), HAS_NOT_BEFORE)
            | flag(self.version.is_some(), HAS_VERSION)
            | flag(self.epochs.object != 0, HAS_OBJECT_EPOCH)
            | flag(self.epochs.subject != 0, HAS_SUBJECT_EPOCH)
            | flag(self.nonce.is_some(), HAS_NONCE)
            | flag(!self.payload.is_empty(), HAS_PAYLOAD)
    }
}

impl fmt::Debug for Carried<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carried")
            .field("key_id", &self.key_id)
            .field("methods", &self.methods)
            .field("subject", &self.subject)
            .field("scope", &self.scope)
            .field("expires", &self.expires)
            .field("not_before", &self.not_before)
            .field("version", &self.version)
            .field("epochs", &self.epochs)
            .field("nonce", &self.nonce)
            .field("payload_length", &self.payload.len())
            .finish()
    }
}

#[inline]
fn read(text: &str) -> Result<Unverified, Malformed> {
    // Before anything else, so that a huge text costs no more than a short one.
    if text.len() > Unverified::MAX_LEN {
        return Err(Malformed::TooLong);
    }
    // Only a pass with a payload pays for a longer buffer.
    if text.len() <= PLAIN_TEXT { decode::<PLAIN_BYTES>(text) } else { decode::<MAX_BYTES>(text) }
}

#[inline]
fn decode<const ROOM: usize>(text: &str) -> Result<Unverified, Malformed> {
    let mut buffer = [0; ROOM];
    let length = base64url::decode(text.as_bytes(), &mut buffer).ok_or(Malformed::Encoding)?;
    let mut reader = Reader(buffer.get(..length).unwrap_or_default());
    let pass = read_fields(&mut reader)?;
    if reader.0.is_empty() { Ok(pass) } else { Err(Malformed::TrailingBytes) }
}

#[inline]
fn read_fields(reader: &mut Reader<'_>) -> Result<Unverified, Malformed> {
    match reader.byte()? {
        FORMAT => {}
        format => return Err(Malformed::UnknownFormat { format }),
    }
    let [grant, presence] = reader.array()?;
    if presence & UNUSED != 0 {
        return Err(Malformed::UnknownFlag);
    }
    let length = reader.byte()?;
    let carried = Carried {
        methods: read_methods(grant)?,
        subject: SubjectKind::from_code(grant >> SUBJECT_SHIFT & SUBJECT_MASK)
            .ok_or(Malformed::UnknownFlag)?,
        key_id: KeyId::from_bytes(reader.slice(length.into())?).map_err(|_| Malformed::KeyId)?,
        expires: read_time(reader)?,
        not_before: (presence & HAS_NOT_BEFORE != 0).then(|| read_time(reader)).transpose()?,
        scope: match grant & IS_PREFIX {
            0 => CarriedScope::Object,
            _ => CarriedScope::Prefix { segments: reader.byte()? },
        },
        version: match presence & HAS_VERSION {
            0 => None,
            _ => Some(VersionDigest::from_bytes(reader.array()?)),
        },
        epochs: Epochs {
            object: read_epoch(reader, presence & HAS_OBJECT_EPOCH)?,
            subject: read_epoch(reader, presence & HAS_SUBJECT_EPOCH)?,
        },
        nonce: match presence & HAS_NONCE {
            0 => None,
            _ => Some(Nonce::from_bytes(reader.array()?)),
        },
        payload: match presence & HAS_PAYLOAD {
            0 => Cow::Borrowed(&[]),
            _ => Cow::Owned(read_payload(reader)?),
        },
    };
    Ok(Unverified { carried, tag: Tag::from_bytes(reader.array()?) })
}

#[inline]
fn read_methods(grant: u8) -> Result<Methods, Malformed> {
    let methods = Methods::from_bits(grant);
    if methods.is_empty() { Err(Malformed::NoMethods) } else { Ok(methods) }
}

#[inline]
fn read_time(reader: &mut Reader<'_>) -> Result<UnixSeconds, Malformed> {
    UnixSeconds::from_bytes(reader.array()?).ok_or(Malformed::Time)
}

#[inline]
fn read_epoch(reader: &mut Reader<'_>, flag: u8) -> Result<u32, Malformed> {
    match flag {
        0 => Ok(0),
        // Zero is written by leaving the field out: a second way to say it would be a second text for one pass.
        _ => match u32::from_be_bytes(reader.array()?) {
            0 => Err(Malformed::NotCanonical),
            epoch => Ok(epoch),
        },
    }
}

fn read_payload(reader: &mut Reader<'_>) -> Result<Vec<u8>, Malformed> {
    match usize::from(u16::from_be_bytes(reader.array()?)) {
        0 => Err(Malformed::NotCanonical),
        length if length > PassSpec::MAX_PAYLOAD => Err(Malformed::TooLong),
        length => reader.slice(length).map(<[u8]>::to_vec),
    }
}

/// Puts bytes one after the other.
struct Writer<const N: usize> {
    room: [u8; N],
    filled: usize,
}

impl<const N: usize> Writer<N> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        // INVARIANT: there is room for the longest pass.
        debug_assert!(self.filled + bytes.len() <= N);
        if let Some(room) = self.room.get_mut(self.filled..).and_then(|room| room.get_mut(..bytes.len())) {
            room.copy_from_slice(bytes);
            self.filled += bytes.len();
        }
    }

    fn written(&self) -> &[u8] {
        self.room.get(..self.filled).unwrap_or_default()
    }
}

/// Takes bytes from the front, or says that there are too few.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, Malformed> {
        self.array().map(|[byte]| byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, tail) = self.0.split_first_chunk().ok_or(Malformed::Truncated)?;
        self.0 = tail;
        Ok(*head)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (head, tail) = self.0.split_at_checked(length).ok_or(Malformed::Truncated)?;
        self.0 = tail;
        Ok(head)
    }
}
