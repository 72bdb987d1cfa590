//! The crate as its users see it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod key;
mod portable;
mod prefix;
mod properties;
mod url_path;
