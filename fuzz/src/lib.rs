//! What must hold for every input: one module per target, each with `check`, which panics where its property breaks.
//!
//! The same functions are run by the fuzzer (`fuzz_targets/`), and by the tests over the inputs it has found
//! (`corpus/`). Properties are agreement with a model that is slow, literal and shares no code with what it judges.

#![forbid(unsafe_code)]

pub mod date;
pub mod key;
pub mod pass;
pub mod preconditions;
pub mod prefix;
pub mod range;

pub mod cloudfront;

pub mod config;
pub mod objects;

mod exhibit;
mod pass_model;
mod tree_model;

#[cfg(test)]
mod replay;
