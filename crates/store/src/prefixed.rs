//! [`Prefixed`]: a part of a store as a store of its own.

/// Shows what lies below a prefix of a store as a store of its own.
#[derive(Debug)]
pub struct Prefixed;
