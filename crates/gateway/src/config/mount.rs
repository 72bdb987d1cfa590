//! [`Mount`]: a store, served below a path.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use links::BaseUrl;
use object_key::Prefix;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use token_hmac::Passes;

use crate::{Origin, units};

/// A store served below a path, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Mount {
    /// The name of the store.
    pub store: String,
    /// The part of the store that is served, if not all of it. Keys, `public` and links are relative to it.
    #[serde(default, with = "prefix", skip_serializing_if = "Prefix::is_root")]
    pub prefix: Prefix,
    /// What everyone may read, by whole segments.
    #[serde(default, with = "prefixes")]
    pub public: Vec<Prefix>,
    /// What opens everything else: `["pass"]`.
    #[serde(default = "allow_pass")]
    pub allow: Vec<Allow>,
    /// How a browser may keep what a pass opened: `revalidate`.
    #[serde(default)]
    pub cache: Cache,
    /// Which sites may embed what a pass opened: `same-site`.
    #[serde(default)]
    pub embed: Embed,
    /// The longest life of a pass: `7d`. Longer ones are neither made nor accepted.
    #[serde(default = "longest_life", with = "units::duration")]
    pub max_life: Duration,
}

impl Mount {
    /// Makes a mount of a whole store that opens to passes, with nothing public.
    pub fn new(store: impl Into<String>) -> Self {
        Self {
            store: store.into(),
            prefix: Prefix::root(),
            public: Vec::new(),
            allow: allow_pass(),
            cache: Cache::default(),
            embed: Embed::default(),
            max_life: longest_life(),
        }
    }
}

fn allow_pass() -> Vec<Allow> {
    vec![Allow::Pass]
}

fn longest_life() -> Duration {
    Passes::DEFAULT_MAX_LIFETIME
}

/// What opens an object that is not public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Allow {
    /// A pass of our own.
    Pass,
}

impl Allow {
    const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
        }
    }
}

impl Serialize for Allow {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Allow {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            "pass" => Ok(Self::Pass),
            later @ ("policy" | "django-titofisto" | "django-signed" | "djamazing") => {
                Err(de::Error::custom(format_args!("`{later}` is not available in this version; use `pass`")))
            }
            other => Err(de::Error::custom(format_args!("`{other}` is not known; use `pass`"))),
        }
    }
}

/// How a browser may keep what a pass opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cache {
    /// Keep it, but ask again each time.
    #[default]
    Revalidate,
    /// Keep it without asking until the pass expires; for links made with a stable window.
    UntilExpiry,
    /// Never keep it.
    NoStore,
}

/// Which sites may embed what a pass opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Embed {
    /// Pages of the same origin only.
    SameOrigin,
    /// Pages of the same site: those of `www.` embed media of `media.`.
    #[default]
    SameSite,
    /// Pages of any site.
    CrossOrigin,
}

/// The path below which a store is served: it begins and ends with `/`, and what lies between is written as links
/// write it (letters, digits, `-`, `.`, `_`, `~`), so that it has one spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MountPath(String);

impl MountPath {
    /// The longest path in bytes.
    pub const MAX_LEN: usize = 255;

    /// Accepts `text` as a path, exactly as it stands.
    ///
    /// # Errors
    /// It breaks the rule of the type's documentation.
    pub fn parse(text: &str) -> Result<Self, InvalidMountPath> {
        let below = text.strip_prefix('/').ok_or(InvalidMountPath(()))?;
        let prefix = Prefix::parse(below).map_err(|_| InvalidMountPath(()))?;
        let has_one_spelling = prefix.url_path().to_string() == below && text.len() <= Self::MAX_LEN;
        if has_one_spelling { Ok(Self(text.to_owned())) } else { Err(InvalidMountPath(())) }
    }

    /// Returns `/media/`, the path of the embedded default.
    pub fn media() -> Self {
        Self("/media/".to_owned())
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the base of links to this mount.
    pub(crate) fn base(&self, origin: &Origin) -> Result<BaseUrl, links::InvalidBaseUrl> {
        BaseUrl::parse(&format!("{origin}{}", self.0))
    }
}

impl FromStr for MountPath {
    type Err = InvalidMountPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for MountPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for MountPath {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for MountPath {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(|reason| de::Error::custom(format_args!("`{text}`: {reason}")))
    }
}

/// Says that a text is no [`MountPath`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidMountPath(());

impl fmt::Display for InvalidMountPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mount is a path such as `/media/`: `/` at both ends, plain segments between")
    }
}

impl std::error::Error for InvalidMountPath {}

/// A prefix in configuration files.
mod prefix {
    use object_key::Prefix;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(prefix: &Prefix, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(prefix.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Prefix, D::Error> {
        parse(&String::deserialize(from)?)
    }

    pub(super) fn parse<E: de::Error>(text: &str) -> Result<Prefix, E> {
        Prefix::parse(text).map_err(|reason| E::custom(format_args!("`{text}` is no prefix: {reason}")))
    }
}

/// Several prefixes in configuration files.
mod prefixes {
    use object_key::Prefix;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(prefixes: &[Prefix], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(prefixes.iter().map(Prefix::as_str))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Prefix>, D::Error> {
        Vec::<String>::deserialize(from)?.iter().map(|text| super::prefix::parse(text)).collect()
    }
}
