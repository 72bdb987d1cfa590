//! DER (X.690), as far as keys are written in it: PKCS#1 (RFC 8017 A.1), SEC1 (RFC 5915), PKCS#8 (RFC 5958), SPKI
//! (RFC 5280 §4.1.2.7), and the signatures of ECDSA (RFC 3279 §2.2.3).
//!
//! This finds out what a key is. Whether its numbers fit together is the backend's business.

use super::InvalidKey;

/// What some bytes were found to be. All parts are slices of them.
pub(super) enum Key<'a> {
    RsaPrivate { pkcs1: &'a [u8], modulus: &'a [u8], exponent: &'a [u8] },
    RsaPublic { pkcs1: &'a [u8], modulus: &'a [u8] },
    EcPrivate { scalar: &'a [u8], point: Option<&'a [u8]> },
    EcPublic { point: &'a [u8] },
}

/// Finds out what key the bytes are.
pub(super) fn read(der: &[u8]) -> Result<Key<'_>, InvalidKey> {
    let malformed = InvalidKey::Malformed;
    let mut inner = sole(der, tag::SEQUENCE).ok_or(malformed.clone())?;
    match (inner.peek(0), inner.peek(1)) {
        (Some(tag::INTEGER), Some(tag::SEQUENCE)) => pkcs8(&mut inner),
        (Some(tag::INTEGER), Some(tag::OCTET_STRING)) => sec1(&mut inner, None),
        (Some(tag::INTEGER), Some(tag::INTEGER)) => pkcs1(der),
        (Some(tag::SEQUENCE), Some(tag::BIT_STRING)) => spki(&mut inner),
        (Some(tag::SEQUENCE), Some(tag::OCTET_STRING)) => Err(InvalidKey::Encrypted),
        (Some(tag::SEQUENCE), Some(tag::SEQUENCE)) => Err(InvalidKey::Certificate),
        _ => Err(malformed),
    }
}

/// Tells whether `signature` is what ECDSA signatures are in DER: two positive integers.
pub(crate) fn is_ecdsa_signature(signature: &[u8]) -> bool {
    let numbers = sole(signature, tag::SEQUENCE).and_then(|mut inner| {
        let both = [inner.take(tag::INTEGER)?, inner.take(tag::INTEGER)?];
        inner.is_empty().then_some(both)
    });
    numbers
        .is_some_and(|both| both.iter().all(|number| matches!(number, [1..=0x7f, ..] | [0, 0x80..=0xff, ..])))
}

/// `PrivateKeyInfo`.
fn pkcs8<'a>(inner: &mut Der<'a>) -> Result<Key<'a>, InvalidKey> {
    let malformed = || InvalidKey::Malformed;
    inner.take(tag::INTEGER).ok_or_else(malformed)?;
    let algorithm = algorithm(inner).ok_or_else(malformed)?;
    let key = inner.take(tag::OCTET_STRING).ok_or_else(malformed)?;
    match algorithm.checked()? {
        Kind::Rsa => match pkcs1(key)? {
            found @ Key::RsaPrivate { .. } => Ok(found),
            _ => Err(InvalidKey::Malformed),
        },
        Kind::P256 => sec1(&mut sole(key, tag::SEQUENCE).ok_or_else(malformed)?, Some(Kind::P256)),
    }
}

/// `SubjectPublicKeyInfo`.
fn spki<'a>(inner: &mut Der<'a>) -> Result<Key<'a>, InvalidKey> {
    let malformed = || InvalidKey::Malformed;
    let algorithm = algorithm(inner).ok_or_else(malformed)?;
    let key = inner.bits().filter(|_| inner.is_empty()).ok_or_else(malformed)?;
    match algorithm.checked()? {
        Kind::Rsa => match pkcs1(key)? {
            found @ Key::RsaPublic { .. } => Ok(found),
            _ => Err(InvalidKey::Malformed),
        },
        Kind::P256 => Ok(Key::EcPublic { point: uncompressed(key)? }),
    }
}

/// `RSAPrivateKey` or `RSAPublicKey`: the one begins with a version, the other with the modulus.
fn pkcs1(der: &[u8]) -> Result<Key<'_>, InvalidKey> {
    let key = || {
        let mut inner = sole(der, tag::SEQUENCE)?;
        let (first, second) = (inner.take(tag::INTEGER)?, inner.take(tag::INTEGER)?);
        if inner.is_empty() {
            return Some(Key::RsaPublic { pkcs1: der, modulus: magnitude(first)? });
        }
        let exponent = inner.take(tag::INTEGER)?;
        (first == [0]).then_some(Key::RsaPrivate { pkcs1: der, modulus: magnitude(second)?, exponent })
    };
    let key = key().ok_or(InvalidKey::Malformed)?;
    let (Key::RsaPrivate { modulus, .. } | Key::RsaPublic { modulus, .. }) = key else { return Ok(key) };
    let leading = modulus.first().map_or(0, |byte| byte.leading_zeros());
    let bits = modulus.len().saturating_mul(8).saturating_sub(usize::try_from(leading).unwrap_or_default());
    if bits == RSA_BITS { Ok(key) } else { Err(InvalidKey::RsaSize { bits }) }
}

/// The only size of RSA keys that CloudFront takes.
const RSA_BITS: usize = 2048;

