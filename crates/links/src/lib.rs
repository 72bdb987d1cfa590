#![doc = include_str!("../README.md")]

mod signer;

mod upload;

mod form;

mod base_url;
mod clock;
mod disposition;
mod pass;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use clock::Clock;
pub use disposition::{Disposition, DispositionKind};
pub use form::{FormSigner, PostForm, PostKey, PostPolicy, PostSuccess, PostType};
pub use pass::{PassLinks, parameter};
pub use signer::{LinkError, LinkErrorKind, LinkFut, LinkOptions, LinkSigner, SignedUrl};
pub use token_hmac::{Lifetime, Method, Subject};
pub use upload::{SignedUpload, UploadSigner, UploadTerms};
