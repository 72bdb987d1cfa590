//! From the names of secrets to a [`KeyRing`].

use token_hmac::{KeyId, KeyRing, Secret};

use crate::config::{KeySource, Keys};
use crate::state::secret_file;
use crate::{GatewayError, GatewayErrorKind, Surroundings};

/// The id of the secret in `.hallpass/secret`.
const OWN: &str = "local";

/// Reads all secrets, or makes the gateway's own.
pub(crate) fn load(keys: Option<&Keys>, around: &Surroundings<'_>) -> Result<KeyRing, GatewayError> {
    let Some(keys) = keys else {
        return Ok(KeyRing::new(id(OWN)?, around.state().secret()?));
    };
    let active =
        keys.ring.get(&keys.active).ok_or_else(|| unusable(&keys.active, "it is not in the ring"))?;
    let ring = KeyRing::new(id(&keys.active)?, secret(&keys.active, active, around)?);
    let others = keys.ring.iter().filter(|(name, _)| **name != keys.active);
    others.into_iter().try_fold(ring, |ring, (name, source)| {
        let secret = secret(name, source, around)?;
        let added = match source.retire_at {
            Some(until) => ring.with_retired_key(id(name)?, secret, until),
            None => ring.with_key(id(name)?, secret),
        };
        added.map_err(|reason| unusable(name, &reason.to_string()))
    })
}

fn id(name: &str) -> Result<KeyId, GatewayError> {
    KeyId::parse(name).map_err(|reason| unusable(name, &reason.to_string()))
}

fn secret(name: &str, source: &KeySource, around: &Surroundings<'_>) -> Result<Secret, GatewayError> {
    if let Some(path) = &source.secret_file {
        return secret_file::read(&around.path(path));
    }
    let variable = source.secret_env.as_deref().unwrap_or_default();
    let text =
        around.variable(variable).ok_or_else(|| unusable(name, &format!("`{variable}` is not set")))?;
    Secret::from_text(&text).map_err(|reason| unusable(name, &format!("`{variable}`: {reason}")))
}

fn unusable(name: &str, reason: &str) -> GatewayError {
    GatewayError::new(GatewayErrorKind::Secret, format!("failed to use the key `{name}`: {reason}"))
}
