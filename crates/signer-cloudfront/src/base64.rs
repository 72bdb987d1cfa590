//! Base64 (RFC 4648 §4), with the alphabet that PEM has and with the one that CloudFront has.
//!
//! Own code, so that whoever takes this crate alone takes one dependency less; the tests compare it with crate `base64`.
//! What is decoded may be a private key, so there nothing is looked up in a table; what is encoded is public.

/// The symbols that values are written as.
pub(crate) struct Alphabet {
    symbols: [u8; 64],
    padding: u8,
}

/// The standard alphabet, as in PEM.
pub(crate) const STANDARD: Alphabet =
    Alphabet { symbols: *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", padding: b'=' };

/// CloudFront's: the standard one, made fit for URLs by `+` → `-`, `/` → `~`, `=` → `_`. It is not base64url.
pub(crate) const CLOUDFRONT: Alphabet =
    Alphabet { symbols: *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~", padding: b'_' };

impl Alphabet {
    /// Appends the text of `bytes`, padded.
    pub(crate) fn encode(&self, bytes: &[u8], text: &mut String) {
        let mut symbols = Vec::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
        let (groups, rest) = bytes.as_chunks::<3>();
        for group in groups {
            symbols.extend_from_slice(&self.symbols(*group));
        }
        match *rest {
            [first, second] => {
                let [w, x, y, _] = self.symbols([first, second, 0]);
                symbols.extend_from_slice(&[w, x, y, self.padding]);
            }
            [first] => {
                let [w, x, _, _] = self.symbols([first, 0, 0]);
                symbols.extend_from_slice(&[w, x, self.padding, self.padding]);
            }
            _ => {}
        }
        // Every symbol is ASCII.
        text.push_str(str::from_utf8(&symbols).unwrap_or_default());
    }

    /// Reads padded text; nothing else than what [`encode`](Self::encode) writes is accepted.
    ///
    /// The result is never moved while it grows, so that whoever wipes it wipes every copy.
    pub(crate) fn decode(&self, text: &[u8]) -> Option<Vec<u8>> {
        let (groups, []) = text.as_chunks::<4>() else { return None };
        let mut bytes = Vec::with_capacity(groups.len().saturating_mul(3));
        let Some((last, groups)) = groups.split_last() else { return Some(bytes) };
        for group in groups {
            bytes.extend(self.bytes(*group)?);
        }
        match *last {
            [w, x, padding, again] if padding == self.padding && again == padding => {
                let [first, 0, 0] = self.bytes([w, x, b'A', b'A'])? else { return None };
                bytes.push(first);
            }
            [w, x, y, padding] if padding == self.padding => {
                let [first, second, 0] = self.bytes([w, x, y, b'A'])? else { return None };
                bytes.extend([first, second]);
            }
            group => bytes.extend(self.bytes(group)?),
        }
        Some(bytes)
    }

    fn symbols(&self, [a, b, c]: [u8; 3]) -> [u8; 4] {
        [a >> 2, a << 4 | b >> 4, b << 2 | c >> 6, c].map(|bits| self.symbol(bits))
    }

    #[expect(clippy::indexing_slicing, reason = "six bits are less than 64")]
    fn symbol(&self, bits: u8) -> u8 {
        self.symbols[usize::from(bits & 0x3f)]
    }

    fn bytes(&self, [w, x, y, z]: [u8; 4]) -> Option<[u8; 3]> {
        let (w, x, y, z) = (self.value(w)?, self.value(x)?, self.value(y)?, self.value(z)?);
        Some([w << 2 | x >> 4, x << 4 | y >> 2, y << 6 | z])
    }

    fn value(&self, symbol: u8) -> Option<u8> {
        let [.., plus, slash] = self.symbols;
        match symbol {
            b'A'..=b'Z' => Some(symbol - b'A'),
            b'a'..=b'z' => Some(symbol - b'a' + 26),
            b'0'..=b'9' => Some(symbol - b'0' + 52),
            _ if symbol == plus => Some(62),
            _ if symbol == slash => Some(63),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose;
    use proptest::prelude::*;

    use super::*;

    fn encoded(alphabet: &Alphabet, bytes: &[u8]) -> String {
        let mut text = String::new();
        alphabet.encode(bytes, &mut text);
        text
    }

    proptest! {
        #[test]
        fn as_crate_base64_does_it(bytes: Vec<u8>) {
            let expected = general_purpose::STANDARD.encode(&bytes);
            prop_assert_eq!(encoded(&STANDARD, &bytes), expected.clone());
            prop_assert_eq!(STANDARD.decode(expected.as_bytes()), Some(bytes.clone()));

            let expected = expected.replace('+', "-").replace('/', "~").replace('=', "_");
            prop_assert_eq!(encoded(&CLOUDFRONT, &bytes), expected.clone());
            prop_assert_eq!(CLOUDFRONT.decode(expected.as_bytes()), Some(bytes));
        }

        #[test]
        fn refuses_what_crate_base64_refuses(text in "[AQgw/+=~ -]{0,12}") {
            let expected = general_purpose::STANDARD.decode(&text).ok();
            prop_assert_eq!(STANDARD.decode(text.as_bytes()), expected);
        }
    }
}
