//! URLs: exact ones, patterns, and what clients leave as it is.

mod build;
mod invalid;
mod parts;
mod pattern;
mod resource;
mod wildcard;

pub use invalid::InvalidUrl;
pub use pattern::Pattern;
pub use resource::Resource;

pub(crate) use wildcard::matches;

/// The longest URL that CloudFront takes, in bytes, query included.
pub(crate) const MAX_URL: usize = 8192;

/// The parameters that CloudFront reads, and takes out before it looks at a URL.
pub(crate) mod parameter {
    pub(crate) const EXPIRES: &str = "Expires";
    pub(crate) const POLICY: &str = "Policy";
    pub(crate) const SIGNATURE: &str = "Signature";
    pub(crate) const KEY_PAIR_ID: &str = "Key-Pair-Id";
    pub(crate) const HASH_ALGORITHM: &str = "Hash-Algorithm";

    /// All of them.
    pub(crate) const ALL: [&str; 5] = [EXPIRES, POLICY, SIGNATURE, KEY_PAIR_ID, HASH_ALGORITHM];
}
