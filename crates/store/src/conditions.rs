//! Preconditions (RFC 9110 §13), judged in one place for all stores.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::etag::is_etagc;
use crate::{ETag, Metadata};

/// More entity tags than this in one header are not read.
const MAX_TAGS: usize = 64;

/// The preconditions of a request; the default has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`: go on only for one of these versions.
    pub if_match: Option<TagMatch>,
    /// `If-Unmodified-Since`: go on only for a version no newer than this.
    pub if_unmodified_since: Option<SystemTime>,
    /// `If-None-Match`: go on only for another version than these.
    pub if_none_match: Option<TagMatch>,
    /// `If-Modified-Since`: go on only for a version newer than this.
    pub if_modified_since: Option<SystemTime>,
}

/// What the preconditions say about an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Proceed,
    NotModified,
    PreconditionFailed,
}

impl Conditions {
    /// Judges a GET or HEAD in the order of RFC 9110 §13.2.2.
    pub(crate) fn judge(&self, metadata: &Metadata) -> Verdict {
        let modified = whole_seconds(metadata.modified);
        let matches = |tags: &TagMatch| tags.matches(&metadata.etag);

        let still_wanted = match (&self.if_match, self.if_unmodified_since) {
            (Some(tags), _) => matches(tags),
            (None, Some(date)) => modified <= whole_seconds(date),
            (None, None) => true,
        };
        let changed = match (&self.if_none_match, self.if_modified_since) {
            (Some(tags), _) => !matches(tags),
            (None, Some(date)) => modified > whole_seconds(date),
            (None, None) => true,
        };
        match (still_wanted, changed) {
            (false, _) => Verdict::PreconditionFailed,
            (true, false) => Verdict::NotModified,
            (true, true) => Verdict::Proceed,
        }
    }
}

/// Cuts a time to the resolution of an HTTP date; what lies before 1970 counts as 1970.
fn whole_seconds(time: SystemTime) -> Duration {
    Duration::from_secs(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}

/// A list of entity tags, or `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagMatch {
    /// `*`: any version.
    Any,
    /// One of these versions; none when the list is empty.
    Tags(Vec<ETag>),
}

impl TagMatch {
    /// Reads the value of an `If-Match` header: weak tags never match, for the comparison is strong.
    ///
    /// Reading stops at the first malformed element, so that a broken header matches less, never more.
    pub fn parse_if_match(value: &str) -> Self {
        Self::parse(value, |tag| (!tag.weak).then_some(tag.opaque))
    }

    /// Reads the value of an `If-None-Match` header: weak tags match like strong ones, for the comparison is weak.
    pub fn parse_if_none_match(value: &str) -> Self {
        Self::parse(value, |tag| Some(tag.opaque))
    }

    /// Tells whether `tag` is among them.
    pub fn matches(&self, tag: &ETag) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.contains(tag),
        }
    }

    fn parse<'a>(value: &'a str, select: impl Fn(Tag<'a>) -> Option<&'a str>) -> Self {
        if value.trim_matches(OWS) == "*" {
            return Self::Any;
        }
        let tags = Tags(value).take(MAX_TAGS).filter_map(select);
        Self::Tags(tags.filter_map(|opaque| ETag::new(opaque).ok()).collect())
    }
}

/// Optional white space of RFC 9110 §5.6.3.
const OWS: [char; 2] = [' ', '\t'];

/// One element of a list of entity tags.
struct Tag<'a> {
    weak: bool,
    opaque: &'a str,
}

/// Iterates, up to the first `None`, over the well-formed beginning of a list of entity tags. Commas may stand inside the quotes.
struct Tags<'a>(&'a str);

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        let rest = self.0.trim_start_matches([' ', '\t', ',']);
        let (weak, rest) = rest.strip_prefix("W/").map_or((false, rest), |rest| (true, rest));
        let (opaque, rest) = rest.strip_prefix('"')?.split_once('"')?;
        let rest = rest.trim_start_matches(OWS);
        let well_formed = opaque.bytes().all(is_etagc) && (rest.is_empty() || rest.starts_with(','));
        self.0 = rest;
        well_formed.then_some(Tag { weak, opaque })
    }
}

/// The value of an `If-Range` header: send the part only if the object is still this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfRange {
    /// A strong entity tag.
    Tag(ETag),
    /// An HTTP date, compared exactly.
    Date(SystemTime),
    /// Something that never matches, such as a weak tag.
    Never,
}

impl IfRange {
    /// Tells whether the part may be sent.
    pub(crate) fn holds(&self, metadata: &Metadata) -> bool {
        match self {
            Self::Tag(tag) => *tag == metadata.etag,
            Self::Date(date) => whole_seconds(*date) == whole_seconds(metadata.modified),
            Self::Never => false,
        }
    }
}
