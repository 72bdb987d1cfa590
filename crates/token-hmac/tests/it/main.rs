//! The crate as its users see it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

mod binding;
mod expiry;
mod fixture;
mod leaks;
mod methods;
mod minting;
mod python;
mod rotation;
mod round_trip;
mod stable;
mod tampering;
mod timing;
