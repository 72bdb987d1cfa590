//! `--overwrite`, of all commands that write an object.

use clap::Args;
use store::PutMode;

/// What becomes of an object that has the name already.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Overwrite {
    /// Replace an object of that name
    #[arg(long)]
    overwrite: bool,
}

impl Overwrite {
    /// Returns the terms under which the object is written.
    pub(super) fn mode(self) -> PutMode {
        if self.overwrite { PutMode::Overwrite } else { PutMode::Create }
    }
}
