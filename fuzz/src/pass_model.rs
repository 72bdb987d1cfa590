//! The pass as the guide's page specifies it, written a second time: slow, and without a line of `token-hmac`.

use ring::hmac;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What a pass says, optional fields in the order of their bits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wire {
    pub(crate) grant: u8,
    pub(crate) key_id: Vec<u8>,
    pub(crate) expires: Vec<u8>,
    pub(crate) segments: Option<u8>,
    /// Start, digest of the version, object epoch, subject epoch, nonce, payload.
    pub(crate) optional: [Option<Vec<u8>>; 6],
    pub(crate) tag: Vec<u8>,
}

impl Wire {
    /// Writes the bytes of the pass.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let [start, version, object, subject, nonce, payload] = &self.optional;
        let presence =
            self.optional.iter().enumerate().map(|(bit, field)| u8::from(field.is_some()) << bit).sum();
        let mut out = vec![1, self.grant, presence, u8::try_from(self.key_id.len()).expect("is short")];
        out.extend(self.key_id.iter().chain(&self.expires).chain(start.iter().flatten()));
        out.extend(self.segments);
        out.extend([version, object, subject, nonce].into_iter().flatten().flatten());
        if let Some(payload) = payload {
            out.extend(u16::try_from(payload.len()).expect("is short").to_be_bytes());
            out.extend(payload);
        }
        out.extend(&self.tag);
        out
    }

    /// Writes the text of the pass.
    pub(crate) fn text(&self) -> String {
        encode(&self.bytes())
    }

    /// Reads a text that is a pass, as strictly as the page says.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() > 1474 {
            return None;
        }
        let bytes = decode(text)?;
        let mut rest = bytes.as_slice();
        let mut take = |count: usize| {
            let (head, tail) = rest.split_at_checked(count)?;
            rest = tail;
            Some(head.to_vec())
        };
        let [format, grant, presence, length] = take(4)?[..] else { return None };
        if format != 1
            || grant % 32 == 0
            || grant >> 5 & 3 == 3
            || presence > 63
            || !(1..=16).contains(&length)
        {
            return None;
        }
        let mut pass = Self { grant, key_id: take(length.into())?, expires: take(5)?, ..Self::default() };
        let has = |bit: usize| presence >> bit & 1 == 1;
        let id = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
        let [start, version, object, subject, nonce, payload] = &mut pass.optional;
        *start = if has(0) { Some(take(5)?) } else { None };
        pass.segments = if grant >> 7 == 1 { Some(take(1)?.iter().sum()) } else { None };
        for (bit, field, length) in [(1, version, 8), (2, object, 4), (3, subject, 4), (4, nonce, 16)] {
            *field = if has(bit) { Some(take(length)?) } else { None };
        }
        if has(5) {
            let length = take(2)?.iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte));
            *payload = Some(take(length).filter(|_| (1..=1024).contains(&length))?);
        }
        pass.tag = take(16)?;
        let zero =
            |field: &Option<Vec<u8>>| field.as_ref().is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0));
        let times = [Some(&pass.expires), pass.optional.first().and_then(Option::as_ref)];
        let good = pass.key_id.iter().all(id)
            && times.into_iter().flatten().all(|time| seconds(time) <= 253_402_300_799)
            && !pass.optional.get(2..4).unwrap_or_default().iter().any(zero)
            && rest.is_empty();
        good.then_some(pass)
    }
}

/// Reads a number of any length, big-endian.
fn seconds(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Writes base64url without padding, bit by bit.
fn encode(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let sextet =
        |six: &[u8]| (0..6).fold(0, |sum, bit| sum << 1 | usize::from(six.get(bit).copied().unwrap_or(0)));
    bits.chunks(6).map(|six| char::from(ALPHABET[sextet(six)])).collect()
}

/// Reads base64url bit by bit; left-over bits are fewer than six, and zero.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bits = Vec::new();
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == byte)?;
        bits.extend((0..6).rev().map(|bit| value >> bit & 1));
    }
    let whole = bits.len() / 8 * 8;
    let rest = &bits[whole..];
    let octet = |eight: &[usize]| u8::try_from(eight.iter().fold(0, |sum, bit| sum << 1 | bit)).ok();
    if rest.len() >= 6 || rest.iter().any(|bit| *bit != 0) {
        None
    } else {
        bits[..whole].chunks(8).map(octet).collect()
    }
}

/// The tag over these fields, each a type and a value, with the key of a purpose.
pub(crate) fn tag(secret: &[u8], purpose: &str, fields: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mac = |key: &[u8], message: &[u8]| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().to_vec()
    };
    let key = mac(&mac(b"hallpass token-hmac v1", secret), format!("pass:{purpose}\u{1}").as_bytes());
    let mut message = Vec::new();
    for (code, value) in fields {
        message.push(*code);
        message.extend(u16::try_from(value.len()).expect("is short").to_be_bytes());
        message.extend(value);
    }
    let mut tag = mac(&key, &message);
    tag.truncate(16);
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example at the end of the guide's page.
    #[test]
    fn s09_the_model_makes_the_pass_of_the_guide() {
        let secret: Vec<u8> = (0..32).collect();
        let expires = vec![0, 0x69, 0x52, 0x55, 0xD0];
        let fields = [
            (1, vec![1]),
            (2, b"download".to_vec()),
            (3, b"2026-11".to_vec()),
            (4, b"/media/".to_vec()),
            (5, vec![1]),
            (6, b"reports/q1.pdf".to_vec()),
            (8, vec![0]),
            (9, expires.clone()),
        ];
        let tag = tag(&secret, "download", &fields);
        let wire = Wire { grant: 1, key_id: b"2026-11".to_vec(), expires, tag, ..Wire::default() };
        let text = "AQEABzIwMjYtMTEAaVJV0N4LH6sI2MIsQBI5yl46u34";
        assert_eq!(wire.text(), text);
        assert_eq!(Wire::read(text), Some(wire));
        assert_eq!(Wire::read("AQEABzIwMjYtMTEAaVJV0N4LH6sI2MIsQBI5yl46u35"), None, "bits left over");
    }
}
