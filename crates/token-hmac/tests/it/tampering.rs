//! A pass that is altered in any place opens nothing, and there is one text for each.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use token_hmac::{
    Epochs, Malformed, Method, Nonce, OneTime, PassSpec, Passes, Presented, Refusal, Subject, Unverified,
};

use crate::fixture::{HOUR, NOW, at, get, key, mint, passes, prefix};

pub(crate) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

pub(crate) fn encode(wire: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(wire)
}

/// The pass with `bytes` in place of those at `start`.
pub(crate) fn with_bytes(text: &str, start: usize, bytes: &[u8]) -> String {
    let mut wire = decode(text);
    wire[start..start + bytes.len()].copy_from_slice(bytes);
    encode(&wire)
}

fn verifier() -> Passes {
    passes().with_one_time(OneTime::CheckedByCaller)
}

/// A plain pass, and one with every optional field.
fn samples() -> Vec<String> {
    let everything = PassSpec::prefix(&prefix("a/b/"))
        .with_subject(Subject::User("42".into()))
        .with_not_before(at(NOW))
        .with_version("v")
        .with_epochs(Epochs { object: 1, subject: 2 })
        .with_nonce(Nonce::from_bytes([3; 16]))
        .with_payload(b"payload");
    let specs = [PassSpec::object(&key("a/b/c")), everything];
    specs.map(|spec| verifier().mint(&spec, at(NOW + HOUR), at(NOW)).unwrap().expose().to_owned()).to_vec()
}

fn opens(text: &str) -> bool {
    let key = key("a/b/c");
    let request = Presented::new(Method::Get, &key).with_user("42").with_session("42");
    verifier().verify(text, &request, at(NOW)).is_ok()
}

#[test]
fn any_one_bit_flipped_fails() {
    for text in samples() {
        assert!(opens(&text));
        let wire = decode(&text);
        for bit in 0..wire.len() * 8 {
            let mut altered = wire.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(!opens(&encode(&altered)), "bit {bit}");
        }
    }
}

#[test]
fn any_one_character_changed_dropped_or_added_fails() {
    for text in samples() {
        for at in 0..text.len() {
            for other in "ABZaz09-_=+/. %".chars().filter(|other| !text[at..].starts_with(*other)) {
                let (head, tail) = text.split_at(at);
                assert!(!opens(&format!("{head}{other}{}", &tail[1..])), "{at} {other}");
                assert!(!opens(&format!("{head}{other}{tail}")), "{at} {other}");
            }
            assert!(!opens(&text[..at]));
            assert!(!opens(&text[at + 1..]));
        }
        for end in ["A", "AA", "=", "==", "\n", "\0", "&", "?", " "] {
            assert!(!opens(&format!("{text}{end}")));
        }
    }
}

/// Only one of the four last characters that decode to the same bytes is the pass.
#[test]
fn trailing_bits_are_refused() {
    let pass = mint(&PassSpec::object(&key("a")));
    let text = pass.expose();
    assert_eq!(decode(text).len() % 3, 2, "two bits of the last character are left over");
    let (head, last) = text.split_at(text.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = alphabet.find(last).unwrap();
    assert_eq!(at % 4, 0);
    for other in 1..4 {
        let altered = format!("{head}{}", &alphabet[at + other..=at + other]);
        assert_eq!(
            Unverified::parse(&altered).unwrap_err(),
            Refusal::Malformed(Malformed::Encoding),
            "{altered}"
        );
    }
}

#[track_caller]
fn check_malformed(text: &str, reason: Malformed) {
    assert_eq!(Unverified::parse(text).unwrap_err(), Refusal::Malformed(reason));
}

#[test]
fn malformed_passes_say_why() {
    let pass = mint(&PassSpec::object(&key("a")));
    let text = pass.expose();
    let wire = decode(text);
    let presence = |flags: u8, field: &[u8]| {
        let mut altered = wire.clone();
        altered[2] = flags;
        altered.splice(16..16, field.iter().copied());
        encode(&altered)
    };
    assert!(get(&pass, "a").is_ok());

    check_malformed("", Malformed::Truncated);
    check_malformed("AQ", Malformed::Truncated);
    check_malformed(&encode(&wire[..31]), Malformed::Truncated);
    check_malformed(&encode(&[&wire[..], &[0]].concat()), Malformed::TrailingBytes);
    check_malformed(&format!("{text}="), Malformed::Encoding);
    check_malformed(&text.replacen('A', "+", 1), Malformed::Encoding);
    check_malformed(&format!(" {text}"), Malformed::Encoding);
    check_malformed("é", Malformed::Encoding);
    check_malformed(&with_bytes(text, 0, &[0]), Malformed::UnknownFormat { format: 0 });
    check_malformed(&with_bytes(text, 0, &[2]), Malformed::UnknownFormat { format: 2 });
    check_malformed(&with_bytes(text, 1, &[0]), Malformed::NoMethods);
    check_malformed(&with_bytes(text, 1, &[0b0110_0001]), Malformed::UnknownFlag);
    check_malformed(&with_bytes(text, 2, &[0b0100_0000]), Malformed::UnknownFlag);
    check_malformed(&with_bytes(text, 2, &[0b1000_0000]), Malformed::UnknownFlag);
    check_malformed(&with_bytes(text, 3, &[0]), Malformed::KeyId);
    check_malformed(&with_bytes(text, 3, &[255]), Malformed::Truncated);
    check_malformed(&with_bytes(text, 4, b"/"), Malformed::KeyId);
    check_malformed(&presence(0b00_0100, &[0; 4]), Malformed::NotCanonical);
    check_malformed(&presence(0b00_1000, &[0; 4]), Malformed::NotCanonical);
    check_malformed(&presence(0b10_0000, &[0; 2]), Malformed::NotCanonical);
    check_malformed(&presence(0b10_0000, &[[4, 1].as_slice(), &[0; 1025]].concat()), Malformed::TooLong);
    check_malformed(&presence(0b10_0000, &[255, 255]), Malformed::TooLong);
    check_malformed(&presence(0b00_0001, &[255; 5]), Malformed::Time);
    check_malformed(&"A".repeat(Unverified::MAX_LEN), Malformed::UnknownFormat { format: 0 });
    check_malformed(&"A".repeat(Unverified::MAX_LEN + 1), Malformed::TooLong);
}

proptest! {
    /// A field that is put in or taken out by its flag does not shift the others into a good pass.
    #[test]
    fn no_other_flags_make_the_same_pass_good(grant in any::<u8>(), presence in any::<u8>()) {
        for text in samples() {
            let altered = with_bytes(&text, 1, &[grant, presence]);
            prop_assert_eq!(opens(&altered), altered == text);
        }
    }

    #[test]
    fn random_tags_never_verify(tag in any::<[u8; 16]>()) {
        for text in samples() {
            let at = decode(&text).len() - 16;
            prop_assert!(!opens(&with_bytes(&text, at, &tag)));
        }
    }
}
