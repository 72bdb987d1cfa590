#![doc = include_str!("../README.md")]

#[cfg(not(target_os = "linux"))]
compile_error!("store-fs confines and publishes files with system calls that only Linux has");

mod options;
mod store;

mod collect;
mod copy;
mod delete;
mod finish;
mod list;
mod read;
mod write;

mod file;
mod lock;
mod publish;
mod record;
mod root;
mod staging;
mod state;
mod tree;
mod walk;

mod blocking;
mod error;

pub use collect::{Collect, Collected};
#[doc(hidden)]
pub use options::Without;
pub use options::{Durability, FileOptions, MissingRoot};
pub use store::FileStore;

/// Compiles and runs the guide's examples.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/file-store.md")]
struct Guide;
