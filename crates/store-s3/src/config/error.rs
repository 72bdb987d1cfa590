//! [`ConfigError`]: which key of a configuration is wrong, and why.

use std::error::Error;
use std::fmt;

/// A configuration that is malformed or contradicts itself. It never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    key: &'static str,
    problem: String,
}

impl ConfigError {
    pub(crate) fn new(key: &'static str, problem: impl Into<String>) -> Self {
        Self { key, problem: problem.into() }
    }

    /// Returns the key that is at fault, such as `credentials.profile`.
    pub fn key(&self) -> &str {
        self.key
    }

    /// Returns what is wrong with it.
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.key, self.problem)
    }
}

impl Error for ConfigError {}
