//! `HALLPASS_*`: variables that override the file.

use std::str::FromStr;
use std::time::Duration;

use super::error::did_you_mean;
use super::{Config, ConfigError, Problem};
use crate::{Origin, parse_duration, parse_size};

type Set = fn(&mut Config, &str) -> Result<(), String>;

/// Each variable and what it sets. Stores and mounts have names of their own and stay with the file.
const OVERRIDES: &[(&str, Set)] = &[
    ("HALLPASS_LISTEN", |config, text| read(text, &mut config.listen)),
    ("HALLPASS_PUBLIC_URL", |config, text| {
        config.public_url = Some(text.parse::<Origin>().map_err(|reason| reason.to_string())?);
        Ok(())
    }),
    ("HALLPASS_KEYS_ACTIVE", |config, text| {
        let keys = config.keys.as_mut().ok_or("there is no `[keys]` table whose key could be active")?;
        text.clone_into(&mut keys.active);
        Ok(())
    }),
    ("HALLPASS_LIMITS_HEADER_TIMEOUT", |config, text| read_duration(text, &mut config.limits.header_timeout)),
    ("HALLPASS_LIMITS_IDLE_TIMEOUT", |config, text| read_duration(text, &mut config.limits.idle_timeout)),
    ("HALLPASS_LIMITS_MIN_RATE", |config, text| read_size(text, &mut config.limits.min_rate)),
    ("HALLPASS_LIMITS_RATE_WINDOW", |config, text| read_duration(text, &mut config.limits.rate_window)),
    ("HALLPASS_LIMITS_MAX_CONNECTIONS", |config, text| read(text, &mut config.limits.max_connections)),
    ("HALLPASS_LIMITS_MAX_STREAMS", |config, text| read(text, &mut config.limits.max_streams)),
    ("HALLPASS_LIMITS_MAX_RESPONSES", |config, text| read(text, &mut config.limits.max_responses)),
    ("HALLPASS_LIMITS_MAX_HEADER_SIZE", |config, text| read_size(text, &mut config.limits.max_header_size)),
    ("HALLPASS_LIMITS_MAX_HEADERS", |config, text| read(text, &mut config.limits.max_headers)),
    ("HALLPASS_LIMITS_DRAIN_TIMEOUT", |config, text| read_duration(text, &mut config.limits.drain_timeout)),
];

impl Config {
    /// Iterates over the names of the variables that [`apply_env`](Self::apply_env) reads.
    pub fn variables() -> impl Iterator<Item = &'static str> {
        OVERRIDES.iter().map(|(name, _)| *name)
    }

    /// Finds a variable that begins with `HALLPASS_` and is none of [`variables`](Self::variables), of the secrets that
    /// this configuration names, nor of `others`: a misspelt override should not be ignored.
    ///
    /// # Errors
    /// Each such variable, with the nearest name.
    pub fn check_variables<'n>(
        &self,
        present: impl IntoIterator<Item = &'n str>,
        others: &[&str],
    ) -> Result<(), ConfigError> {
        let mut known: Vec<&str> = Self::variables().collect();
        known.extend(others);
        known.extend(self.secret_variables());
        let unknown = |name: &str| {
            let advice = did_you_mean(name, known.iter().copied());
            Problem::new(name, format!("unknown variable{advice}"))
        };
        let strangers =
            present.into_iter().filter(|name| name.starts_with("HALLPASS_") && !known.contains(name));
        ConfigError::unless_empty(strangers.map(unknown).collect())
    }
}

pub(super) fn apply(config: &mut Config, env: &dyn Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
    let mut problems = Vec::new();
    for (name, set) in OVERRIDES {
        if let Some(Err(reason)) = env(name).map(|text| set(config, &text)) {
            problems.push(Problem::new(*name, reason));
        }
    }
    ConfigError::unless_empty(problems)
}

fn read<T: FromStr<Err: ToString>>(text: &str, to: &mut T) -> Result<(), String> {
    *to = text.parse().map_err(|reason: T::Err| format!("`{text}`: {}", reason.to_string()))?;
    Ok(())
}

fn read_duration(text: &str, to: &mut Duration) -> Result<(), String> {
    *to = parse_duration(text).map_err(|reason| reason.to_string())?;
    Ok(())
}

fn read_size(text: &str, to: &mut u64) -> Result<(), String> {
    *to = parse_size(text).map_err(|reason| reason.to_string())?;
    Ok(())
}
