//! What `cp` and `mv` take alike: two names in one store.

use clap::Args;
use gateway::OpenStore;
use object_key::ObjectKey;
use store::Written;

use super::overwrite::Overwrite;
use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::object_report::WrittenReport;

/// The name that an object has, and another.
#[derive(Debug, Args)]
pub(super) struct Names {
    /// Name of the object
    #[arg(value_parser = ObjectKey::parse)]
    pub(super) source: ObjectKey,

    /// New name
    #[arg(value_parser = ObjectKey::parse)]
    pub(super) target: ObjectKey,

    #[command(flatten)]
    pub(super) overwrite: Overwrite,

    #[command(flatten)]
    store: StoreChoice,
}

impl Names {
    /// Opens the store that has both.
    pub(super) async fn store(&self, context: &Context) -> Result<OpenStore, Failure> {
        context.store(&self.store).await
    }

    /// Says that the object was copied, or what else the verb is.
    pub(super) fn done(&self, context: &Context, verb: &str, written: &Written) -> Outcome {
        let Self { source, target, .. } = self;
        let report = WrittenReport::new(target, written);
        context.output().done(&report, format_args!("{verb} `{source}` to `{target}`"))?;
        Ok(Exit::Done)
    }
}
