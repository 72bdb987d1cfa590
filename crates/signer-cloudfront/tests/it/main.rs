//! The crate as its users see it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::needless_pass_by_value,
    clippy::similar_names,
    reason = "tests"
)]

mod fixture;

mod addresses;
mod cookies;
mod external;
mod grants;
mod injection;
mod keys;
mod leaks;
mod openssl;
mod patterns;
mod round_trip;
mod signing;
mod stable;
mod urls;
mod vectors;
mod verifying;
mod windows;
