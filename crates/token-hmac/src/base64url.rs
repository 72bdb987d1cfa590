//! base64url without padding (RFC 4648 §5), of which there is exactly one text for each string of bytes.
//!
//! Passes are so short that a general codec takes longer to find its way than to work.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Stands for what is no letter of the alphabet: no value has its highest bit.
const NO_LETTER: u8 = 0xFF;

/// The value of each letter, by its code.
const VALUES: [u8; 256] = values();

#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "done by the compiler, which would say so"
)]
const fn values() -> [u8; 256] {
    let mut values = [NO_LETTER; 256];
    let mut value: u8 = 0;
    while value < 64 {
        values[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    values
}

/// Writes `bytes` as text to the beginning of `text`; returns its length, or nothing where there is no room.
pub(crate) fn encode(bytes: &[u8], text: &mut [u8]) -> Option<usize> {
    let length = (bytes.len() * 4).div_ceil(3);
    let text = text.get_mut(..length)?;
    let (triples, rest) = bytes.as_chunks::<3>();
    let (quads, end) = text.as_chunks_mut::<4>();
    for ([a, b, c], quad) in triples.iter().zip(quads) {
        *quad = letters([*a, *b, *c]);
    }
    let last = match *rest {
        [a] => letters([a, 0, 0]),
        [a, b] => letters([a, b, 0]),
        _ => return Some(length),
    };
    for (to, from) in end.iter_mut().zip(last) {
        *to = from;
    }
    Some(length)
}

fn letters([a, b, c]: [u8; 3]) -> [u8; 4] {
    let group = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
    let letter = |shift: u32| ALPHABET.get(group >> shift & 63).copied().unwrap_or_default();
    [letter(18), letter(12), letter(6), letter(0)]
}

/// Reads text into the beginning of `bytes`; returns how many there are, or nothing for what [`encode`] never writes and
/// where there is no room.
// SECURITY: padding and bits left over that are not zero are refused, so that no second text means the same pass.
pub(crate) fn decode(text: &[u8], bytes: &mut [u8]) -> Option<usize> {
    let length = text.len() * 3 / 4;
    let bytes = bytes.get_mut(..length)?;
    let (quads, rest) = text.as_chunks::<4>();
    let (triples, end) = bytes.as_chunks_mut::<3>();
    let mut seen = 0;
    for (quad, triple) in quads.iter().zip(triples) {
        let values;
        (*triple, values) = octets(*quad);
        seen |= values;
    }
    let (last, unused) = match *rest {
        [] => ([0; 3], 0),
        [_] => return None, // six bits are no byte
        [a, b, ..] => {
            let c = rest.get(2).copied().unwrap_or(b'A');
            let (last, values) = octets([a, b, c, b'A']);
            seen |= values;
            (last, last.iter().skip(end.len()).fold(0, |bits, octet| bits | octet))
        }
    };
    for (to, from) in end.iter_mut().zip(last) {
        *to = from;
    }
    (seen < 64 && unused == 0).then_some(length)
}

/// Returns three bytes, and all values at once: 64 or more if one letter is none.
fn octets([a, b, c, d]: [u8; 4]) -> ([u8; 3], u8) {
    let (a, b, c, d) = (value(a), value(b), value(c), value(d));
    let [_, octets @ ..] = (a << 18 | b << 12 | c << 6 | d).to_be_bytes();
    let [.., seen] = (a | b | c | d).to_be_bytes();
    (octets, seen)
}

fn value(letter: u8) -> u32 {
    VALUES.get(usize::from(letter)).copied().unwrap_or(NO_LETTER).into()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::{decode, encode};

    fn encoded(bytes: &[u8]) -> String {
        let mut text = vec![0; bytes.len() * 2 + 1];
        let length = encode(bytes, &mut text).unwrap();
        String::from_utf8(text[..length].to_vec()).unwrap()
    }

    fn decoded(text: &str) -> Option<Vec<u8>> {
        let mut bytes = vec![0; text.len()];
        let length = decode(text.as_bytes(), &mut bytes)?;
        Some(bytes[..length].to_vec())
    }

    #[track_caller]
    fn check_refused(text: &str) {
        assert_eq!(decoded(text), None);
        assert!(URL_SAFE_NO_PAD.decode(text).is_err());
    }

    #[test]
    fn what_is_never_written_is_not_read() {
        for text in
            ["A", "AAAAA", "AB", "AAB", "AA=", "AA==", "AA+A", "AA/A", "AA A", "AAA\n", "AAé", "\0AAA"]
        {
            check_refused(text);
        }
        assert_eq!(decoded(""), Some(Vec::new()));
        assert_eq!(decoded("-_8"), Some(vec![0xFB, 0xFF]));
    }

    #[test]
    fn without_room_nothing_is_written() {
        assert_eq!(encode(b"abc", &mut [0; 3]), None);
        assert_eq!(decode(b"YWJj", &mut [0; 2]), None);
    }

    proptest! {
        #[test]
        fn bytes_become_the_text_of_another_codec(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(encoded(&bytes), URL_SAFE_NO_PAD.encode(&bytes));
        }

        #[test]
        fn texts_are_read_as_by_another_codec(text in "[A-Za-z0-9_=+/-]{0,9}|[A-Za-z0-9_-]{0,60}|.{0,9}") {
            prop_assert_eq!(decoded(&text), URL_SAFE_NO_PAD.decode(&text).ok());
        }
    }
}
