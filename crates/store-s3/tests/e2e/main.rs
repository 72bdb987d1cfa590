//! The store against a real server, which `cargo xtask e2e` starts.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "tests"
)]

mod buckets;
mod compression;
mod confinement;
mod conformance;
mod direct;
mod faults;
mod links;
mod memory;
mod owner;
mod parameters;
mod permissions;
mod reading;
mod secrets;
mod signatures;
mod uploads;
mod wire;

mod http;
mod localstack;
mod proxy;
mod server;
