//! What needs no server: configuration, what it refuses, and servers that are not what they seem.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod config;
mod fixture;
mod ignorant;
mod lying;
mod presign;
mod refusals;
mod secrets;
mod transport;

mod stub;
mod vectors;
