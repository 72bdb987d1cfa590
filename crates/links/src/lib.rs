#![doc = include_str!("../README.md")]

mod signer;

mod base_url;
mod clock;
mod disposition;
mod pass;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use clock::Clock;
pub use disposition::{Disposition, DispositionKind};
pub use pass::{PassLinks, parameter};
pub use signer::{LinkError, LinkErrorKind, LinkFut, LinkOptions, LinkSigner, SignedUrl};
pub use token_hmac::{Lifetime, Method, Subject};
