//! Reading: what is asked ([`Get`]), what it means for an object ([`Plan`]), what comes back ([`Got`]).

use std::ops::Range;

use crate::conditions::Verdict;
use crate::{Body, ByteRange, Conditions, IfRange, Metadata, ResolvedRange};

/// What to read, and under which preconditions; the default reads the whole object.
#[derive(Debug, Clone, Default)]
pub struct Get {
    /// Body or metadata only.
    pub want: Want,
    /// The preconditions.
    pub conditions: Conditions,
    /// The range, for [`Want::Body`].
    pub range: Option<ByteRange>,
    /// Send the range only if this holds, else the whole object.
    pub if_range: Option<IfRange>,
}

/// How much of an object is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Want {
    /// Metadata and body.
    #[default]
    Body,
    /// Metadata only: HEAD.
    Head,
}

impl Get {
    /// Asks for the metadata only.
    pub fn head() -> Self {
        Self { want: Want::Head, ..Self::default() }
    }

    /// Asks for one range.
    pub fn part(range: ByteRange) -> Self {
        Self { range: Some(range), ..Self::default() }
    }

    /// Holds the request against an object's metadata: preconditions, then `If-Range`, then the range.
    ///
    /// This is the one place where they are judged; stores carry out the plan.
    pub fn plan(&self, metadata: &Metadata) -> Plan {
        match self.conditions.judge(metadata) {
            Verdict::NotModified => return Plan::NotModified,
            Verdict::PreconditionFailed => return Plan::PreconditionFailed,
            Verdict::Proceed => {}
        }
        if self.want == Want::Head {
            return Plan::Head; // RFC 9110 §14.2: Range is defined for GET only
        }
        let holds = self.if_range.as_ref().is_none_or(|condition| condition.holds(metadata));
        match self.range.filter(|_| holds).map(|range| range.resolve(metadata.size)) {
            None | Some(ResolvedRange::Whole) => Plan::Whole,
            Some(ResolvedRange::Part(part)) => Plan::Part(part),
            Some(ResolvedRange::Unsatisfiable) => Plan::Unsatisfiable,
        }
    }
}

/// What a store is to do for a [`Get`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Send the metadata only.
    Head,
    /// Send the whole object.
    Whole,
    /// Send these bytes: never empty, never beyond the end.
    Part(Range<u64>),
    /// Send nothing: the client has this version.
    NotModified,
    /// Send nothing: a precondition failed.
    PreconditionFailed,
    /// Send nothing: no byte lies in the range.
    Unsatisfiable,
}

/// The answer to a [`Get`].
#[derive(Debug)]
pub enum Got {
    /// The object, or the part of it that was asked for.
    Object(Object),
    /// The client has this version: 304.
    NotModified(Metadata),
    /// A precondition failed: 412.
    PreconditionFailed(Metadata),
    /// No byte lies in the range: 416.
    Unsatisfiable(Metadata),
}

impl Got {
    /// Returns the metadata, which every answer has.
    pub fn metadata(&self) -> &Metadata {
        match self {
            Self::Object(Object { metadata, .. })
            | Self::NotModified(metadata)
            | Self::PreconditionFailed(metadata)
            | Self::Unsatisfiable(metadata) => metadata,
        }
    }

    /// Carries out a plan, with `open` called for the bytes to send (all of them, or the part).
    pub fn from_plan(plan: Plan, metadata: Metadata, open: impl FnOnce(Range<u64>) -> Body) -> Self {
        match plan {
            Plan::NotModified => Self::NotModified(metadata),
            Plan::PreconditionFailed => Self::PreconditionFailed(metadata),
            Plan::Unsatisfiable => Self::Unsatisfiable(metadata),
            Plan::Head => Self::Object(Object { metadata, part: None, body: Body::empty() }),
            Plan::Whole => Self::object(metadata, None, open),
            Plan::Part(part) => Self::object(metadata, Some(part), open),
        }
    }

    fn object(metadata: Metadata, part: Option<Range<u64>>, open: impl FnOnce(Range<u64>) -> Body) -> Self {
        let bytes = part.clone().unwrap_or(0..metadata.size);
        let length = bytes.end.saturating_sub(bytes.start);
        let body = open(bytes).exactly(length);
        Self::Object(Object { metadata, part, body })
    }
}

/// An object opened for reading.
#[derive(Debug)]
pub struct Object {
    /// Its metadata.
    pub metadata: Metadata,
    /// The bytes sent, when they are not all of them.
    pub part: Option<Range<u64>>,
    /// Exactly those bytes (none for [`Want::Head`]): it fails rather than end early or run over.
    pub body: Body,
}
