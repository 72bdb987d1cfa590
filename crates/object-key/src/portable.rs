//! The portability check: names that mean the same file on every system.

use std::error::Error;
use std::fmt;

use crate::ObjectKey;

/// Windows opens a device for these names whatever extension, case, trailing dots or spaces they carry.
const DEVICES: [&str; 7] = ["con", "prn", "aux", "nul", "clock$", "conin$", "conout$"];

/// Device families that take one digit, among them the superscript ones (RUSTSEC-2024-0445).
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

impl ObjectKey {
    /// Checks that the name is safe on every system, as stores demand of the keys they create.
    ///
    /// No segment may be a Windows device name (with any extension), end in `.` or a space, or hold `:` (drives and
    /// alternate data streams), a bidirectional control or an invisible character. Unicode normalisation needs tables
    /// and is checked by the `store` crate.
    ///
    /// # Errors
    /// The first rule that a segment breaks.
    pub fn check_portable(&self) -> Result<(), NotPortable> {
        self.segments().try_for_each(check_segment)
    }
}

fn check_segment(segment: &str) -> Result<(), NotPortable> {
    if segment.ends_with(['.', ' ']) {
        return Err(NotPortable::TrailingDotOrSpace);
    }
    match segment.chars().find(|c| *c == ':' || is_invisible(*c)) {
        Some(':') => return Err(NotPortable::Colon),
        Some(character) => return Err(NotPortable::Invisible { character }),
        None => {}
    }
    if is_device(segment) { Err(NotPortable::DeviceName) } else { Ok(()) }
}

/// Bidirectional controls (UAX #9), zero-width characters, the other format characters that hide in a name, and letters
/// that are drawn as nothing (UAX #44, `Default_Ignorable_Code_Point`). Variation selectors stay allowed: emoji and
/// ideographs are written with them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

fn is_device(segment: &str) -> bool {
    let stem = segment.split_once('.').map_or(segment, |(stem, _)| stem).trim_end_matches(' ');
    let stem = stem.to_ascii_lowercase();
    let numbered = |family: &str| {
        let mut rest = stem.strip_prefix(family).unwrap_or_default().chars();
        let digit = rest.next().is_some_and(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'));
        digit && rest.next().is_none()
    };
    DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.into_iter().any(numbered)
}

/// Says why a key is not safe to create on every system.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotPortable {
    /// A segment is a Windows device name, such as `NUL` or `com1.txt`.
    DeviceName,
    /// A segment ends in `.` or a space, which Windows drops.
    TrailingDotOrSpace,
    /// A segment holds `:`.
    Colon,
    /// A segment holds a bidirectional control or an invisible character.
    Invisible {
        /// The first one.
        character: char,
    },
}

impl fmt::Display for NotPortable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeviceName => f.write_str("a segment is a Windows device name"),
            Self::TrailingDotOrSpace => f.write_str("a segment ends in `.` or a space"),
            Self::Colon => f.write_str("a segment holds `:`"),
            Self::Invisible { character } => {
                write!(f, "a segment holds the invisible character U+{:04X}", u32::from(*character))
            }
        }
    }
}

impl Error for NotPortable {}
