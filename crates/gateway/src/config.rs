//! [`Config`]: what the gateway is told, as one TOML file says it.

mod env;
mod schema;

mod check;
mod error;
mod found;

mod keys;
mod limits;
mod mount;
#[cfg(feature = "store-s3")]
mod s3;
mod store;
mod variable;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use object_key::Prefix;
use serde::{Deserialize, Serialize};

pub(crate) use error::did_you_mean;
pub use error::{ConfigError, Problem};
pub use keys::{KeySource, Keys};
pub use limits::Limits;
pub use mount::{Allow, Cache, Embed, InvalidMountPath, Mount, MountPath};
#[cfg(feature = "store-s3")]
pub use s3::{S3Secrets, SecretSource};
pub use store::{Durability, StoreSettings};

use crate::{Origin, StoreUrl};

/// The whole configuration. It names secrets (a file, an environment variable) and holds none, so that showing it
/// gives nothing away.
///
/// ```
/// use gateway::Config;
///
/// let config = Config::from_toml(
///     r#"
///     public_url = "https://media.example.com"
///     stores.media.url = "file:///srv/media"
///     mounts."/media/" = { store = "media", public = ["public/"] }
///     "#,
/// )?;
/// config.check()?;
///
/// let error = Config::from_toml("limits.idle_timout = \"5s\"").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`limits.idle_timout` (line 1): unknown key; did you mean `idle_timeout`?"
/// );
/// # Ok::<(), gateway::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// The address to listen on: `127.0.0.1:8080` unless set. Port 0 picks a free one.
    pub listen: SocketAddr,
    /// The origin of printed links; unless set, that of the listen address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<Origin>,
    /// The secrets that sign and verify passes; unless set, the one in `.hallpass/secret`, made the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<Keys>,
    /// How much a client may take, and how long.
    pub limits: Limits,
    /// Where objects are kept, by name.
    pub stores: BTreeMap<String, StoreSettings>,
    /// Which store is served below which path, and to whom.
    pub mounts: BTreeMap<MountPath, Mount>,
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// Every key that is not known or not available in this version and every value that cannot be read, each with its
    /// path and line. Whether the parts fit together is for [`check`](Self::check).
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        schema::read(text)
    }

    /// Returns the configuration of a first run: `dir` served below `/media/`, `public/` in it to everyone, the rest
    /// to whoever has a pass signed with `.hallpass/secret`.
    pub fn embedded(dir: &Path) -> Self {
        Self::embedded_at(StoreUrl::File(dir.to_owned()))
    }

    /// Returns the same for a store at an address.
    pub fn embedded_at(url: StoreUrl) -> Self {
        let store = StoreSettings::at(url);
        let mount = Mount { public: Prefix::parse("public/").into_iter().collect(), ..Mount::new("media") };
        Self {
            stores: BTreeMap::from([("media".to_owned(), store)]),
            mounts: BTreeMap::from([(MountPath::media(), mount)]),
            ..Self::default()
        }
    }

    /// Replaces settings by those of the environment, where `env` returns the value of a variable.
    ///
    /// [`Config::variables`] are the names: the key's path in capitals after `HALLPASS_`.
    ///
    /// # Errors
    /// Every value that cannot be read.
    pub fn apply_env(&mut self, env: &dyn Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        env::apply(self, env)
    }

    /// Checks that the parts fit together, without opening or reading anything.
    ///
    /// # Errors
    /// Every problem there is, each with the path of the key concerned.
    pub fn check(&self) -> Result<(), ConfigError> {
        check::check(self)
    }

    /// Writes the configuration as TOML that [`from_toml`](Self::from_toml) reads; no secret is in it.
    pub fn to_toml(&self) -> String {
        // INVARIANT: string keys and values that all serialise: the tests write every field there is.
        toml::to_string(self).unwrap_or_default()
    }

    /// Returns every file that holds a secret, as the configuration names them.
    pub(crate) fn secret_files(&self) -> Vec<PathBuf> {
        let keys = self.keys.iter().flat_map(|keys| keys.ring.values());
        let files = keys.filter_map(|source| source.secret_file.as_deref());
        #[cfg(feature = "store-s3")]
        let files = files.chain(self.stores.values().flat_map(|store| store.secrets.files()));
        files.map(Path::to_owned).collect()
    }

    /// Returns every variable that holds a secret.
    fn secret_variables(&self) -> Vec<&str> {
        let keys = self.keys.iter().flat_map(|keys| keys.ring.values());
        let variables = keys.filter_map(|source| source.secret_env.as_deref());
        #[cfg(feature = "store-s3")]
        let variables = variables.chain(self.stores.values().flat_map(|store| store.secrets.variables()));
        variables.collect()
    }

    /// Returns the origin that links begin with when nothing else is known: the public URL, else the listen address.
    pub fn origin(&self) -> Origin {
        self.public_url.clone().unwrap_or_else(|| Origin::of_listener(self.listen))
    }
}

impl Default for Config {
    /// Returns a configuration that serves nothing.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: None,
            keys: None,
            limits: Limits::default(),
            stores: BTreeMap::new(),
            mounts: BTreeMap::new(),
        }
    }
}
