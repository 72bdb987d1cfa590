//! `hallpass mv`

use clap::Args;
use store::StoreExt;

use super::names::Names;
use crate::context::Context;
use crate::failure::Outcome;

/// Rename an object within the store
#[derive(Debug, Args)]
pub(crate) struct Mv {
    #[command(flatten)]
    names: Names,
}

impl Mv {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let Names { source, target, overwrite, .. } = &self.names;
        let written = self.names.store(context).await?.rename(source, target, overwrite.mode()).await?;
        self.names.done(context, "moved", &written)
    }
}
