//! The contract's own logic, by its public interface. What every store must do is tested by `store-conformance`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod body;
mod conditions;
mod error;
mod ext;
mod metadata;
mod name;
mod prefixed;
mod range;
mod support;
mod tags;
mod unique;
