//! `hallpass gc`

use std::fmt;

use clap::Args;
use gateway::StoreUrl;
use indicatif::BinaryBytes;
use serde::Serialize;
use store_fs::{Collect, FileStore};

use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Remove what interrupted uploads left behind; uploads at work are left alone
#[derive(Debug, Args)]
pub(crate) struct Gc {
    /// Only count
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    store: StoreChoice,
}

/// What was found.
#[derive(Serialize)]
struct Found {
    uploads: u64,
    bytes: u64,
    removed: bool,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.removed { "removed" } else { "found" };
        write!(f, "{verb} abandoned uploads: {} ({})", self.uploads, BinaryBytes(self.bytes))
    }
}

impl Gc {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let StoreUrl::File(root) = context.store_url(&self.store)? else {
            let text = "failed to collect remains: this kind of store leaves none";
            return Err(Failure::said(Exit::Usage, text));
        };
        let mode = if self.dry_run { Collect::DryRun } else { Collect::Remove };
        // Opening collects by itself unless it is told not to, and then there would be nothing left to count.
        let store = FileStore::builder().with_collect_on_open(Collect::DryRun).open(root)?;
        let collected = store.collect(mode).await?;
        let removed = mode == Collect::Remove;
        context.output().answer(&Found { uploads: collected.uploads, bytes: collected.bytes, removed })?;
        Ok(Exit::Done)
    }
}
