//! `hallpass gc`

use std::fmt;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use gateway::{StoreUrl, parse_duration};
use indicatif::BinaryBytes;
use serde::Serialize;
use store::Collect;
use store_fs::FileStore;

use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Remove what interrupted uploads left behind; uploads at work are left alone
#[derive(Debug, Args)]
pub(crate) struct Gc {
    /// Only count
    #[arg(long)]
    dry_run: bool,

    /// How old an upload to S3 has to be: S3 does not tell one at work from one abandoned [default: 1d]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    older_than: Option<Duration>,

    #[command(flatten)]
    store: StoreChoice,
}

/// What was found.
#[derive(Serialize)]
struct Found {
    uploads: u64,
    /// S3 does not say.
    bytes: Option<u64>,
    removed: bool,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.removed { "removed" } else { "found" };
        write!(f, "{verb} abandoned uploads: {}", self.uploads)?;
        self.bytes.map_or(Ok(()), |bytes| write!(f, " ({})", BinaryBytes(bytes)))
    }
}

impl Gc {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let found = match context.store_settings(&self.store)?.url {
            Some(StoreUrl::File(root)) => self.in_directory(&root).await?,
            Some(StoreUrl::Memory) => {
                let text = "failed to collect remains: this kind of store leaves none";
                return Err(Failure::said(Exit::Usage, text));
            }
            _ => self.in_bucket(context).await?,
        };
        context.output().answer(&found)?;
        Ok(Exit::Done)
    }

    async fn in_directory(&self, root: &Path) -> Result<Found, Failure> {
        if self.older_than.is_some() {
            let text = "failed to collect remains: a directory knows which uploads are at work";
            return Err(Failure::said(Exit::Usage, text).with_advice("leave out `--older-than`"));
        }
        // Opening collects by itself unless it is told not to, and then there would be nothing left to count.
        let store = FileStore::builder().with_collect_on_open(Collect::DryRun).open(root)?;
        let collected = store.collect(self.mode()).await?;
        Ok(Found { uploads: collected.uploads, bytes: Some(collected.bytes), removed: !self.dry_run })
    }

    #[cfg(feature = "store-s3")]
    async fn in_bucket(&self, context: &Context) -> Result<Found, Failure> {
        use std::time::SystemTime;

        use gateway::OpenStore;

        const A_DAY: Duration = Duration::from_hours(24);
        let OpenStore::S3(store) = context.store(&self.store).await? else {
            return Err(Failure::said(Exit::Usage, "failed to collect remains: the store is not in S3"));
        };
        let age = self.older_than.unwrap_or(A_DAY);
        let before = SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
        let collected = store.collect(before, self.mode()).await?;
        Ok(Found { uploads: collected.uploads, bytes: None, removed: !self.dry_run })
    }

    fn mode(&self) -> Collect {
        if self.dry_run { Collect::DryRun } else { Collect::Remove }
    }

    #[cfg(not(feature = "store-s3"))]
    #[expect(clippy::unused_async, reason = "the same signature as with the feature")]
    async fn in_bucket(&self, _: &Context) -> Result<Found, Failure> {
        Err(Failure::said(Exit::Usage, "failed to collect remains: nothing says where the store is"))
    }
}
