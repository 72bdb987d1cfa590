//! The gateway from outside: configuration files in, sockets out.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod fixture;

mod config;
mod example;
#[cfg(feature = "store-s3")]
mod s3;
mod state;
#[cfg(not(feature = "store-s3"))]
mod without_s3;

mod routing;
mod seclusion;
mod verify;

mod conformance;
mod embedded;
mod http1;
mod http2;
mod leaks;
mod limits;
mod shutdown;
