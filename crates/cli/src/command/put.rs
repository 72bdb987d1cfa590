//! `hallpass put`

use std::path::PathBuf;

use clap::Args;
use indicatif::BinaryBytes;
use mediatype::MediaType;
use object_key::ObjectKey;
use store::{
    Attributes, ErrorKind, FieldValue, NameRule, Operation, PutMode, PutOptions, Store, StoreExt,
    UserMetadata, check_name,
};

use super::overwrite::Overwrite;
use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::object_report::WrittenReport;
use crate::progress::Progress;
use crate::transfer::Source;

/// Store a file under a key; an object that is there already stays, unless you say otherwise
#[derive(Debug, Args)]
pub(crate) struct Put {
    /// File to store; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Name of the object, such as `reports/q1.pdf`
    #[arg(value_parser = ObjectKey::parse)]
    key: ObjectKey,

    #[command(flatten)]
    overwrite: Overwrite,

    /// What `get` calls it; here it gets the name of the option that is meant
    #[arg(long, hide = true)]
    force: bool,

    /// Accept a name that is not safe on every system (Windows device names, decomposed Unicode, …)
    #[arg(long)]
    any_name: bool,

    #[command(flatten)]
    fields: Fields,

    /// Attach NAME=VALUE to the object; may be repeated
    #[arg(long = "meta", value_name = "NAME=VALUE", value_parser = pair)]
    meta: Vec<(String, String)>,

    #[command(flatten)]
    store: StoreChoice,
}

/// What describes the content.
#[derive(Debug, Args)]
struct Fields {
    /// Content type; otherwise it follows from the name
    #[arg(long = "type", value_name = "TYPE", value_parser = media_type)]
    content_type: Option<FieldValue>,

    /// Content encoding that the file already has, such as `gzip`
    #[arg(long, value_name = "ENCODING", value_parser = field)]
    content_encoding: Option<FieldValue>,

    /// Content disposition, such as `attachment; filename="q1.pdf"`
    #[arg(long, value_name = "DISPOSITION", value_parser = field)]
    content_disposition: Option<FieldValue>,

    /// Language of the content, such as `de`
    #[arg(long, value_name = "LANGUAGE", value_parser = field)]
    content_language: Option<FieldValue>,

    /// Cache control, such as `max-age=3600`; delivery may only tighten it
    #[arg(long, value_name = "CONTROL", value_parser = field)]
    cache_control: Option<FieldValue>,
}

fn field(text: &str) -> Result<FieldValue, store::InvalidFieldValue> {
    FieldValue::parse(text.to_owned())
}

fn media_type(text: &str) -> Result<FieldValue, String> {
    let value = field(text).map_err(|error| error.to_string())?;
    match MediaType::parse(text) {
        Ok(_) => Ok(value),
        Err(_) => Err("not a media type such as `text/csv`".to_owned()),
    }
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("no `=` between name and value")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Put {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        if self.force {
            let failure = Failure::said(Exit::Usage, "failed to put: `--force` is an option of `get`");
            return Err(failure.with_advice("add `--overwrite` to replace an object"));
        }
        let store = context.store_to_fill(&self.store).await?;
        let mode = self.overwrite.mode();
        if mode == PutMode::Create && store.exists(&self.key).await? {
            // Asked first: otherwise the whole file may be sent before the store says so.
            return Err(store::Error::new(ErrorKind::AlreadyExists, Operation::Put)
                .with_key(&self.key)
                .into());
        }
        let mut source = Source::open(&self.file).await?;
        let length = source.length();
        let options = self.options(length)?;
        let key = self.key;
        let mut upload = store.begin(&key, options).await.map_err(|error| advise_on_name(error, &key))?;
        let progress = Progress::begin(context.output(), key.as_str(), length);
        source.send(&mut *upload, &progress).await?;
        let written = upload.finish(mode).await?;
        drop(progress);

        let message = format!("stored `{key}` ({})", BinaryBytes(written.size));
        context.output().done(&WrittenReport::new(&key, &written), message)?;
        Ok(Exit::Done)
    }

    fn options(&self, length: Option<u64>) -> Result<PutOptions, Failure> {
        let mut user = UserMetadata::default();
        for (name, value) in &self.meta {
            user.insert(name, value.clone())
                .map_err(|error| Failure::said(Exit::Usage, format!("failed to attach `{name}`: {error}")))?;
        }
        let rule = if self.any_name { NameRule::Any } else { NameRule::Portable };
        let mut options = PutOptions::default()
            .with_attributes(self.fields.attributes())
            .with_user(user)
            .with_name_rule(rule);
        options.length = length;
        Ok(options)
    }
}

impl Fields {
    fn attributes(&self) -> Attributes {
        let mut attributes = Attributes::default();
        attributes.content_type.clone_from(&self.content_type);
        attributes.content_encoding.clone_from(&self.content_encoding);
        attributes.content_disposition.clone_from(&self.content_disposition);
        attributes.content_language.clone_from(&self.content_language);
        attributes.cache_control.clone_from(&self.cache_control);
        attributes
    }
}

/// What most file systems can hold as the name of one file.
const LONGEST_SEGMENT: usize = 255;

fn advise_on_name(error: store::Error, key: &ObjectKey) -> Failure {
    let not_allowed = error.kind() == ErrorKind::InvalidName;
    let failure = Failure::from(error);
    // `--any-name` lifts the rule for portable names, and no other.
    let rule_refuses = check_name(key, NameRule::Portable).is_err();
    let fits = key.as_str().split('/').all(|segment| segment.len() <= LONGEST_SEGMENT);
    match (not_allowed, rule_refuses && fits) {
        (true, true) => failure.with_advice("choose another name, or try `--any-name`"),
        (true, false) => failure.with_advice("choose another name"),
        (false, _) => failure,
    }
}
