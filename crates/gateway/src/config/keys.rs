//! [`Keys`]: where the secrets are.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::variable;
use crate::units;

/// The secrets that sign and verify passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Keys {
    /// The id of the secret that signs new passes.
    pub active: String,
    /// All secrets whose passes are accepted, by id.
    pub ring: BTreeMap<String, KeySource>,
}

/// Where one secret is: in a file or in an environment variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct KeySource {
    /// The file that holds the secret; relative to the working directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// The environment variable that holds the secret.
    #[serde(deserialize_with = "variable::name", skip_serializing_if = "Option::is_none")]
    pub secret_env: Option<String>,
    /// The time from which passes signed with it are refused.
    #[serde(with = "units::moment", skip_serializing_if = "Option::is_none")]
    pub retire_at: Option<SystemTime>,
}
