#![doc = include_str!("../README.md")]

mod key;
mod portable;
mod prefix;
mod url_path;

pub use key::{InvalidKey, ObjectKey};
pub use portable::NotPortable;
pub use prefix::Prefix;
pub use url_path::{InvalidUrlPath, UrlPath};
