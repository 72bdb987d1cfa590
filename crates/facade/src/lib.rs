#![doc = include_str!("../README.md")]

pub use object_key::{self, ObjectKey, Prefix};
pub use store::{self, MemoryStore, Store, StoreExt};

#[cfg(feature = "store-fs")]
pub use store_fs::{self, FileStore};

#[cfg(feature = "store-s3")]
pub use store_s3::{self, Environment, S3Config, S3Links, S3Store};

#[cfg(feature = "token-hmac")]
pub use token_hmac::{self, Audience, KeyId, KeyRing, Lifetime, Passes, Purpose, Secret, Subject};

#[cfg(feature = "links")]
pub use links::{self, BaseUrl, Disposition, LinkOptions, LinkSigner, PassLinks, SignedUrl};

#[cfg(feature = "download")]
pub use download::{self, Download, Viewer};

/// The guides are tests: what they show compiles and runs.
#[cfg(all(doctest, feature = "download", feature = "store-fs"))]
mod guides {
    #[doc = include_str!("../../../README.md")]
    mod readme {}
}
