//! The program as its users meet it: arguments in, text, files and answers over HTTP out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "tests"
)]

mod console;
mod curl;
mod sandbox;
mod server;

mod attack;

mod configuration;
mod endings;
mod first_link;
mod guide;
mod hostile_keys;
mod interruptions;
mod leaks;
mod links;
mod objects;
mod own_state;
mod planted;
#[cfg(feature = "store-s3")]
mod s3;
mod usage;
