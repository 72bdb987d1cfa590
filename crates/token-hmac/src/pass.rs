//! [`Pass`]: a minted pass.

use std::fmt;
use std::time::SystemTime;

use crate::unix_seconds::UnixSeconds;

/// A minted pass: URL-safe text that opens what it was minted for until it expires.
///
/// # Security
/// Whoever has the text has the right. It is shown by [`expose`](Self::expose) alone and belongs in the one link it
/// was made for: not into logs, not into `Referer` headers.
#[derive(Clone)]
pub struct Pass {
    text: String,
    expires: UnixSeconds,
}

impl Pass {
    pub(crate) const fn new(text: String, expires: UnixSeconds) -> Self {
        Self { text, expires }
    }

    /// Returns the pass as text, made of the characters `A-Z a-z 0-9 - _` only.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Returns the moment from which the pass is refused.
    pub fn expires(&self) -> SystemTime {
        self.expires.system_time()
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pass").field("expires", &self.expires()).finish_non_exhaustive()
    }
}
