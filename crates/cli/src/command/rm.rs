//! `hallpass rm`

use clap::Args;
use object_key::ObjectKey;
use serde::Serialize;
use store::{ErrorKind, Operation, Store, StoreExt, When};

use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output;

/// Remove objects; those that are missing are named, and the others removed all the same
#[derive(Debug, Args)]
pub(crate) struct Rm {
    /// Names of the objects
    #[arg(required = true, value_name = "KEY", value_parser = ObjectKey::parse)]
    keys: Vec<ObjectKey>,

    #[command(flatten)]
    store: StoreChoice,
}

/// What became of one key.
#[derive(Serialize)]
struct Removed<'a> {
    key: &'a str,
    removed: bool,
}

impl Rm {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let store = context.store(&self.store).await?;
        let mut exit = Exit::Done;
        for key in &self.keys {
            let removed = store.exists(key).await?;
            if removed {
                store.delete(key, When::Always).await?;
                context.output().note(format_args!("removed `{key}`"));
            } else {
                output::error(&missing(key));
                exit = Exit::NotFound;
            }
            context.output().report(&Removed { key: key.as_str(), removed })?;
        }
        Ok(exit)
    }
}

fn missing(key: &ObjectKey) -> Failure {
    store::Error::new(ErrorKind::NotFound, Operation::Delete).with_key(key).into()
}
