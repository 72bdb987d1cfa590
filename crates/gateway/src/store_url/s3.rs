//! [`S3Url`]: a bucket, a prefix, and the few settings that an address has room for.

use std::fmt;

use object_key::Prefix;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as ValueError;
use serde::{Deserialize as _, Serialize as _};
use store_s3::{Addressing, S3Config, ServerProfile};

use super::{InvalidStoreUrl, PATH};
use crate::config::did_you_mean;

/// The address of a store in S3: `s3://bucket/prefix?region=eu-west-1&endpoint=http://127.0.0.1:4566&path_style=true`.
///
/// The prefix may be written without the `/` that ends it. Parameters are `region`, `endpoint`, `path_style`, `server`,
/// `profile`, `expected_bucket_owner` and `public_endpoint`; no secret has a place here.
///
/// ```
/// use gateway::StoreUrl;
///
/// let url: StoreUrl = "s3://media/tenant-a?region=eu-west-1".parse()?;
/// assert_eq!(url.to_string(), "s3://media/tenant-a?region=eu-west-1");
///
/// let error = "s3://media?regoin=eu-west-1".parse::<StoreUrl>().unwrap_err();
/// assert!(error.to_string().contains("`regoin`: unknown parameter; did you mean `region`?"));
/// # Ok::<(), gateway::InvalidStoreUrl>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Url {
    /// INVARIANT: it is valid, and has no settings but those of the address.
    config: S3Config,
}

/// A parameter, how it is set, and how it is shown.
struct Parameter {
    name: &'static str,
    set: fn(&mut S3Config, &str) -> Result<(), String>,
    show: fn(&S3Config) -> Option<String>,
}

const PARAMETERS: [Parameter; 7] = [
    Parameter {
        name: "region",
        set: |config, text| put(&mut config.region, text),
        show: |config| config.region.clone(),
    },
    Parameter {
        name: "endpoint",
        set: |config, text| put(&mut config.endpoint, text),
        show: |config| config.endpoint.clone(),
    },
    Parameter { name: "path_style", set: set_path_style, show: show_path_style },
    Parameter { name: "server", set: set_server, show: show_server },
    Parameter {
        name: "profile",
        set: |config, text| put(&mut config.credentials.profile, text),
        show: |config| config.credentials.profile.clone(),
    },
    Parameter {
        name: "expected_bucket_owner",
        set: |config, text| put(&mut config.expected_bucket_owner, text),
        show: |config| config.expected_bucket_owner.clone(),
    },
    Parameter {
        name: "public_endpoint",
        set: |config, text| put(&mut config.links.public_endpoint, text),
        show: |config| config.links.public_endpoint.clone(),
    },
];

impl S3Url {
    /// Reads what follows `s3:`.
    pub(super) fn parse(rest: &str) -> Result<Self, InvalidStoreUrl> {
        read(rest).map(|config| Self { config }).map_err(InvalidStoreUrl::S3)
    }

    /// Returns the settings of the store.
    pub fn config(&self) -> &S3Config {
        &self.config
    }
}

fn read(rest: &str) -> Result<S3Config, String> {
    let rest = rest.strip_prefix("//").ok_or("an address of S3 is written `s3://bucket/prefix`")?;
    if rest.contains('#') {
        return Err("an address of S3 has no fragment; write `#` in a prefix as `%23`".to_owned());
    }
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    // SECURITY: an address shows up in process lists, messages and logs. Before the `@` of a secret a `/` may stand.
    if bucket.contains(['@', ':']) {
        return Err("no access key belongs in an address; use variables or a profile".to_owned());
    }
    let mut config = S3Config::new(bucket);
    config.prefix = read_prefix(prefix)?;
    let mut seen = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if seen.contains(&name) {
            return Err(format!("`{name}`: is there twice"));
        }
        seen.push(name);
        set(&mut config, name, value)?;
    }
    config.validate().map_err(|error| error.to_string())?;
    Ok(config)
}

fn read_prefix(text: &str) -> Result<String, String> {
    let text = decode(text).ok_or("the prefix is not UTF-8")?;
    let slash = if text.is_empty() || text.ends_with('/') { "" } else { "/" };
    let prefix = Prefix::parse(&format!("{text}{slash}"));
    prefix.map(|prefix| prefix.as_str().to_owned()).map_err(|error| format!("the prefix `{text}`: {error}"))
}

fn set(config: &mut S3Config, name: &str, value: &str) -> Result<(), String> {
    let Some(parameter) = PARAMETERS.iter().find(|parameter| parameter.name == name) else {
        let advice = match did_you_mean(name, PARAMETERS.iter().map(|parameter| parameter.name)) {
            none if none.is_empty() => "; all other settings have their place in a table `s3`".to_owned(),
            advice => advice,
        };
        return Err(format!("`{name}`: unknown parameter{advice}"));
    };
    let value = decode(value).filter(|value| !value.is_empty());
    let value = value.ok_or_else(|| format!("`{name}`: has no value"))?;
    (parameter.set)(config, &value).map_err(|problem| format!("`{name}`: {problem}"))
}

#[expect(clippy::unnecessary_wraps, reason = "one of several setters")]
fn put(place: &mut Option<String>, text: &str) -> Result<(), String> {
    *place = Some(text.to_owned());
    Ok(())
}

fn set_path_style(config: &mut S3Config, text: &str) -> Result<(), String> {
    config.addressing = match text {
        "true" => Addressing::Path,
        "false" => Addressing::Virtual,
        _ => return Err(format!("`{text}` is neither `true` nor `false`")),
    };
    Ok(())
}

fn show_path_style(config: &S3Config) -> Option<String> {
    match config.addressing {
        Addressing::Auto => None,
        Addressing::Path => Some("true".to_owned()),
        Addressing::Virtual => Some("false".to_owned()),
    }
}

/// Reads and writes a kind of server by the names of the configuration file.
fn set_server(config: &mut S3Config, text: &str) -> Result<(), String> {
    let server = ServerProfile::deserialize(text.into_deserializer());
    config.server = Some(server.map_err(|error: ValueError| error.to_string())?);
    Ok(())
}

fn show_server(config: &S3Config) -> Option<String> {
    struct Name(ServerProfile);
    impl fmt::Display for Name {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.serialize(f)
        }
    }
    config.server.map(|server| Name(server).to_string())
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// What stays readable in a value: an address or a name.
const VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b':');

impl fmt::Display for S3Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let S3Config { bucket, prefix, .. } = &self.config;
        write!(f, "s3://{bucket}")?;
        if let Some(prefix) = prefix.strip_suffix('/') {
            write!(f, "/{}", utf8_percent_encode(prefix, PATH))?;
        }
        let mut separator = '?';
        PARAMETERS.iter().try_for_each(|parameter| match (parameter.show)(&self.config) {
            None => Ok(()),
            Some(value) => {
                write!(f, "{separator}{}={}", parameter.name, utf8_percent_encode(&value, VALUE))?;
                separator = '&';
                Ok(())
            }
        })
    }
}
