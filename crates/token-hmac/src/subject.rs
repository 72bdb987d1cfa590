//! [`Subject`]: who may use a pass.

use std::fmt;

/// Says who may use a pass. The kind travels in the pass; the value does not, it is inside the MAC and comes from the
/// request.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// Whoever holds the pass.
    #[default]
    Bearer,
    /// A signed-in user, by the name or number the application knows them by.
    User(String),
    /// One browser session, by its identifier.
    Session(String),
}

impl Subject {
    /// The longest value in bytes.
    pub const MAX_LEN: usize = 1024;

    /// Returns the kind without the value.
    pub const fn kind(&self) -> SubjectKind {
        match self {
            Self::Bearer => SubjectKind::Bearer,
            Self::User(_) => SubjectKind::User,
            Self::Session(_) => SubjectKind::Session,
        }
    }

    pub(crate) fn value(&self) -> &str {
        match self {
            Self::Bearer => "",
            Self::User(value) | Self::Session(value) => value,
        }
    }
}

// SECURITY: whoever has a session's identifier has the session.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bearer => f.write_str("Bearer"),
            Self::User(user) => f.debug_tuple("User").field(user).finish(),
            Self::Session(_) => f.write_str("Session(..)"),
        }
    }
}

/// The kinds of [`Subject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubjectKind {
    /// Whoever holds the pass.
    Bearer,
    /// A signed-in user.
    User,
    /// One browser session.
    Session,
}

impl SubjectKind {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Bearer => 0,
            Self::User => 1,
            Self::Session => 2,
        }
    }

    pub(crate) const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Bearer),
            1 => Some(Self::User),
            2 => Some(Self::Session),
            _ => None,
        }
    }
}

impl fmt::Display for SubjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Bearer => "bearer",
            Self::User => "user",
            Self::Session => "session",
        })
    }
}
