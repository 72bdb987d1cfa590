//! Stores in S3: [`S3Secrets`] says where their secrets are, for the configuration holds none.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use store_s3::{S3Config, Secret};
use zeroize::Zeroizing;

use super::schema::join;
use super::{Problem, StoreSettings, variable};
use crate::state::secret_file;
use crate::{GatewayError, GatewayErrorKind, Surroundings};

/// Where the secrets of a store in S3 are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct S3Secrets {
    /// The secret of `s3.credentials.access_key_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_access_key: Option<SecretSource>,
    /// The token of temporary keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_token: Option<SecretSource>,
    /// The key for `s3.objects.encryption = "customer"`: 32 bytes in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_key: Option<SecretSource>,
}

/// Where one secret is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "Named")]
pub enum SecretSource {
    /// In a file that nobody else may read; relative to the working directory.
    File(PathBuf),
    /// In a variable of the environment.
    Env(String),
}

/// What stands in the file, where a secret itself may stand by mistake: it is not repeated.
#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "`{ file = \"…\" }` or `{ env = \"…\" }`: the place of the secret, and not the secret"
)]
struct Named {
    file: Option<PathBuf>,
    #[serde(default, deserialize_with = "variable::name")]
    env: Option<String>,
}

impl TryFrom<Named> for SecretSource {
    type Error = &'static str;

    fn try_from(named: Named) -> Result<Self, Self::Error> {
        match (named.file, named.env) {
            (Some(file), None) => Ok(Self::File(file)),
            (None, Some(variable)) => Ok(Self::Env(variable)),
            (None, None) => Err("needs `file` or `env`"),
            (Some(_), Some(_)) => Err("has both `file` and `env`: keep one"),
        }
    }
}

impl SecretSource {
    fn read(&self, at: &str, around: &Surroundings<'_>) -> Result<Secret, GatewayError> {
        let text = match self {
            Self::File(path) => secret_file::read_text(&around.path(path))?,
            Self::Env(variable) => Zeroizing::new(around.variable(variable).ok_or_else(|| {
                let message = format!("failed to use `{at}`: `{variable}` is not set");
                GatewayError::new(GatewayErrorKind::Secret, message)
            })?),
        };
        Ok(Secret::new(text.trim_end_matches(['\n', '\r'])))
    }
}

impl S3Secrets {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn sources(&self) -> impl Iterator<Item = &SecretSource> {
        [&self.secret_access_key, &self.session_token, &self.customer_key].into_iter().flatten()
    }

    /// Iterates over the files that hold secrets.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.sources().filter_map(|source| match source {
            SecretSource::File(path) => Some(path.as_path()),
            SecretSource::Env(_) => None,
        })
    }

    /// Iterates over the variables that hold secrets.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.sources().filter_map(|source| match source {
            SecretSource::File(_) => None,
            SecretSource::Env(variable) => Some(variable.as_str()),
        })
    }

    /// Puts the secrets into the settings, as `read` gets them.
    fn fill<E>(
        &self,
        config: &S3Config,
        read: impl Fn(&str, &SecretSource) -> Result<Secret, E>,
    ) -> Result<S3Config, E> {
        let read = |name: &str, source: &Option<SecretSource>| {
            source.as_ref().map(|source| read(name, source)).transpose()
        };
        let mut config = config.clone();
        config.credentials.secret_access_key = read("secret_access_key", &self.secret_access_key)?;
        config.credentials.session_token = read("session_token", &self.session_token)?;
        config.objects.customer_key = read("customer_key", &self.customer_key)?;
        Ok(config)
    }
}

impl StoreSettings {
    /// Returns the settings of a store in S3 with its secrets; `None` of another kind of store.
    ///
    /// # Errors
    /// A secret cannot be read.
    pub(crate) fn s3_config(
        &self,
        name: &str,
        around: &Surroundings<'_>,
    ) -> Result<Option<S3Config>, GatewayError> {
        let at = join(&join("stores", name), "secrets");
        let filled = match (&self.s3, &self.url) {
            (Some(table), _) => {
                self.secrets.fill(table, |key, source| source.read(&join(&at, key), around)).map(Some)
            }
            (None, Some(crate::StoreUrl::S3(url))) => Ok(Some(url.config().clone())),
            (None, _) => Ok(None),
        };
        let mut config = filled?;
        if let Some(path) = config.as_mut().and_then(|config| config.ca_bundle.as_mut()) {
            *path = around.path(path);
        }
        Ok(config)
    }
}

/// Checks the table of a store and what is said of its secrets, without reading any.
pub(super) fn check(settings: &StoreSettings, path: &str, problems: &mut Vec<Problem>) {
    let StoreSettings { s3, secrets, .. } = settings;
    let Some(table) = s3 else {
        if !secrets.is_default() {
            let message = "belongs to a table `s3`; an address takes its keys from variables or a profile";
            problems.push(Problem::new(join(path, "secrets"), message));
        }
        return;
    };
    // Stands for each secret that is named: base64 of 32 bytes, as one of them has to be.
    let stand_in = Secret::new(format!("{}=", "A".repeat(43)));
    let Ok(filled) = secrets.fill(table, |_, _| Ok::<_, Infallible>(stand_in.clone()));
    let Err(error) = filled.validate() else { return };
    let secret = SECRETS.iter().find(|(place, _)| *place == error.key());
    let (key, advice) = match secret {
        Some((_, name)) => (join(&join(path, "secrets"), name), "; say where it is with `file` or `env`"),
        None => (format!("{}.{}", join(path, "s3"), error.key()), ""),
    };
    problems.push(Problem::new(key, format!("{}{advice}", error.problem())));
}

/// What the settings call a secret, and what we call it.
const SECRETS: [(&str, &str); 3] = [
    ("credentials.secret_access_key", "secret_access_key"),
    ("credentials.session_token", "session_token"),
    ("objects.customer_key", "customer_key"),
];
