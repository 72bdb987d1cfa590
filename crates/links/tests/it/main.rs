//! Links as an application makes them; test names carry rows of the threat and feature lists.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod base_url;
mod disposition;
mod fixture;
mod pass_links;
mod secrets;
