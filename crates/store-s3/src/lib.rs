#![doc = include_str!("../README.md")]

mod config;

mod probe;
mod profile;

mod store;

mod bucket_init;
mod create_bucket;

mod collect;
mod copy;
mod delete;
mod get;
mod list;
mod upload;

mod post_policy;
mod presign;

mod bucket;
mod client;
mod encryption;
mod gzip;
mod metadata;
mod parameters;
mod patience;
mod signing;

mod error;

pub use bucket_init::{BucketOutcome, BucketPlan, BucketSetting, Versioning};
pub use collect::{Collect, Collected};
pub use config::{
    Access, Addressing, ConfigError, CredentialsConfig, Environment, LinksConfig, S3Config, Secret,
    SignatureVersion, Signing, TransferConfig,
};
pub use delete::Undeleted;
pub use gzip::{GzipConfig, Keep};
pub use parameters::{Acl, EncryptionMode, ObjectParameters};
pub use presign::{PublicLinks, S3Links, S3Uploads};
pub use probe::Probed;
pub use profile::{Checksums, Listing, PartSizing, Profile, ServerProfile, Support};
pub use store::S3Store;
