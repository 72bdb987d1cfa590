//! `hallpass ls`

use std::fmt;

use clap::Args;
use futures_util::TryStreamExt;
use gateway::OpenStore;
use object_key::{InvalidKey, ObjectKey, Prefix};
use serde::Serialize;
use store::{Entry, ErrorKind, List, Store, StoreExt};

use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::object_report::{ListedReport, LongReport, ObjectReport};
use crate::output::Lines;

/// List what is in a folder, or at the top, in the order of the names
#[derive(Debug, Args)]
pub(crate) struct Ls {
    /// Folder such as `reports/`, or one object
    #[arg(default_value = "", value_parser = Place::read, hide_default_value = true)]
    place: Place,

    /// Show size, time, type and entity tag too (with `--json` all metadata)
    #[arg(long, short)]
    long: bool,

    /// List the objects of all folders below too
    #[arg(long, short)]
    recursive: bool,

    #[command(flatten)]
    store: StoreChoice,
}

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    prefix: Prefix,
    /// What the text names besides a folder, when it has no `/` at its end.
    object: Option<ObjectKey>,
}

impl Place {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "/" => Err("names do not begin with `/`; leave it out to list everything".to_owned()),
            _ => Self::parse(text).map_err(|error| error.to_string()),
        }
    }

    fn parse(text: &str) -> Result<Self, InvalidKey> {
        if text.is_empty() || text.ends_with('/') {
            return Ok(Self { prefix: Prefix::parse(text)?, object: None });
        }
        let object = ObjectKey::parse(text)?;
        Ok(Self { prefix: Prefix::parse(&format!("{object}/"))?, object: Some(object) })
    }
}

/// A folder in a listing of one level.
#[derive(Serialize)]
struct Folder<'a> {
    prefix: &'a str,
}

impl fmt::Display for Folder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.prefix)
    }
}

impl Ls {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let store = context.store(&self.store).await?;
        let Place { prefix, object } = &self.place;
        let ask = if self.recursive { List::all(prefix.clone()) } else { List::children(prefix.clone()) };
        let mut lines = context.output().lines();
        if let Some(key) = object {
            self.push_one(&mut lines, &store, key).await?;
        }
        let mut entries = store.list(ask);
        while let Some(entry) = entries.try_next().await? {
            match entry {
                Entry::Object(listed) if self.long => self.push_one(&mut lines, &store, &listed.key).await?,
                Entry::Object(listed) => lines.push(&ListedReport::from(listed))?,
                Entry::Prefix(prefix) => lines.push(&Folder { prefix: prefix.as_str() })?,
                Entry::Unaddressable(raw) => context.output().warn(unaddressable(&raw)),
                _ => {}
            }
        }
        lines.finish()?;
        Ok(Exit::Done)
    }

    /// Adds one object; one that is missing, or was deleted since it was listed, adds nothing.
    async fn push_one(&self, lines: &mut Lines, store: &OpenStore, key: &ObjectKey) -> Result<(), Failure> {
        match store.head(key).await {
            Ok(metadata) if self.long => lines.push(&LongReport(ObjectReport::new(key, &metadata))),
            Ok(metadata) => lines.push(&ListedReport::new(key, &metadata)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn unaddressable(raw: &[u8]) -> String {
    format!("`{}` is in the store, but no key can name it", raw.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, Option<&str>)>) {
        let place = Place::parse(text).ok();
        let found =
            place.as_ref().map(|place| (place.prefix.as_str(), place.object.as_ref().map(ObjectKey::as_str)));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_place_is_a_folder_or_perhaps_an_object() {
        check("", Some(("", None)));
        check("a/", Some(("a/", None)));
        check("a/b", Some(("a/b/", Some("a/b"))));
        for wrong in ["/", "a//", "../a", "a/..", "/a/"] {
            check(wrong, None);
        }
    }
}
