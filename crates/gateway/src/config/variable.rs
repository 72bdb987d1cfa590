//! Names of variables that hold secrets. A secret may stand in their place by mistake, and is not repeated.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

const NOT_A_NAME: &str = "no name of a variable: a letter or `_`, then letters, digits and `_`; the secret itself \
                          belongs into the variable";

/// Reads the name of a variable; for `#[serde(deserialize_with = …)]`.
pub(super) fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Option::<String>::deserialize(deserializer)? {
        Some(text) if !is_name(&text) => Err(D::Error::custom(NOT_A_NAME)),
        name => Ok(name),
    }
}

fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    text.bytes().next().is_some_and(letter) && text.bytes().all(|byte| letter(byte) || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn s33_a_name_is_no_secret_with_other_characters() {
        for name in ["A", "MEDIA_SECRET", "_x9", "lower_case"] {
            assert!(is_name(name), "{name}");
        }
        for other in ["", "9A", "wJalr/K7MDENG", "A+B", "A=", "A B", "A-B", "ä"] {
            assert!(!is_name(other), "{other}");
        }
    }
}
