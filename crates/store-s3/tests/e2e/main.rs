//! The store against a real server, which `cargo xtask e2e` starts.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod buckets;
mod compression;
mod confinement;
mod conformance;
mod direct;
mod links;
mod owner;
mod parameters;
mod permissions;
mod reading;
mod signatures;
mod uploads;

mod front;
mod http;
mod server;