/// `ECPrivateKey`; within PKCS#8 the curve is said outside.
fn sec1<'a>(inner: &mut Der<'a>, outside: Option<Kind>) -> Result<Key<'a>, InvalidKey> {
    let malformed = || InvalidKey::Malformed;
    inner.take(tag::INTEGER).ok_or_else(malformed)?;
    let scalar = inner.take(tag::OCTET_STRING).ok_or_else(malformed)?;
    let curve = inner.take_if(tag::CONTEXT_0).ok_or_else(malformed)?;
    match (curve, outside) {
        (Some(parameters), _) => check_curve(parameters)?,
        (None, Some(Kind::P256)) => {}
        (None, _) => return Err(InvalidKey::Curve { name: "an unnamed curve" }),
    }
    let point = match inner.take_if(tag::CONTEXT_1).ok_or_else(malformed)? {
        Some(bits) => Some(uncompressed(Der(bits).bits().ok_or_else(malformed)?)?),
        None => None,
    };
    if scalar.len() == P256_FIELD { Ok(Key::EcPrivate { scalar, point }) } else { Err(InvalidKey::Malformed) }
}

/// The length of a coordinate of P-256, and of a private key, in bytes.
const P256_FIELD: usize = 32;

/// SEC1 §2.3.3: `04`, x, y. The compressed form is legal and rare; not every backend reads it.
fn uncompressed(point: &[u8]) -> Result<&[u8], InvalidKey> {
    match point {
        [4, coordinates @ ..] if coordinates.len() == 2 * P256_FIELD => Ok(point),
        [2 | 3, coordinate @ ..] if coordinate.len() == P256_FIELD => Err(InvalidKey::Compressed),
        _ => Err(InvalidKey::Malformed),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
}

/// `AlgorithmIdentifier`.
struct Algorithm<'a> {
    id: &'a [u8],
    parameters: &'a [u8],
}

fn algorithm<'a>(inner: &mut Der<'a>) -> Option<Algorithm<'a>> {
    let mut algorithm = Der(inner.take(tag::SEQUENCE)?);
    Some(Algorithm { id: algorithm.take(tag::OBJECT_ID)?, parameters: algorithm.0 })
}

impl Algorithm<'_> {
    fn checked(&self) -> Result<Kind, InvalidKey> {
        match self.id {
            oid::RSA => Ok(Kind::Rsa),
            oid::EC => check_curve(self.parameters).map(|()| Kind::P256),
            oid::RSA_PSS => Err(InvalidKey::RsaPss),
            oid::ED25519 => Err(InvalidKey::Algorithm { name: "Ed25519" }),
            oid::ED448 => Err(InvalidKey::Algorithm { name: "Ed448" }),
            oid::DSA => Err(InvalidKey::Algorithm { name: "DSA" }),
            _ => Err(InvalidKey::Algorithm { name: "of an unknown kind" }),
        }
    }
}

fn check_curve(parameters: &[u8]) -> Result<(), InvalidKey> {
    let name = match Der(parameters).take(tag::OBJECT_ID) {
        Some(oid::P256) => return Ok(()),
        Some(oid::P384) => "P-384",
        Some(oid::P521) => "P-521",
        Some(oid::SECP256K1) => "secp256k1",
        Some(_) => "another curve",
        None => "a curve without a name",
    };
    Err(InvalidKey::Curve { name })
}

mod oid {
    pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    pub(super) const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
    pub(super) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    pub(super) const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    pub(super) const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
    pub(super) const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
    pub(super) const SECP256K1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x0a];
    pub(super) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    pub(super) const ED448: &[u8] = &[0x2b, 0x65, 0x71];
    pub(super) const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
}

mod tag {
    pub(super) const INTEGER: u8 = 0x02;
    pub(super) const BIT_STRING: u8 = 0x03;
    pub(super) const OCTET_STRING: u8 = 0x04;
    pub(super) const OBJECT_ID: u8 = 0x06;
    pub(super) const SEQUENCE: u8 = 0x30;
    pub(super) const CONTEXT_0: u8 = 0xa0;
    pub(super) const CONTEXT_1: u8 = 0xa1;
}

/// What of some DER is still to be read.
#[derive(Clone, Copy)]
struct Der<'a>(&'a [u8]);

/// Returns the content of the one element that `der` has to be.
fn sole(der: &[u8], tag: u8) -> Option<Der<'_>> {
    let mut outer = Der(der);
    let inner = outer.take(tag)?;
    outer.is_empty().then_some(Der(inner))
}

/// Strips the zero byte that keeps a number positive; nothing for a negative or padded one.
fn magnitude(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        [0, rest @ ..] if matches!(rest, [0x80..=0xff, ..]) => Some(rest),
        [0x01..=0x7f, ..] => Some(integer),
        _ => None,
    }
}

impl<'a> Der<'a> {
    const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Returns the tag of the element after `skipped` others.
    fn peek(mut self, skipped: usize) -> Option<u8> {
        for _ in 0..skipped {
            self.take(*self.0.first()?)?;
        }
        self.0.first().copied()
    }

    /// Reads the next element, which has to have this tag, and returns its content.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (length, content) = match *self.0 {
            [own, length @ 0..=0x7f, ref rest @ ..] if own == tag => (usize::from(length), rest),
            [own, 0x81, length @ 0x80..=0xff, ref rest @ ..] if own == tag => (usize::from(length), rest),
            [own, 0x82, high @ 1..=0xff, low, ref rest @ ..] if own == tag => {
                (usize::from(u16::from_be_bytes([high, low])), rest)
            }
            _ => return None,
        };
        let (content, rest) = content.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }

    /// Reads the next element if it has this tag; the outer nothing is for damage.
    #[expect(clippy::option_option, reason = "damaged, absent, present")]
    fn take_if(&mut self, tag: u8) -> Option<Option<&'a [u8]>> {
        if self.0.first() == Some(&tag) { self.take(tag).map(Some) } else { Some(None) }
    }

    /// Reads a bit string of whole bytes.
    fn bits(&mut self) -> Option<&'a [u8]> {
        match self.take(tag::BIT_STRING)? {
            [0, bytes @ ..] => Some(bytes),
            _ => None,
        }
    }
}
