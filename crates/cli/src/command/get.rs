//! `hallpass get`

use std::path::PathBuf;

use clap::Args;
use indicatif::BinaryBytes;
use object_key::ObjectKey;
use serde::Serialize;
use store::{Object, StoreExt};

use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::object_report::ObjectReport;
use crate::output::Format;
use crate::progress::Progress;
use crate::transfer::{self, Existing, Target};

/// Fetch an object into a file, which appears only when it is complete
#[derive(Debug, Args)]
pub(crate) struct Get {
    /// Name of the object
    #[arg(value_parser = ObjectKey::parse)]
    key: ObjectKey,

    /// File or folder to write to; `-` is standard output [default: the last part of the key, here]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// Replace a file that is there already
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    store: StoreChoice,
}

/// What was fetched, and where it is.
#[derive(Serialize)]
struct Fetched {
    file: String,
    #[serde(flatten)]
    object: ObjectReport,
}

impl Get {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let output = context.output();
        if self.file.as_deref().is_some_and(transfer::is_dash) {
            if output.format() == Format::Json {
                let text = "failed to write to standard output: `--json` and the object cannot both go there";
                return Err(Failure::said(Exit::Usage, text).with_advice("name a file instead of `-`"));
            }
            transfer::to_stdout(self.open(context).await?.body).await?;
            return Ok(Exit::Done);
        }

        let existing = if self.force { Existing::Replace } else { Existing::Keep };
        let target = Target::create(self.path(), existing)?;
        let object = self.open(context).await?;
        let progress = Progress::begin(output, self.key.as_str(), Some(object.metadata.size));
        let path = target.receive(object.body, &progress).await?;
        drop(progress);

        let file = path.display().to_string();
        let message = format!("fetched `{}` into `{file}` ({})", self.key, BinaryBytes(object.metadata.size));
        let fetched = Fetched { file, object: ObjectReport::new(&self.key, &object.metadata) };
        output.done(&fetched, message)?;
        Ok(Exit::Done)
    }

    /// Returns the file to write. The last segment of a key is never `..` and has no `/`, so it stays in the folder.
    fn path(&self) -> PathBuf {
        match &self.file {
            None => PathBuf::from(self.key.file_name()),
            Some(folder) if folder.is_dir() => folder.join(self.key.file_name()),
            Some(file) => file.clone(),
        }
    }

    async fn open(&self, context: &Context) -> Result<Object, Failure> {
        Ok(context.store(&self.store).await?.read(&self.key).await?)
    }
}
