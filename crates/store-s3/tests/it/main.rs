//! What needs no server: configuration, and what it refuses.
#![expect(clippy::unwrap_used, reason = "tests")]

mod config;
