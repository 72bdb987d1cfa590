//! [`ObjectReport`]: what is known about an object, for programs and for people.

use std::collections::BTreeMap;
use std::fmt;

use object_key::ObjectKey;
use serde::Serialize;
use store::{FieldValue, Listed, Metadata, Written};

use crate::moment::Moment;

/// All that is known about an object. Every field is always there; `null` is "not known" or "none".
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ObjectReport {
    key: String,
    size: u64,
    logical_size: Option<u64>,
    etag: String,
    modified: Moment,
    sha256: Option<String>,
    content_type: Option<String>,
    content_encoding: Option<String>,
    content_disposition: Option<String>,
    content_language: Option<String>,
    cache_control: Option<String>,
    metadata: BTreeMap<String, String>,
}

impl ObjectReport {
    /// Reports on an object.
    pub(crate) fn new(key: &ObjectKey, metadata: &Metadata) -> Self {
        let field = |value: &Option<FieldValue>| value.as_ref().map(ToString::to_string);
        let attributes = &metadata.attributes;
        Self {
            key: key.to_string(),
            size: metadata.size,
            logical_size: metadata.logical_size,
            etag: metadata.etag.as_str().to_owned(),
            modified: metadata.modified.into(),
            sha256: metadata.sha256.map(|digest| digest.to_string()),
            content_type: field(&attributes.content_type),
            content_encoding: field(&attributes.content_encoding),
            content_disposition: field(&attributes.content_disposition),
            content_language: field(&attributes.content_language),
            cache_control: field(&attributes.cache_control),
            metadata: metadata.user.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }
}

/// One line for each field that is known.
impl fmt::Display for ObjectReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key:                  {}", self.key)?;
        write!(f, "\nsize:                 {}", self.size)?;
        if let Some(size) = self.logical_size {
            write!(f, "\nlogical size:         {size}")?;
        }
        write!(f, "\netag:                 {}", self.etag)?;
        write!(f, "\nmodified:             {}", self.modified)?;
        let texts = [
            ("sha256:", &self.sha256),
            ("content type:", &self.content_type),
            ("content encoding:", &self.content_encoding),
            ("content disposition:", &self.content_disposition),
            ("content language:", &self.content_language),
            ("cache control:", &self.cache_control),
        ];
        for (name, text) in texts {
            text.as_ref().map_or(Ok(()), |text| write!(f, "\n{name:<22}{text}"))?;
        }
        self.metadata
            .iter()
            .try_for_each(|(name, value)| write!(f, "\nmeta {:<17}{value}", format!("{name}:")))
    }
}

/// What a store says of an object that it has just written.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct WrittenReport {
    key: String,
    size: u64,
    etag: String,
    sha256: Option<String>,
}

impl WrittenReport {
    /// Reports on a write.
    pub(crate) fn new(key: &ObjectKey, written: &Written) -> Self {
        Self {
            key: key.to_string(),
            size: written.size,
            etag: written.etag.as_str().to_owned(),
            sha256: written.sha256.map(|digest| digest.to_string()),
        }
    }
}

/// What a listing says about an object without asking for each.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListedReport {
    key: String,
    size: u64,
    etag: Option<String>,
    modified: Moment,
}

impl ListedReport {
    /// Reports on an object that was looked up by its name.
    pub(crate) fn new(key: &ObjectKey, metadata: &Metadata) -> Self {
        let etag = Some(metadata.etag.as_str().to_owned());
        Self { key: key.to_string(), size: metadata.size, etag, modified: metadata.modified.into() }
    }
}

impl From<Listed> for ListedReport {
    fn from(listed: Listed) -> Self {
        Self {
            key: listed.key.to_string(),
            size: listed.size,
            etag: listed.etag.map(|etag| etag.as_str().to_owned()),
            modified: listed.modified.into(),
        }
    }
}

/// The key alone, so that it can be handed to another command.
impl fmt::Display for ListedReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)
    }
}

/// All that is known about an object, as one line of a table.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct LongReport(pub(crate) ObjectReport);

impl fmt::Display for LongReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ObjectReport { key, size, modified, content_type, etag, .. } = &self.0;
        let content_type = content_type.as_deref().unwrap_or("-");
        write!(f, "{size:>12}  {modified:<30}  {content_type:<24}  {etag:<34}  {key}")
    }
}
