//! `hallpass stat`

use clap::Args;
use object_key::ObjectKey;
use store::StoreExt;

use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::object_report::ObjectReport;

/// Show what is known about an object
#[derive(Debug, Args)]
pub(crate) struct Stat {
    /// Name of the object
    #[arg(value_parser = ObjectKey::parse)]
    key: ObjectKey,

    #[command(flatten)]
    store: StoreChoice,
}

impl Stat {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let metadata = context.store(&self.store).await?.head(&self.key).await?;
        context.output().answer(&ObjectReport::new(&self.key, &metadata))?;
        Ok(Exit::Done)
    }
}
