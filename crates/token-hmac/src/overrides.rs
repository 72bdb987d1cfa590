//! [`Overrides`]: response headers that a pass fixes.

/// Lists response headers that replace the stored ones. They travel as query parameters beside the pass and are inside
/// its MAC: a request that adds, drops or changes one has no valid pass. An empty text differs from none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overrides<'a> {
    /// `Content-Type`
    pub content_type: Option<&'a str>,
    /// `Content-Disposition`
    pub content_disposition: Option<&'a str>,
    /// `Content-Language`
    pub content_language: Option<&'a str>,
    /// `Cache-Control`
    pub cache_control: Option<&'a str>,
}

impl<'a> Overrides<'a> {
    /// The longest text of one override in bytes.
    pub const MAX_LEN: usize = 1024;

    pub(crate) const fn values(&self) -> [Option<&'a str>; 4] {
        [self.content_type, self.content_disposition, self.content_language, self.cache_control]
    }
}
