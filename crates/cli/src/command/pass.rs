//! `hallpass pass`

use std::time::Duration;

use clap::Args;
use gateway::MountPath;
use links::Method;
use object_key::{InvalidKey, ObjectKey, Prefix};

use super::link::{self, Gate, Reading, Terms, lifetime};
use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Print a private link to an object
///
/// The URL stands alone on one line: `curl "$(hallpass pass report.pdf)"`. It begins with `public_url`, else with
/// the address of the gateway that runs in this directory, else with the configured one.
#[derive(Debug, Args)]
pub(crate) struct Pass {
    /// Name of the object, such as `reports/q1.pdf`
    key: String,

    /// How long the link works, from `--not-before` on where that is given
    #[arg(long, default_value = "1h", value_name = "DURATION", value_parser = lifetime)]
    ttl: Duration,

    /// What the link is good for; GET covers HEAD
    #[arg(
        long,
        value_name = "METHODS",
        value_delimiter = ',',
        default_value = "GET,HEAD",
        ignore_case = true
    )]
    method: Vec<Reading>,

    /// Only for one use; refused until there is a ledger to keep count
    #[arg(long)]
    one_time: bool,

    /// KEY is a folder such as `reports/`, and the link opens everything below it
    #[arg(long, conflicts_with = "download_as")]
    prefix: bool,

    /// Mount that the link leads to [default: the only one of the store]
    #[arg(long, value_name = "PATH", value_parser = MountPath::parse)]
    mount: Option<MountPath>,

    #[command(flatten)]
    terms: Terms,

    #[command(flatten)]
    store: StoreChoice,
}

/// What a link leads to.
enum Goal {
    Object(ObjectKey),
    Folder(Prefix),
}

impl Pass {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        if self.one_time {
            let text = "failed to make a link for one use: there is no ledger that could count the uses";
            return Err(Failure::said(Exit::Usage, text).with_advice("leave out `--one-time`"));
        }
        let goal = self.goal()?;
        let gate = Gate::choose(context, self.mount.as_ref(), &self.store).await?;
        // GET covers HEAD, so that one method says it all.
        let method = if self.method.contains(&Reading::Get) { Method::Get } else { Method::Head };
        let options = self.terms.options(self.ttl, method);
        let url = match &goal {
            Goal::Object(key) => gate.links.object(key, &options),
            Goal::Folder(prefix) => gate.links.prefix(prefix, &options),
        };
        let url = url.map_err(|error| gate.refused(error))?;
        match &goal {
            Goal::Object(key) => gate.warn_if_missing(context, key).await,
            Goal::Folder(_) => context.output().note("put the rest of the object's name before the `?`"),
        }
        link::print(context, &url)
    }

    fn goal(&self) -> Result<Goal, Failure> {
        let goal = if self.prefix {
            Prefix::parse(&self.key).map(Goal::Folder)
        } else {
            ObjectKey::parse(&self.key).map(Goal::Object)
        };
        goal.map_err(|error| {
            let failure = Failure::said(
                Exit::Usage,
                format!("failed to make a link to `{}`: {error}", self.key.escape_debug()),
            );
            let is_folder = error == InvalidKey::OuterSlash && self.key.ends_with('/');
            if self.prefix && self.key == "/" {
                return failure.with_advice("no link opens everything: make one for each folder at the top");
            }
            if is_folder { failure.with_advice("for a whole folder add `--prefix`") } else { failure }
        })
    }
}
