//! PEM (RFC 7468): the label and the bytes of the one key in a text.

use zeroize::Zeroizing;

use super::InvalidKey;
use crate::base64;

/// The one item of a PEM text.
pub(super) struct Pem<'a> {
    pub(super) label: &'a str,
    pub(super) der: Zeroizing<Vec<u8>>,
}

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";
/// `openssl ecparam -genkey` puts this before the key, which repeats it.
const EC_PARAMETERS: &str = "EC PARAMETERS";

/// Reads the one item of `text` besides EC parameters; what stands around it is not looked at (RFC 7468 §2).
pub(super) fn read(text: &str) -> Result<Pem<'_>, InvalidKey> {
    let mut rest = text;
    let mut found = None;
    while let Some((_, begun)) = rest.split_once(BEGIN) {
        let (item, behind) = item(begun)?;
        if item.label != EC_PARAMETERS && found.replace(item).is_some() {
            return Err(InvalidKey::Several);
        }
        rest = behind;
    }
    let Some(Item { label, body }) = found else { return Err(InvalidKey::NotPem) };
    Ok(Pem { label, der: decode(body)? })
}

struct Item<'a> {
    label: &'a str,
    body: &'a str,
}

/// Splits what follows `-----BEGIN ` into the item and what is behind it.
fn item(begun: &str) -> Result<(Item<'_>, &str), InvalidKey> {
    let (label, inner) = begun.split_once(DASHES).ok_or(InvalidKey::Truncated)?;
    if !inner.starts_with(['\n', '\r']) && !inner.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']) {
        return Err(InvalidKey::LostNewlines);
    }
    let (body, end) = inner.split_once("-----END ").ok_or(InvalidKey::Truncated)?;
    let behind = end.strip_prefix(label).and_then(|end| end.strip_prefix(DASHES));
    Ok((Item { label, body }, behind.ok_or(InvalidKey::Truncated)?))
}

fn decode(body: &str) -> Result<Zeroizing<Vec<u8>>, InvalidKey> {
    // RFC 1421 §4.6.1.1: how OpenSSL marks a traditional key with a passphrase.
    if body.contains("Proc-Type:") && body.contains("ENCRYPTED") {
        return Err(InvalidKey::Encrypted);
    }
    if body.contains('\\') {
        return Err(InvalidKey::LostNewlines);
    }
    let mut symbols = Zeroizing::new(Vec::with_capacity(body.len()));
    symbols.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    base64::STANDARD.decode(&symbols).map(Zeroizing::new).ok_or(InvalidKey::NotBase64)
}
