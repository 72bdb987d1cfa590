//! `hallpass mv`

use clap::Args;
use object_key::ObjectKey;
use store::{PutMode, StoreExt};

use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::object_report::WrittenReport;

/// Rename an object within the store
#[derive(Debug, Args)]
pub(crate) struct Mv {
    /// Name of the object
    #[arg(value_parser = ObjectKey::parse)]
    source: ObjectKey,

    /// Its new name
    #[arg(value_parser = ObjectKey::parse)]
    target: ObjectKey,

    /// Replace an object of that name
    #[arg(long)]
    overwrite: bool,

    #[command(flatten)]
    store: StoreChoice,
}

impl Mv {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let Self { source, target, overwrite, store } = self;
        let store = context.store(&store)?;
        let mode = if overwrite { PutMode::Overwrite } else { PutMode::Create };
        let written = store.rename(&source, &target, mode).await?;
        let report = WrittenReport::new(&target, &written);
        context.output().done(&report, format_args!("moved `{source}` to `{target}`"))?;
        Ok(Exit::Done)
    }
}
