//! The service as a client meets it; test names carry rows of the threat and feature lists.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "tests"
)]

mod access;
mod bodies;
mod differential;
mod fields;
mod files;
mod fixture;
mod keys;
mod leaks;
mod model;
mod policy;
mod query;
mod ranges;
mod shelf;
mod snapshot;
mod wire;
