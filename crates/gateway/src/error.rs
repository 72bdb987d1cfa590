//! [`GatewayError`]: why the gateway does not start or does not go on.

use std::error::Error;
use std::fmt;

use crate::ConfigError;

type Source = Box<dyn Error + Send + Sync>;

/// The failure to set the gateway up or to run it.
///
/// The text says what failed and what to do; it never holds a secret.
#[derive(Debug)]
pub struct GatewayError {
    kind: GatewayErrorKind,
    message: String,
    source: Option<Source>,
}

impl GatewayError {
    pub(crate) fn new(kind: GatewayErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the kind, on which callers decide.
    pub fn kind(&self) -> GatewayErrorKind {
        self.kind
    }
}

impl From<ConfigError> for GatewayError {
    fn from(error: ConfigError) -> Self {
        Self::new(GatewayErrorKind::Config, error.to_string())
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for GatewayError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| -> &(dyn Error + 'static) { source })
    }
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GatewayErrorKind {
    /// The configuration does not hold together.
    Config,
    /// A secret is missing, too short, or can be read by others.
    Secret,
    /// A store cannot be opened.
    Store,
    /// The gateway's own state in `.hallpass/` cannot be read or written.
    State,
    /// The address cannot be listened on.
    Listen,
}
