//! Reading a file: first the names of its keys, then the values, so that everything that is wrong is reported at once.

mod s3;

use std::ops::Range;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::error::did_you_mean;
use super::{Config, ConfigError, Problem};

/// Which keys a place in the file has.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A value, whatever it is.
    Value,
    /// A table with these keys.
    Table(&'static [(&'static str, Shape)]),
    /// A table whose keys are names, each with a value of this shape.
    Named(&'static Shape),
    /// Something that a later version will have; with what it is called.
    Later(&'static str),
    /// Something that has no place here; with the reason.
    Refused(&'static str),
}

use Shape::{Later, Named, Refused, Table, Value};

pub(crate) const CONFIG: Shape = Table(&[
    ("listen", Value),
    ("public_url", Value),
    ("keys", Table(&[("active", Value), ("ring", Named(&KEY))])),
    ("stores", Named(&STORE)),
    ("mounts", Named(&MOUNT)),
    ("limits", LIMITS),
    ("identity", Later("finding out who a user is")),
    ("ledger", Later("a ledger of one-time passes")),
]);

const KEY: Shape = Table(&[("secret_file", Value), ("secret_env", Value), ("retire_at", Value)]);

const STORE: Shape = Table(&[
    ("url", Value),
    ("durability", Value),
    ("open_files", Value),
    ("s3", s3::SETTINGS),
    ("secrets", s3::SECRETS),
]);

const MOUNT: Shape = Table(&[
    ("store", Value),
    ("prefix", Value),
    ("public", Value),
    ("allow", Value),
    ("cache", Value),
    ("embed", Value),
    ("max_life", Value),
    ("delivery", Later("delivery other than streaming")),
    ("policy", Later("an access policy")),
    ("require", Later("requiring several permissions")),
    ("titofisto", Later("accepting Django's tokens")),
    ("uploads", Later("taking uploads in")),
]);

const LIMITS: Shape = Table(&[
    ("header_timeout", Value),
    ("idle_timeout", Value),
    ("min_rate", Value),
    ("rate_window", Value),
    ("max_connections", Value),
    ("max_streams", Value),
    ("max_responses", Value),
    ("max_header_size", Value),
    ("max_headers", Value),
    ("drain_timeout", Value),
]);

pub(super) fn read(text: &str) -> Result<Config, ConfigError> {
    let mut table = DeTable::parse(text).map_err(|error| fault(text, &error, ""))?;
    let mut walk = Walk { text, problems: Vec::new(), places: Vec::new(), unusable: Vec::new() };
    walk.table(table.get_ref(), &CONFIG, "");
    let Walk { mut problems, places, unusable, .. } = walk;
    for key in &unusable {
        remove(table.get_mut(), key);
    }
    // The reader stops at the first value that is wrong: without that one it goes on to the next.
    loop {
        let error = match Config::deserialize(Deserializer::from(table.clone())) {
            Ok(config) => return ConfigError::unless_empty(problems).map(|()| config),
            Err(error) => error,
        };
        let place = error.span().and_then(|span| innermost(&places, &span));
        let path = place.map_or("", |place| place.path.as_str());
        if !explained(&problems, path) {
            problems.push(fault(text, &error, path));
        }
        let removal = place.map(|place| remove(table.get_mut(), &place.key));
        if removal != Some(Removal::Done) {
            ConfigError::unless_empty(problems)?;
            return Err(fault(text, &error, path).into());
        }
    }
}

/// Tells whether something below this path was reported: what the whole lacks then follows from that.
fn explained(problems: &[Problem], path: &str) -> bool {
    let below = |problem: &Problem| problem.at().strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    problems.iter().any(below)
}

/// Takes out the entry whose key stands here, if it is still there.
fn remove(table: &mut DeTable<'_>, key: &Range<usize>) -> Removal {
    if let Some(name) = table.keys().find(|name| name.span() == *key).cloned() {
        table.remove(&name);
        return Removal::Done;
    }
    let below = table.iter_mut().filter_map(|(_, value)| match value.get_mut() {
        DeValue::Table(below) => Some(below),
        _ => None,
    });
    let done = below.into_iter().any(|below| remove(below, key) == Removal::Done);
    if done { Removal::Done } else { Removal::Nothing }
}

/// What came of taking something out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Removal {
    Done,
    Nothing,
}

/// Describes a fault in the words of the parser, but never with the text of the line: a secret may have been put there.
fn fault(text: &str, error: &toml::de::Error, at: &str) -> Problem {
    let problem = Problem::new(at, without_text(error.message()).replace('\n', " "));
    match error.span() {
        Some(span) => problem.on_line(line(text, span.start)),
        None => problem,
    }
}

/// Takes out the text that the parser repeats where it expected something else than a text.
fn without_text(message: &str) -> String {
    let (begin, end) = ("invalid type: string ", "\", expected ");
    match message.strip_prefix(begin).and_then(|rest| rest.rsplit_once(end)) {
        Some((_, expected)) => format!("{begin}where it expected {expected}"),
        None => message.to_owned(),
    }
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// Where in the text something is.
struct Place {
    /// Its value, or its key.
    span: Range<usize>,
    /// Its key.
    key: Range<usize>,
    path: String,
}

/// Returns the smallest place that holds a span.
fn innermost<'p>(places: &'p [Place], span: &Range<usize>) -> Option<&'p Place> {
    let holding = places.iter().filter(|place| place.span.start <= span.start && span.end <= place.span.end);
    holding.min_by_key(|place| place.span.len())
}

