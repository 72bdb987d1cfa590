//! [`StoreSettings`]: one store of the configuration.

use serde::{Deserialize, Serialize};

use super::schema::join;
use super::{ConfigError, Problem};
use crate::StoreUrl;

#[cfg(feature = "store-s3")]
use {super::S3Secrets, store_s3::S3Config};

/// One store: its address, or a table of its kind's own settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct StoreSettings {
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<StoreUrl>,
    /// What survives a power failure; for file stores.
    #[serde(skip_serializing_if = "Durability::is_default")]
    pub durability: Durability,
    /// How many files are kept open for the next request, none by default; for file stores.
    #[serde(skip_serializing_if = "is_zero")]
    pub open_files: u32,
    /// All that can be said about a store in S3, instead of the address; without its secrets.
    #[cfg(feature = "store-s3")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3: Option<Box<S3Config>>,
    /// Where the secrets of a store in S3 are.
    #[cfg(feature = "store-s3")]
    #[serde(skip_serializing_if = "S3Secrets::is_default")]
    pub secrets: S3Secrets,
}

/// What survives a power failure once a write was reported as done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Durability {
    /// Everything: files and directories are flushed first.
    #[default]
    Full,
    /// What the system happened to have written.
    None,
}

impl Durability {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl StoreSettings {
    /// Describes the store at an address.
    pub fn at(url: StoreUrl) -> Self {
        Self { url: Some(url), ..Self::default() }
    }

    /// Checks the settings of one store, for those who need no other part of the configuration.
    pub(crate) fn checked(&self, name: &str) -> Result<(), ConfigError> {
        let mut problems = Vec::new();
        self.check(name, &mut problems);
        ConfigError::unless_empty(problems)
    }

    /// Checks that the settings of the store `name` fit together.
    pub(super) fn check(&self, name: &str, problems: &mut Vec<Problem>) {
        let path = join("stores", name);
        match (&self.url, self.has_s3_table()) {
            (None, false) => problems.push(Problem::new(&path, LACKING)),
            (Some(_), true) => {
                problems.push(Problem::new(&path, "has both `url` and a table `s3`: keep one"));
            }
            _ => {}
        }
        let of_files = [("durability", self.durability.is_default()), ("open_files", self.open_files == 0)];
        for (setting, _) in of_files.iter().filter(|(_, is_default)| !is_default) {
            if !matches!(self.url, Some(StoreUrl::File(_))) {
                problems.push(Problem::new(join(&path, setting), "has a meaning for `file:` stores only"));
            }
        }
        #[cfg(feature = "store-s3")]
        super::s3::check(self, &path, problems);
    }

    #[cfg(feature = "store-s3")]
    fn has_s3_table(&self) -> bool {
        self.s3.is_some()
    }

    #[cfg(not(feature = "store-s3"))]
    #[expect(clippy::unused_self, reason = "the same signature as with the feature")]
    fn has_s3_table(&self) -> bool {
        false
    }
}

#[cfg(feature = "store-s3")]
const LACKING: &str = "needs `url`, such as `file:///srv/media`, or a table `s3`";
#[cfg(not(feature = "store-s3"))]
const LACKING: &str = "needs `url`, such as `file:///srv/media`";
