//! [`Presented`]: the request a pass came with.

use std::fmt;

use object_key::ObjectKey;

use crate::{Method, Overrides, SubjectKind};

/// Describes the request that a pass is to open, as the server understood it.
///
/// ```
/// use object_key::ObjectKey;
/// use token_hmac::{Method, Presented};
///
/// let key = ObjectKey::parse("users/42/photo.jpg")?;
/// let presented = Presented::new(Method::Get, &key).with_user("42");
/// # Ok::<(), object_key::InvalidKey>(())
/// ```
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    pub(crate) method: Method,
    pub(crate) key: &'a ObjectKey,
    pub(crate) overrides: Overrides<'a>,
    user: Option<&'a str>,
    session: Option<&'a str>,
}

impl<'a> Presented<'a> {
    /// Describes a request for `key` by nobody in particular, without overrides.
    pub fn new(method: Method, key: &'a ObjectKey) -> Self {
        Self { method, key, overrides: Overrides::default(), user: None, session: None }
    }

    /// Says which user the server found the request to come from, if any. An empty name is nobody.
    #[must_use]
    pub fn with_user(mut self, user: impl Into<Option<&'a str>>) -> Self {
        self.user = user.into();
        self
    }

    /// Says which session the server found the request to belong to, if any. An empty identifier is none.
    #[must_use]
    pub fn with_session(mut self, session: impl Into<Option<&'a str>>) -> Self {
        self.session = session.into();
        self
    }

    /// Says which response overrides the request asks for.
    #[must_use]
    pub fn with_overrides(mut self, overrides: Overrides<'a>) -> Self {
        self.overrides = overrides;
        self
    }

    /// Returns the value that a pass of this kind is bound to, if the request has it.
    pub(crate) fn subject(&self, kind: SubjectKind) -> Option<&'a str> {
        match kind {
            SubjectKind::Bearer => Some(""),
            SubjectKind::User => self.user.filter(|user| !user.is_empty()),
            SubjectKind::Session => self.session.filter(|session| !session.is_empty()),
        }
    }
}

// SECURITY: whoever has a session's identifier has the session.
impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented")
            .field("method", &self.method)
            .field("key", &self.key)
            .field("user", &self.user)
            .field("session", &self.session.map(|_| ".."))
            .field("overrides", &self.overrides)
            .finish()
    }
}
