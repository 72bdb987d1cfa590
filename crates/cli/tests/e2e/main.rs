//! The program on a real S3 server, which `cargo xtask e2e` starts: every command, the gateway, links of both kinds.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "tests"
)]

mod bucket;
mod commands;
mod failures;
mod gateway;
mod guide;
mod leaks;
mod links;
mod progress;

mod place;

#[path = "../it/console.rs"]
mod console;
#[path = "../it/curl.rs"]
mod curl;
#[expect(dead_code, reason = "what the tests without a server need besides")]
#[path = "../it/sandbox.rs"]
mod sandbox;
#[expect(dead_code, reason = "what the tests without a server need besides")]
#[path = "../it/server.rs"]
mod server;
