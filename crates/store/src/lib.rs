#![doc = include_str!("../README.md")]

mod store;

mod get;
mod list;
mod put;

mod body;
mod collect;
mod conditions;
mod error;
mod etag;
mod metadata;
mod name;
mod range;
mod site;
mod unique;

mod ext;
mod memory;
mod prefixed;

pub use body::Body;
pub use collect::Collect;
pub use conditions::{Conditions, IfRange, TagMatch};
pub use error::{Error, ErrorKind, Operation};
pub use etag::{ETag, InvalidETag};
pub use ext::StoreExt;
pub use get::{Get, Got, Object, Plan, Want};
pub use list::{Depth, Entry, List, Listed};
pub use memory::MemoryStore;
pub use metadata::{
    Attributes, FieldValue, InvalidFieldValue, InvalidUserMetadata, Metadata, Sha256Digest, UserMetadata,
};
pub use name::{InvalidName, NameRule, check_name, guess_content_type};
pub use prefixed::Prefixed;
pub use put::{CopyMetadata, CopyOptions, PutMode, PutOptions, Upload, When, Written};
pub use range::{ByteRange, RequestedRange, ResolvedRange};
pub use site::{Backend, Side, Site};
pub use store::{Abilities, BoxStream, Fut, Store};
pub use unique::{WantedName, unique_name};
