//! Credentials: where they come from, in which order (DS1).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ConfigError, Secret};

/// Whose requests these are. Left empty, the environment and then the SDK's own sources are asked.
///
/// The order is that of django-storages (DS1): the profile named here; the keys given here; `AWS_S3_…` in the
/// [`Environment`]; `AWS_…` in the environment; the SDK's default chain (shared files, web identity, container and
/// instance roles).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CredentialsConfig {
    /// A profile of the shared configuration files.
    pub profile: Option<String>,
    /// The id of an access key.
    pub access_key_id: Option<String>,
    /// The secret of that access key.
    pub secret_access_key: Option<Secret>,
    /// The token of temporary keys.
    pub session_token: Option<Secret>,
}

/// The variables of access keys: id and secret, in the order in which they are asked.
const KEYS: [(&str, &str); 2] =
    [("AWS_S3_ACCESS_KEY_ID", "AWS_S3_SECRET_ACCESS_KEY"), ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")];
/// The variables of the token of temporary keys.
const TOKENS: [&str; 2] = ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];

/// Variables of the environment that concern credentials, as the program hands them over.
///
/// This crate reads no environment itself. (The SDK's own sources do, where they are used.)
///
/// ```
/// use store_s3::Environment;
///
/// let environment: Environment = [("AWS_ACCESS_KEY_ID", "AKIA…"), ("PATH", "/bin")].into_iter().collect();
/// assert!(!format!("{environment:?}").contains("AKIA"));
/// ```
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, Secret>);

impl Environment {
    /// Returns an environment without variables.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Takes the variables that matter from a look-up, for programs that have no list of all.
    pub fn look_up(variable: impl Fn(&str) -> Option<String>) -> Self {
        let tokens = TOKENS.into_iter();
        let names = KEYS.into_iter().flat_map(|(id, secret)| [id, secret]).chain(tokens);
        names.filter_map(|name| Some((name, variable(name)?))).collect()
    }

    fn var(&self, name: &str) -> Option<&Secret> {
        self.0.get(name).filter(|value| !value.expose().is_empty())
    }
}

/// Takes the variables that matter (those beginning with `AWS_`) and leaves the others.
impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let named = variables.into_iter().map(|(name, value)| (name.into(), value));
        let ours = named.filter(|(name, _)| name.starts_with("AWS_"));
        Self(ours.map(|(name, value)| (name, Secret::new(value))).collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Where credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CredentialSource {
    Profile(String),
    Keys(Keys),
    SdkDefault,
}

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) secret: Secret,
    pub(crate) token: Option<Secret>,
}

impl CredentialsConfig {
    /// Returns what the configuration alone settles.
    pub(super) fn check(&self) -> Result<Option<CredentialSource>, ConfigError> {
        let keys = self.keys()?;
        match (&self.profile, keys) {
            (Some(_), Some(_)) => Err(ConfigError::new(
                "credentials.profile",
                "a profile and `credentials.access_key_id` contradict each other; keep one of them",
            )),
            (Some(profile), None) if profile.is_empty() => {
                Err(ConfigError::new("credentials.profile", "the name of the profile is empty"))
            }
            (Some(profile), None) => Ok(Some(CredentialSource::Profile(profile.clone()))),
            (None, keys) => Ok(keys.map(CredentialSource::Keys)),
        }
    }

    fn keys(&self) -> Result<Option<Keys>, ConfigError> {
        let missing =
            |key, other: &str| Err(ConfigError::new(key, format!("is missing, but `{other}` is given")));
        match (&self.access_key_id, &self.secret_access_key, &self.session_token) {
            (Some(id), Some(secret), token) => {
                Ok(Some(Keys { id: id.clone(), secret: secret.clone(), token: token.clone() }))
            }
            (None, Some(_), _) => missing("credentials.access_key_id", "credentials.secret_access_key"),
            (Some(_), None, _) => missing("credentials.secret_access_key", "credentials.access_key_id"),
            (None, None, Some(_)) => missing("credentials.access_key_id", "credentials.session_token"),
            (None, None, None) => Ok(None),
        }
    }
}

impl CredentialSource {
    /// Returns the first source of the environment that has keys, else the SDK's default.
    ///
    /// # Errors
    /// When a source has one half of an access key only.
    pub(crate) fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        for (id, secret) in KEYS {
            match (environment.var(id), environment.var(secret)) {
                (Some(id), Some(secret)) => {
                    let token = TOKENS.iter().find_map(|name| environment.var(name)).cloned();
                    return Ok(Self::Keys(Keys {
                        id: id.expose().to_owned(),
                        secret: secret.clone(),
                        token,
                    }));
                }
                (None, None) => {}
                (Some(_), None) => return Err(half(secret, id)),
                (None, Some(_)) => return Err(half(id, secret)),
            }
        }
        Ok(Self::SdkDefault)
    }
}

fn half(missing: &str, given: &str) -> ConfigError {
    ConfigError::new("credentials", format!("the variable `{missing}` is missing, but `{given}` is set"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| (*name, *value)).collect()
    }

    #[track_caller]
    fn chosen(variables: &[(&str, &str)], id: Option<&str>) {
        let source = CredentialSource::from_environment(&environment(variables)).unwrap();
        let found = match source {
            CredentialSource::Keys(keys) => Some(keys.id),
            _ => None,
        };
        assert_eq!(found.as_deref(), id);
    }

    const S3: [(&str, &str); 2] = [("AWS_S3_ACCESS_KEY_ID", "first"), ("AWS_S3_SECRET_ACCESS_KEY", "x")];
    const AWS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "second"), ("AWS_SECRET_ACCESS_KEY", "x")];

    #[test]
    fn ds01_the_environment_is_asked_in_order() {
        chosen(&[S3, AWS].concat(), Some("first"));
        chosen(&AWS, Some("second"));
        chosen(&[("AWS_S3_ACCESS_KEY_ID", ""), ("AWS_S3_SECRET_ACCESS_KEY", "")], None);
        chosen(&[("PATH", "/bin")], None);
    }

    #[test]
    fn a_look_up_is_asked_for_what_matters_only() {
        let variable =
            |name: &str| AWS.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_owned());
        let environment = Environment::look_up(|name| {
            assert!(name.starts_with("AWS_"), "{name}");
            variable(name)
        });
        let source = CredentialSource::from_environment(&environment).unwrap();
        assert!(matches!(source, CredentialSource::Keys(keys) if keys.id == "second"));
    }

    #[test]
    fn ds01_half_a_key_is_an_error_that_names_the_other_half() {
        let error = CredentialSource::from_environment(&environment(&S3[1..])).unwrap_err().to_string();
        assert!(error.contains("`AWS_S3_ACCESS_KEY_ID` is missing"), "{error}");
        let error = CredentialSource::from_environment(&environment(&AWS[..1])).unwrap_err().to_string();
        assert!(error.contains("`AWS_SECRET_ACCESS_KEY` is missing"), "{error}");
    }
}
