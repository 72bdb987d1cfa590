//! `deny.toml` as far as it is enforced here; the file is cargo-deny's, which adds the advisories.

use std::collections::BTreeSet;

use anyhow::Context;
use cargo_metadata::semver::{Version, VersionReq};
use serde::Deserialize;

/// The whole file.
#[derive(Deserialize)]
pub(crate) struct Deny {
    pub(crate) licenses: Licences,
    pub(crate) bans: Bans,
}

/// Section `[licenses]`.
#[derive(Deserialize)]
pub(crate) struct Licences {
    /// SPDX names.
    pub(crate) allow: BTreeSet<String>,
}

/// Section `[bans]`.
#[derive(Deserialize)]
pub(crate) struct Bans {
    /// Crates that may not be there.
    pub(crate) deny: Vec<Entry>,
    /// Crates that may be there in a second version.
    pub(crate) skip: Vec<Entry>,
}

/// A crate, and why it is listed.
#[derive(Deserialize)]
pub(crate) struct Entry {
    #[serde(rename = "crate")]
    pub(crate) spec: Spec,
    pub(crate) reason: String,
    /// Crates that may name it all the same.
    #[serde(default)]
    pub(crate) wrappers: BTreeSet<String>,
}

/// Versions of a crate, written `name`, `name@version` or `name:requirement`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Spec {
    pub(crate) text: String,
    name: String,
    versions: VersionReq,
}

impl Spec {
    /// Tells whether it names this version of this crate.
    pub(crate) fn covers(&self, name: &str, version: &Version) -> bool {
        self.name == name && self.versions.matches(version)
    }
}

impl TryFrom<String> for Spec {
    type Error = anyhow::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (name, versions) = match (text.split_once('@'), text.split_once(':')) {
            (Some((name, version)), _) => (name, format!("={version}")),
            (None, Some((name, requirement))) => (name, requirement.to_owned()),
            (None, None) => (text.as_str(), "*".to_owned()),
        };
        let versions = versions.parse().with_context(|| format!("`{text}`: not a version"))?;
        Ok(Self { name: name.to_owned(), versions, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(spec: &str, version: &str, good: bool) {
        let spec = Spec::try_from(spec.to_owned()).unwrap();
        assert_eq!(spec.covers("rand", &version.parse().unwrap()), good, "{}", spec.text);
    }

    #[test]
    fn versions_are_exact_a_range_or_any() {
        check("rand", "0.9.1", true);
        check("rand@0.9.1", "0.9.1", true);
        check("rand@0.9.1", "0.9.2", false);
        check("rand:0.9", "0.9.2", true);
        check("rand:0.9", "0.10.0", false);
        check("random", "0.9.1", false);
        assert!(Spec::try_from("rand@new".to_owned()).is_err());
    }
}
