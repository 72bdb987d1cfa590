//! Attacks run for real: against the program itself, in processes of their own, with its vital signs watched.
//!
//! As they stand they are short enough for every run of the tests. `cargo xtask attack` runs them at full length.

mod chance;
mod client;
mod frames;
mod library;
mod room;
mod sight;
mod slow_disk;
mod vitals;

mod clocks;
mod cold;
mod crowds;
mod descriptors;
mod disks;
mod floods;
mod kills;
mod ranges;
mod slow;
