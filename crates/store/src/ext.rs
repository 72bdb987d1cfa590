//! [`StoreExt`]: the short forms that callers use.

use crate::{Error, Fut, Get, Got, Metadata, Store};

/// The short forms of the operations, for every [`Store`].
pub trait StoreExt: Store {
}

impl<S: Store + ?Sized> StoreExt for S {}
