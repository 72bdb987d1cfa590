//! [`OpenStore`]: a store, opened as its settings say.

use std::num::NonZeroUsize;
use std::sync::Arc;

use object_key::ObjectKey;
use store::{
    Abilities, BoxStream, CopyOptions, Entry, Error, Fut, Get, Got, List, MemoryStore, PutOptions, Store,
    Upload, When, Written,
};
use store_fs::{Durability as FileDurability, FileStore};

#[cfg(feature = "store-s3")]
use store_s3::{Environment, S3Store};

use crate::config::{Durability, StoreSettings};
use crate::{Config, GatewayError, GatewayErrorKind, StoreUrl, Surroundings, seclusion};

/// A store that was opened as the configuration says: a [`Store`], and of a kind that is known.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum OpenStore {
    /// A directory.
    File(FileStore),
    /// The memory of this process.
    Memory(Arc<MemoryStore>),
    /// A bucket of S3, or of a server like it.
    #[cfg(feature = "store-s3")]
    S3(S3Store),
}

impl OpenStore {
    /// Opens a store; of one in S3 the server is asked whether it is there.
    #[cfg_attr(
        not(feature = "store-s3"),
        expect(clippy::unused_async, reason = "the same signature as with the feature")
    )]
    pub(crate) async fn open(
        config: &Config,
        name: &str,
        settings: &StoreSettings,
        around: &Surroundings<'_>,
    ) -> Result<Self, GatewayError> {
        #[cfg(feature = "store-s3")]
        if let Some(s3) = settings.s3_config(name, around)? {
            let opened = S3Store::open(&s3, &environment(around)).await;
            return opened.map(Self::S3).map_err(|error| failed(name, error));
        }
        match &settings.url {
            Some(StoreUrl::File(path)) => {
                let root = around.path(path);
                seclusion::check(&root, config, around)?;
                let durability = match settings.durability {
                    Durability::Full => FileDurability::Full,
                    Durability::None => FileDurability::None,
                };
                let options = FileStore::builder().with_durability(durability);
                let open_files = usize::try_from(settings.open_files).ok().and_then(NonZeroUsize::new);
                let opened = match open_files {
                    Some(count) => options.with_open_files(count).open(root),
                    None => options.open(root),
                };
                opened.map(Self::File).map_err(|error| failed(name, error))
            }
            Some(StoreUrl::Memory) => Ok(Self::Memory(Arc::default())),
            _ => Err(GatewayError::new(
                GatewayErrorKind::Config,
                format!("failed to open the store `{name}`: nothing says where it is"),
            )),
        }
    }

    /// Waits until nothing that was begun goes on in the background: a dropped upload to S3 is aborted there.
    #[cfg_attr(
        not(feature = "store-s3"),
        expect(clippy::unused_async, reason = "the same signature as with the feature")
    )]
    pub async fn settled(&self) {
        match self {
            Self::File(_) | Self::Memory(_) => {}
            #[cfg(feature = "store-s3")]
            Self::S3(store) => store.settled().await,
        }
    }

    fn inner(&self) -> &dyn Store {
        match self {
            Self::File(store) => store,
            Self::Memory(store) => store,
            #[cfg(feature = "store-s3")]
            Self::S3(store) => store,
        }
    }
}

/// Connects to a store in S3 without asking the server for anything: for links, and to make its bucket.
#[cfg(feature = "store-s3")]
pub(crate) async fn connect_s3(
    name: &str,
    settings: &StoreSettings,
    around: &Surroundings<'_>,
) -> Result<S3Store, GatewayError> {
    let wrong = |problem: &dyn std::fmt::Display| {
        let message = format!("failed to use the store `{name}`: {problem}");
        GatewayError::new(GatewayErrorKind::Config, message)
    };
    let Some(s3) = settings.s3_config(name, around)? else {
        return Err(wrong(&"it is not in S3"));
    };
    S3Store::connect(&s3, &environment(around)).await.map_err(|error| wrong(&error))
}

#[cfg(feature = "store-s3")]
fn environment(around: &Surroundings<'_>) -> Environment {
    Environment::look_up(|name| around.variable(name))
}

fn failed(name: &str, error: Error) -> GatewayError {
    // What is wrong with the settings is no failure of the store.
    #[cfg(feature = "store-s3")]
    if let Some(problem) = std::error::Error::source(&error)
        && problem.is::<store_s3::ConfigError>()
    {
        let message = format!("failed to open the store `{name}`: {problem}");
        return GatewayError::new(GatewayErrorKind::Config, message);
    }
    let message = format!("failed to open the store `{name}`: {error}");
    GatewayError::new(GatewayErrorKind::Store, message).with_source(error)
}

impl Store for OpenStore {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        self.inner().get(key, ask)
    }

    fn begin<'a>(&'a self, key: &'a ObjectKey, options: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        self.inner().begin(key, options)
    }

    fn delete<'a>(&'a self, key: &'a ObjectKey, when: When) -> Fut<'a, ()> {
        self.inner().delete(key, when)
    }

    fn copy<'a>(&'a self, from: &'a ObjectKey, to: &'a ObjectKey, options: CopyOptions) -> Fut<'a, Written> {
        self.inner().copy(from, to, options)
    }

    fn list(&self, ask: List) -> BoxStream<'_, Result<Entry, Error>> {
        self.inner().list(ask)
    }

    fn abilities(&self) -> Abilities {
        self.inner().abilities()
    }
}
