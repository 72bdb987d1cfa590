//! `hallpass bucket`

use std::fmt;
use std::num::NonZeroU16;

use clap::{Args, Subcommand};
use serde::Serialize;
use store_s3::{BucketOutcome, BucketPlan, BucketSetting, Versioning};

use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output;

/// Look after the bucket of a store in S3
#[derive(Debug, Args)]
pub(crate) struct Bucket {
    #[command(subcommand)]
    task: Task,
}

/// What to do with it.
#[derive(Debug, Subcommand)]
enum Task {
    Init(Init),
}

/// Create the bucket with safe settings, or bring the one that is there up to them
///
/// Private, whatever policies and ACLs say; owned by its owner alone; encrypted at rest; unfinished uploads removed.
/// Says of each setting what became of it, and changes nothing when it is run again. A bucket of another account is refused.
#[derive(Debug, Args)]
struct Init {
    /// Keep replaced and deleted objects as versions
    #[arg(long)]
    versioning: bool,

    /// Remove uploads that nobody finished after so many days
    #[arg(long, value_name = "DAYS", default_value = "7")]
    abort_uploads_after: NonZeroU16,

    #[command(flatten)]
    store: StoreChoice,
}

impl Bucket {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        match self.task {
            Task::Init(init) => init.run(context).await,
        }
    }
}

impl Init {
    async fn run(self, context: &Context) -> Outcome {
        let store = context.s3(&self.store).await?;
        let mut plan = BucketPlan::default();
        plan.abort_uploads_after = self.abort_uploads_after;
        plan.versioning = if self.versioning { Versioning::Enabled } else { Versioning::AsItIs };
        let mut settings = Vec::new();
        let mut failures = Vec::new();
        for (setting, outcome) in store.init_bucket(plan).await? {
            settings.push(Settled::new(setting, &outcome));
            if let BucketOutcome::Failed(error) = outcome {
                failures.push(Failure::from(error).about(setting));
            }
        }
        context.output().answer(&Report { bucket: store.bucket(), settings })?;
        failures.iter().for_each(output::error);
        Ok(failures.first().map_or(Exit::Done, Failure::exit))
    }
}

/// What became of a bucket.
#[derive(Serialize)]
struct Report<'a> {
    bucket: &'a str,
    settings: Vec<Settled>,
}

/// What became of one setting.
#[derive(Serialize)]
struct Settled {
    setting: String,
    outcome: Became,
}

/// What can become of a setting, as programs read it.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Became {
    Done,
    Already,
    Unsupported,
    Failed,
}

impl Settled {
    fn new(setting: BucketSetting, outcome: &BucketOutcome) -> Self {
        let outcome = match outcome {
            BucketOutcome::Done => Became::Done,
            BucketOutcome::Already => Became::Already,
            BucketOutcome::Unsupported => Became::Unsupported,
            _ => Became::Failed,
        };
        Self { setting: setting.to_string(), outcome }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bucket `{}`", self.bucket)?;
        self.settings.iter().try_for_each(|Settled { setting, outcome }| {
            let words = match outcome {
                Became::Done => "done",
                Became::Already => "was so already",
                Became::Unsupported => "the server has no such setting",
                Became::Failed => "failed",
            };
            write!(f, "\n  {setting:<22} {words}")
        })
    }
}
