//! `hallpass cp`

use clap::Args;
use object_key::ObjectKey;
use store::{CopyOptions, PutMode, Store};

use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::object_report::WrittenReport;

/// Copy an object within the store, with its metadata
#[derive(Debug, Args)]
pub(crate) struct Cp {
    /// Name of the object
    #[arg(value_parser = ObjectKey::parse)]
    source: ObjectKey,

    /// Name of the copy
    #[arg(value_parser = ObjectKey::parse)]
    target: ObjectKey,

    /// Replace an object of that name
    #[arg(long)]
    overwrite: bool,

    #[command(flatten)]
    store: StoreChoice,
}

impl Cp {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let Self { source, target, overwrite, store } = self;
        let store = context.store(&store)?;
        let mode = if overwrite { PutMode::Overwrite } else { PutMode::Create };
        let written = store.copy(&source, &target, CopyOptions::default().with_mode(mode)).await?;
        let report = WrittenReport::new(&target, &written);
        context.output().done(&report, format_args!("copied `{source}` to `{target}`"))?;
        Ok(Exit::Done)
    }
}
