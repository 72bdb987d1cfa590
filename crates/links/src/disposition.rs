//! [`Disposition`]: the `Content-Disposition` field, right for every browser (RFC 6266, RFC 8187).

use std::fmt::{self, Write as _};

use object_key::ObjectKey;

/// A longer file name is cut; file systems take no more.
const MAX_NAME_BYTES: usize = 200;

/// Whether a browser shows the content or saves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DispositionKind {
    /// Show it, if it can be shown.
    Inline,
    /// Save it.
    Attachment,
}

/// Says how a browser presents content, and under which file name.
///
/// Displays as the field's value: the name once as quoted ASCII and, where that says less, once more as UTF-8. No
/// character of a name can end the quotes, the parameter or the line (D20, S24, S51), and no client is told apart.
///
/// ```
/// use links::Disposition;
///
/// let value = Disposition::attachment("Übersicht \"Q1\".pdf").to_string();
/// assert_eq!(value, "attachment; filename=\"_bersicht _Q1_.pdf\"; filename*=UTF-8''%C3%9Cbersicht%20%22Q1%22.pdf");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposition {
    kind: DispositionKind,
    file_name: String,
}

impl Disposition {
    /// Presents content under `file_name`; of a path only the last segment counts.
    pub fn new(kind: DispositionKind, file_name: &str) -> Self {
        let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        let hidden = |c: char| c.is_control() || is_direction(c);
        let file_name =
            if name.contains(hidden) { shorten(&name.replace(hidden, "")) } else { shorten(name) };
        Self { kind, file_name }
    }

    /// Saves content under `file_name`.
    pub fn attachment(file_name: &str) -> Self {
        Self::new(DispositionKind::Attachment, file_name)
    }

    /// Presents an object under its own file name.
    pub fn of_key(kind: DispositionKind, key: &ObjectKey) -> Self {
        Self::new(kind, key.file_name())
    }
}

/// Line separators and bidirectional controls (UAX #9), which make `exe.pdf` of what ends in `.exe`.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Cuts the stem of a long name, so that the extension is kept.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_NAME_BYTES {
        return name.to_owned();
    }
    let extension =
        name.rfind('.').and_then(|dot| name.get(dot..)).filter(|e| e.len() <= 32).unwrap_or_default();
    let stem = name.len().min(MAX_NAME_BYTES).saturating_sub(extension.len());
    format!("{}{extension}", name.get(..name.floor_char_boundary(stem)).unwrap_or_default())
}

impl fmt::Display for Disposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            DispositionKind::Inline => "inline",
            DispositionKind::Attachment => "attachment",
        })?;
        if self.file_name.is_empty() {
            return Ok(());
        }
        f.write_str("; filename=\"")?;
        if self.file_name.chars().all(|c| plain_or_underscore(c) == c) {
            f.write_str(&self.file_name)?;
            return f.write_str("\"");
        }
        self.file_name.chars().try_for_each(|c| f.write_char(plain_or_underscore(c)))?;
        f.write_str("\"; filename*=UTF-8''")?;
        self.file_name.bytes().try_for_each(|byte| match byte {
            byte if is_attr_char(byte) => write!(f, "{}", char::from(byte)),
            byte => write!(f, "%{byte:02X}"),
        })
    }
}

/// Keeps what every client reads the same way inside quotes: `%` is decoded by some, `;` ends the value for others.
const fn plain_or_underscore(c: char) -> char {
    match c {
        '"' | '\\' | '%' | ';' => '_',
        ' '..='~' => c,
        _ => '_',
    }
}

/// `attr-char` of RFC 8187 §3.2.1.
const fn is_attr_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}
