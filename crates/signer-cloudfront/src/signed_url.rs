//! [`SignedUrl`]: what is handed out.

use std::fmt;

/// A signed URL.
///
/// # Security
/// Whoever has it can open it until it expires. It is shown by [`expose`](Self::expose) alone, and belongs neither into
/// logs nor into `Referer` headers.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedUrl(String);

impl SignedUrl {
    pub(crate) const fn new(text: String) -> Self {
        Self(text)
    }

    /// Returns the URL. It goes out as it is: a client that writes it anew breaks it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the URL as an owned text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.0.split('?').next().unwrap_or_default();
        f.debug_tuple("SignedUrl").field(&format_args!("{url}?..")).finish()
    }
}