/// Holds the keys of a file against the shape that they should have.
struct Walk<'t> {
    text: &'t str,
    problems: Vec<Problem>,
    /// Where in the text the value (and the key) of each path is.
    places: Vec<Place>,
    /// The keys of what cannot be read: unknown, or of a later version.
    unusable: Vec<Range<usize>>,
}

impl Walk<'_> {
    fn table(&mut self, table: &DeTable<'_>, shape: &Shape, above: &str) {
        for (key, value) in table {
            let path = join(above, key.get_ref());
            let below = match shape {
                Table(known) => known.iter().find(|(name, _)| *name == key.get_ref()).map(|(_, shape)| shape),
                Named(shape) => Some(*shape),
                Value | Later(_) | Refused(_) => return,
            };
            match below {
                None => self.unknown(key, &path, shape),
                Some(Later(what)) => {
                    self.report(key, &path, format!("not available in this version: {what}"));
                }
                Some(Refused(why)) => self.report(key, &path, (*why).to_owned()),
                Some(below) => self.value(value, below, path, key.span()),
            }
        }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, shape: &Shape, path: String, key: Range<usize>) {
        if let DeValue::Table(table) = value.get_ref() {
            self.table(table, shape, &path);
        }
        self.places.push(Place { span: value.span(), key: key.clone(), path: path.clone() });
        self.places.push(Place { span: key.clone(), key, path });
    }

    fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, path: &str, shape: &Shape) {
        let known: &[(&str, Shape)] = if let Table(known) = shape { known } else { &[] };
        let names =
            known.iter().filter(|(_, shape)| !matches!(shape, Later(_) | Refused(_))).map(|(name, _)| *name);
        let advice = did_you_mean(key.get_ref(), names);
        self.report(key, path, format!("unknown key{advice}"));
    }

    fn report(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, path: &str, message: String) {
        self.problems.push(Problem::new(path, message).on_line(line(self.text, key.span().start)));
        self.unusable.push(key.span());
    }
}

/// Appends a key to a path, in quotes where TOML needs them.
pub(super) fn join(above: &str, key: &str) -> String {
    let is_bare = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let dot = if above.is_empty() { "" } else { "." };
    if is_bare { format!("{above}{dot}{key}") } else { format!("{above}{dot}{key:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeySource, Keys, Mount, MountPath};

    /// Whatever can be written can be read, and the shape knows it: the two lists of names cannot drift apart.
    #[test]
    fn the_shape_has_every_field_and_no_other() {
        let mut config = Config::embedded("media".as_ref());
        config.public_url = "https://media.example.com".parse().ok();
        let source = KeySource {
            secret_file: Some("a".into()),
            secret_env: Some("B".into()),
            retire_at: Some(std::time::UNIX_EPOCH),
        };
        config.keys = Some(Keys { active: "a".into(), ring: [("a".to_owned(), source)].into() });
        for store in config.stores.values_mut() {
            store.durability = super::super::Durability::None;
            store.open_files = 100;
        }
        #[cfg(feature = "store-s3")]
        config.stores.values_mut().for_each(s3::fill);
        let prefix = object_key::Prefix::parse("x/").unwrap();
        config.mounts.insert(MountPath::media(), Mount { prefix, ..Mount::new("media") });
        let text = config.to_toml();
        assert_eq!(Config::from_toml(&text), Ok(config));

        let table: toml::Table = text.parse().unwrap();
        assert_eq!(names(&toml::Value::Table(table), &CONFIG, ""), Vec::<String>::new());
    }

    /// Returns the keys of the shape that the value has not.
    fn names(value: &toml::Value, shape: &Shape, path: &str) -> Vec<String> {
        let table = match shape {
            Table(_) | Named(_) => value.as_table().unwrap_or_else(|| panic!("{path} is no table")),
            Value | Later(_) | Refused(_) => return Vec::new(),
        };
        let missing = |(name, shape): &(&str, Shape)| match table.get(*name) {
            None if matches!(shape, Later(_) | Refused(_)) => Vec::new(),
            None => vec![join(path, name)],
            Some(value) => names(value, shape, &join(path, name)),
        };
        match shape {
            Table(known) => known.iter().flat_map(missing).collect(),
            Named(shape) => {
                table.iter().flat_map(|(name, value)| names(value, shape, &join(path, name))).collect()
            }
            Value | Later(_) | Refused(_) => Vec::new(),
        }
    }
}
