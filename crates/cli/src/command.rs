//! The commands, one module each.

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
mod verify;

mod names;
mod overwrite;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::stop::Stop;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(serve::Serve),
    Pass(pass::Pass),
    Verify(verify::Verify),
    Ls(ls::Ls),
    Put(put::Put),
    Get(get::Get),
    Stat(stat::Stat),
    Cp(cp::Cp),
    Mv(mv::Mv),
    Rm(rm::Rm),
    Gc(gc::Gc),
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
        tokio::select! {
            outcome = self.run_to_the_end(context) => outcome,
            () = stop.requested() => Err(Failure::said(Exit::Failed, "interrupted")),
        }
    }

    async fn run_to_the_end(self, context: &Context) -> Outcome {
        match self {
            Self::Serve(serve) => serve.run(context).await,
            Self::Pass(pass) => pass.run(context).await,
            Self::Verify(verify) => verify.run(context).await,
            Self::Ls(ls) => ls.run(context).await,
            Self::Put(put) => put.run(context).await,
            Self::Get(get) => get.run(context).await,
            Self::Stat(stat) => stat.run(context).await,
            Self::Cp(cp) => cp.run(context).await,
            Self::Mv(mv) => mv.run(context).await,
            Self::Rm(rm) => rm.run(context).await,
            Self::Gc(gc) => gc.run(context).await,
            Self::Config(config) => config.run(context),
            Self::Completions(completions) => completions.run(context),
        }
    }
}
