//! The rules that exact URLs and patterns have in common, one function each.
//!
//! What is allowed is RFC 3986 less everything that the URL standard of browsers (WHATWG), curl, Go or SDKs write anew.

use std::net::Ipv4Addr;

use super::{InvalidUrl, MAX_URL, parameter};

/// What an exact URL may not have and a pattern may.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wildcards {
    Refused,
    Allowed,
}

/// Checks length, characters and percent signs of the whole text; `'` and `%` are told apart by where they are.
pub(super) fn check_text(text: &str, wildcards: Wildcards) -> Result<(), InvalidUrl> {
    if text.len() > MAX_URL {
        return Err(InvalidUrl::TooLong { length: text.len() });
    }
    let query_at = text.find('?').unwrap_or(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '#' => return Err(InvalidUrl::Fragment),
            '*' if wildcards == Wildcards::Refused => return Err(InvalidUrl::Wildcard),
            '%' if !is_escape(text, at) => return Err(InvalidUrl::Percent { at }),
            // Browsers rewrite it to `%27`, in queries only.
            '\'' if at > query_at => return Err(InvalidUrl::Character { character, at }),
            _ if !is_allowed(character) => return Err(InvalidUrl::Character { character, at }),
            _ => {}
        }
    }
    Ok(())
}

/// RFC 3986 §2: unreserved characters, sub-delimiters, and what separates parts. No quote, no backslash, no space, no
/// control, no bracket, nothing beyond ASCII.
const fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '-' | '.' | '_' | '~' | '%' | ':' | '@' | '/' | '?')
        || matches!(character, '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '=')
}

fn is_escape(text: &str, at: usize) -> bool {
    let digits = text.as_bytes().get(at.saturating_add(1)..at.saturating_add(3));
    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Splits a URL behind its authority; what is left begins with `/`.
pub(super) fn authority_and_path(rest: &str) -> Result<(&str, &str), InvalidUrl> {
    let at = rest.find(['/', '?']).ok_or(InvalidUrl::MissingPath)?;
    let (authority, path) = rest.split_at(at);
    if path.starts_with('/') { Ok((authority, path)) } else { Err(InvalidUrl::MissingPath) }
}

/// Checks host and port: as a client would write them. `default_port` is the scheme's, as far as it has one.
pub(super) fn check_authority(authority: &str, default_port: Option<u16>) -> Result<(), InvalidUrl> {
    if authority.contains('@') {
        return Err(InvalidUrl::UserInformation);
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(InvalidUrl::UpperCase);
    }
    if !is_host(host) {
        return Err(InvalidUrl::Host);
    }
    match port.map(parse_port) {
        Some(None) => Err(InvalidUrl::Port),
        Some(port) if port == default_port => Err(InvalidUrl::DefaultPort),
        None | Some(_) => Ok(()),
    }
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
    };
    // Where the last label begins with a digit, browsers read the host as an address, in any of its old spellings.
    let is_number =
        host.rsplit('.').next().is_some_and(|label| label.starts_with(|c: char| c.is_ascii_digit()));
    host.split('.').all(is_label) && (!is_number || host.parse::<Ipv4Addr>().is_ok())
}

fn parse_port(port: &str) -> Option<u16> {
    let number = port.parse().ok()?;
    let plain = !port.starts_with(['0', '+']);
    plain.then_some(number)
}

/// Checks that no client would resolve a segment away.
pub(super) fn check_segments(path: &str) -> Result<(), InvalidUrl> {
    let is_dots = |segment: &str| {
        let segment = segment.replace("%2e", ".").replace("%2E", ".");
        segment == "." || segment == ".."
    };
    if path.split('/').any(is_dots) { Err(InvalidUrl::DotSegment) } else { Ok(()) }
}

/// Checks that each parameter is one, and none of CloudFront's.
pub(super) fn check_query(query: &str) -> Result<(), InvalidUrl> {
    for parameter in query.split('&') {
        if parameter.is_empty() {
            return Err(InvalidUrl::EmptyParameter);
        }
        let name = parameter.split('=').next().unwrap_or_default();
        if let Some(name) = parameter::ALL.into_iter().find(|own| is_spelling_of(name, own)) {
            return Err(InvalidUrl::Reserved { name });
        }
    }
    Ok(())
}

/// Tells whether `text` is `name`, some of its characters perhaps percent-encoded.
fn is_spelling_of(text: &str, name: &str) -> bool {
    let mut rest = text.as_bytes();
    for expected in name.bytes() {
        rest = match *rest {
            [b'%', high, low, ref rest @ ..]
                if hex(high).zip(hex(low)) == Some((expected >> 4, expected & 15)) =>
            {
                rest
            }
            [byte, ref rest @ ..] if byte == expected => rest,
            _ => return false,
        };
    }
    rest.is_empty()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
