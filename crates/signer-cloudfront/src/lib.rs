#![doc = include_str!("../README.md")]

mod signer;

mod external;
mod grant;
mod sign_error;
mod signed_url;

mod cookies;
mod stable_urls;

mod url;

mod conditions;
mod ip_cidr;
mod lifetime;
mod window;

mod algorithm;
mod backend;
mod key;

mod verifier;

mod presented;
mod refusal;

mod base64;
mod policy;

pub use algorithm::SigningAlgorithm;
pub use backend::UnusableKey;
pub use conditions::{Conditions, PolicyForm};
pub use cookies::{CookieScope, InvalidCookieScope, SameSite, SignedCookies};
pub use external::{ExternalKey, Prepared, Target};
pub use grant::Grant;
pub use ip_cidr::{InvalidIpCidr, IpCidr};
pub use key::{InvalidKey, InvalidKeyPairId, KeyPairId, PrivateKey, PublicKey};
pub use lifetime::Lifetime;
pub use refusal::Refusal;
pub use sign_error::{SignError, SignUrlError};
pub use signed_url::SignedUrl;
pub use signer::Signer;
pub use stable_urls::StableUrls;
pub use url::{InvalidUrl, Pattern, Resource};
pub use verifier::{Verified, Verifier};
pub use window::{InvalidWindow, Window};
