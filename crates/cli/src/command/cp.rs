//! `hallpass cp`

use clap::Args;
use store::{CopyOptions, Store};

use super::names::Names;
use crate::context::Context;
use crate::failure::Outcome;

/// Copy an object within the store, with its metadata
#[derive(Debug, Args)]
pub(crate) struct Cp {
    #[command(flatten)]
    names: Names,
}

impl Cp {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let Names { source, target, overwrite, .. } = &self.names;
        let options = CopyOptions::default().with_mode(overwrite.mode());
        let written = self.names.store(context).await?.copy(source, target, options).await?;
        self.names.done(context, "copied", &written)
    }
}
