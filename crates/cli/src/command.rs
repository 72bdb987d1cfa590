//! The commands, one module each.

#[cfg(feature = "store-s3")]
mod bucket;
mod completions;
mod config;
mod cp;
mod gc;
mod get;
mod ls;
mod mv;
mod pass;
mod put;
mod rm;
mod serve;
mod stat;
mod url;
mod verify;

mod link;
mod names;
mod overwrite;

use std::time::Duration;

use clap::Subcommand;
use tokio::time::timeout;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::stop::Stop;

/// How long the end waits for a server to clear away what an interrupted upload left there.
const CLEARING: Duration = Duration::from_secs(10);

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(serve::Serve),
    Pass(pass::Pass),
    Url(url::Url),
    Verify(verify::Verify),
    Ls(ls::Ls),
    Put(put::Put),
    Get(get::Get),
    Stat(stat::Stat),
    Cp(cp::Cp),
    Mv(mv::Mv),
    Rm(rm::Rm),
    Gc(gc::Gc),
    #[cfg(feature = "store-s3")]
    Bucket(bucket::Bucket),
    Config(config::Config),
    Completions(completions::Completions),
}

impl Command {
    /// Tells whether it goes on until it is told to end.
    pub(crate) fn is_server(&self) -> bool {
        matches!(self, Self::Serve(_))
    }

    /// Does it, or stops where a signal asks for that.
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        if self.is_server() {
            return self.run_to_the_end(context).await; // it has its own way to end
        }
        let mut stop = Stop::listen()?;
        // What is dropped here leaves nothing behind: no half-written object, no half-written file.
        let outcome = tokio::select! {
            outcome = self.run_to_the_end(context) => outcome,
            () = stop.requested() => Err(Failure::said(Exit::Failed, "interrupted")),
        };
        // What was dropped may still be cleared away by requests to a server.
        tokio::select! {
            cleared = timeout(CLEARING, context.settled()) => if cleared.is_err() {
                context.output().warn("the server does not answer: parts of an upload may be left; `hallpass gc` removes them");
            },
            () = stop.requested() => {}
        }
        outcome
    }

    async fn run_to_the_end(self, context: &Context) -> Outcome {
        match self {
            Self::Serve(serve) => serve.run(context).await,
            Self::Pass(pass) => pass.run(context).await,
            Self::Url(url) => url.run(context).await,
            Self::Verify(verify) => verify.run(context).await,
            Self::Ls(ls) => ls.run(context).await,
            Self::Put(put) => put.run(context).await,
            Self::Get(get) => get.run(context).await,
            Self::Stat(stat) => stat.run(context).await,
            Self::Cp(cp) => cp.run(context).await,
            Self::Mv(mv) => mv.run(context).await,
            Self::Rm(rm) => rm.run(context).await,
            Self::Gc(gc) => gc.run(context).await,
            #[cfg(feature = "store-s3")]
            Self::Bucket(bucket) => bucket.run(context).await,
            Self::Config(config) => config.run(context),
            Self::Completions(completions) => completions.run(context),
        }
    }
}
