//! The suite itself is tested: good stores pass it, and each broken one fails where it is broken.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod good;

mod broken;
mod faults;
