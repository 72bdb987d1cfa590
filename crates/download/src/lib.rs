#![doc = include_str!("../README.md")]

mod service;

mod access;
mod ask;
mod outcome;
mod query;
mod render;

mod body;
mod event;
mod explain;
mod header_policy;

pub use access::Viewer;
pub use body::ResponseBody;
pub use explain::Explanation;
pub use header_policy::{HeaderPolicy, PrivateCache, ResourcePolicy};
pub use outcome::Refusal;
pub use service::{Download, ResponseFuture};

/// Compiles and runs the guide's examples.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/serving.md")]
struct Guide;
