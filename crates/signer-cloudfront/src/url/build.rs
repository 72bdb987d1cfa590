//! Percent-encoding (RFC 3986 §2.1).

use super::InvalidUrl;

/// Appends segments, encoded, with `/` between them.
pub(super) fn append_segments(
    text: &mut String,
    segments: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<(), InvalidUrl> {
    for (number, segment) in segments.into_iter().enumerate() {
        let segment = segment.as_ref();
        // Clients resolve the dots, encoded or not (`%2e`): no spelling of them arrives.
        if matches!(segment, "" | "." | "..") {
            return Err(InvalidUrl::Segment);
        }
        if number > 0 {
            text.push('/');
        }
        encode(text, segment);
    }
    Ok(())
}

/// Appends `part`, everything encoded but the unreserved characters, which no client touches.
pub(super) fn encode(text: &mut String, part: &str) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or_default();
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}
