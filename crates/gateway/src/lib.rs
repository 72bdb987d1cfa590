#![doc = include_str!("../README.md")]

mod gateway;

mod config;
mod open_store;
mod origin;
mod store_url;
mod units;

mod embedded;
mod keyring;
mod seclusion;
mod state;
mod surroundings;

mod router;
mod serve;
mod verdict;

mod error;

pub use config::{
    Allow, Cache, Config, ConfigError, Durability, Embed, InvalidMountPath, KeySource, Keys, Limits, Mount,
    MountPath, Problem, StoreSettings,
};
#[cfg(feature = "store-s3")]
pub use config::{S3Secrets, SecretSource};
pub use embedded::prepare_embedded;
pub use error::{GatewayError, GatewayErrorKind};
pub use gateway::Gateway;
pub use open_store::OpenStore;
pub use origin::{InvalidOrigin, Origin};
pub use router::Router;
pub use serve::Listening;
pub use state::{Announcement, Running, State};
#[cfg(feature = "store-s3")]
pub use store_url::S3Url;
pub use store_url::{InvalidStoreUrl, StoreUrl};
pub use surroundings::Surroundings;
pub use units::{InvalidUnit, format_duration, format_time, parse_duration, parse_size, parse_time};
pub use verdict::Verdict;
