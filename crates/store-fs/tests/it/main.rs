//! The file store against its contract, its threats and its file system.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

mod support;

mod conformance;
mod contract;
mod listing;
mod long_lists;
mod reading;
mod recent;

mod confinement;
mod crash;
mod foreign;
mod permissions;
mod races;
mod rename_race;

mod model;
