#![doc = include_str!("../README.md")]

mod suite;

mod case;
mod cases;
mod check;

pub use case::{Case, Failure};
pub use cases::cases;
pub use suite::{Report, Suite, Verdict};
