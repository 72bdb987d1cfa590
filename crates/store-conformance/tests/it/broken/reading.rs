//! Faults of `get`.

use std::ops::Range;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use object_key::{ObjectKey, Prefix};
use store::{
    Body, ByteRange, Conditions, ETag, Error, ErrorKind, Get, Got, IfRange, List, Metadata, Object,
    Operation, Plan, Store, StoreExt, TagMatch, Want,
};

use super::{Broken, Fault, check_portable, nothing};

impl Broken {
    pub(super) async fn get_inner(&self, key: &ObjectKey, ask: &Get) -> Result<Got, Error> {
        if self.is(Fault::ReadsCheckNames) {
            check_portable(key, Operation::Get)?;
        }
        if self.is(Fault::BodiesLeak) && self.state.leaks.load(Ordering::Relaxed) > 30 {
            return Err(Error::new(ErrorKind::Exhausted, Operation::Get).with_key(key));
        }
        let bytes = match self.inner.read_to_end(key, u64::MAX).await {
            Ok(bytes) => bytes,
            Err(missing) => return self.missing(key, ask, missing).await,
        };
        let metadata = self.shown(key, self.inner.head(key).await?);
        let ask = self.bent(ask, &metadata);
        let plan = self.bent_plan(&ask, &metadata, ask.plan(&metadata));
        let want_head = ask.want == Want::Head;
        let got = Got::from_plan(plan, metadata, |range| self.body(key, &bytes, range));
        Ok(match got {
            Got::Object(object) if want_head && self.is(Fault::HeadHasABody) => {
                Got::Object(Object { body: bytes.into(), ..object })
            }
            Got::Object(object) => Got::Object(object),
            other => self.bare(other),
        })
    }

    async fn missing(&self, key: &ObjectKey, ask: &Get, missing: Error) -> Result<Got, Error> {
        let metadata = Metadata::new(0, ETag::new("none").unwrap(), std::time::SystemTime::now());
        let empty = || Got::Object(Object { metadata: metadata.clone(), part: None, body: Body::empty() });
        match self.fault {
            Fault::MissingIsEmpty => Ok(empty()),
            Fault::FolderIsEmpty => {
                let folder = Prefix::parse(&format!("{key}/")).unwrap();
                let below = self.inner.list(List::all(folder)).next().await.is_some();
                if below { Ok(empty()) } else { Err(missing) }
            }
            Fault::ConditionsFindMissing if ask.conditions != Conditions::default() => {
                Ok(Got::PreconditionFailed(metadata))
            }
            _ => Err(missing),
        }
    }

    /// The request as it is understood.
    fn bent(&self, ask: &Get, metadata: &Metadata) -> Get {
        let mut ask = ask.clone();
        let conditions = &mut ask.conditions;
        match self.fault {
            Fault::IfMatchIgnored => conditions.if_match = None,
            Fault::IfNoneMatchIgnored => conditions.if_none_match = None,
            Fault::IfModifiedSinceIgnored => conditions.if_modified_since = None,
            Fault::IfUnmodifiedSinceIgnored => conditions.if_unmodified_since = None,
            Fault::IfMatchFails if conditions.if_match.is_some() => {
                conditions.if_match = Some(TagMatch::Tags(Vec::new()));
            }
            Fault::IfNoneMatchMatches if conditions.if_none_match.is_some() => {
                conditions.if_none_match = Some(TagMatch::Any);
            }
            Fault::DatesBeforeTags => {
                conditions.if_match.take_if(|_| conditions.if_unmodified_since.is_some());
                conditions.if_none_match.take_if(|_| conditions.if_modified_since.is_some());
            }
            Fault::DatesInNanoseconds => {
                let earlier = conditions.if_unmodified_since.is_some_and(|date| date < metadata.modified);
                if earlier {
                    conditions.if_unmodified_since = Some(std::time::UNIX_EPOCH);
                }
            }
            Fault::IfRangeIgnored => ask.if_range = None,
            Fault::IfRangeNever => ask.if_range = ask.if_range.map(|_| IfRange::Never),
            Fault::RangeIgnored => ask.range = None,
            _ => {}
        }
        ask.range = ask.range.map(|range| match (self.fault, range) {
            (Fault::ClosedRangeEndsEarly, ByteRange::Closed { first, last }) => {
                ByteRange::Closed { first, last: last.saturating_sub(1).max(first) }
            }
            (Fault::OpenRangeEndsEarly, ByteRange::From(first))
                if first < metadata.size.saturating_sub(1) =>
            {
                ByteRange::Closed { first, last: metadata.size - 2 }
            }
            (Fault::SuffixFromTheStart, ByteRange::Last(count)) if count > 0 => {
                ByteRange::Closed { first: 0, last: count - 1 }
            }
            (_, range) => range,
        });
        ask
    }

    fn bent_plan(&self, ask: &Get, metadata: &Metadata, plan: Plan) -> Plan {
        let alone = |conditions| Get { conditions, ..ask.clone() }.plan(metadata);
        match (self.fault, plan) {
            (Fault::UnsatisfiableIsWhole, Plan::Unsatisfiable) => Plan::Whole,
            (Fault::WholeIsAPart, Plan::Whole) if metadata.size > 0 => Plan::Part(0..metadata.size),
            (Fault::HeadHasARange, Plan::Head) => Get { want: Want::Body, ..ask.clone() }.plan(metadata),
            (Fault::NotModifiedFirst, plan) => {
                let none_match = ask.conditions.if_none_match.clone();
                let first = alone(Conditions { if_none_match: none_match, ..Conditions::default() });
                if first == Plan::NotModified { first } else { plan }
            }
            (Fault::RangesFirst, plan) => match alone(Conditions::default()) {
                Plan::Unsatisfiable => Plan::Unsatisfiable,
                _ => plan,
            },
            (_, plan) => plan,
        }
    }

    fn body(&self, key: &ObjectKey, bytes: &Bytes, range: Range<u64>) -> Body {
        let range =
            usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap().min(bytes.len());
        match self.fault {
            Fault::BodyOfTheMoment => {
                let (store, key) = (self.inner.clone(), key.clone());
                Body::from_stream(stream::once(async move {
                    let now = store.read_to_end(&key, u64::MAX).await?;
                    Ok(now.slice(range.start.min(now.len())..range.end.min(now.len())))
                }))
            }
            Fault::LongBodyEndsEarly if range.len() > 1000 => bytes.slice(range.start..range.end - 1).into(),
            Fault::LongBodyIsWrong if range.len() > 1000 => {
                let mut wrong = bytes.slice(range).to_vec();
                *wrong.last_mut().unwrap() ^= 1;
                wrong.into()
            }
            Fault::BodiesLeak => {
                let mut leak = Leak { store: self.clone(), done: false };
                Body::from_stream(stream::iter([Some(bytes.slice(range)), None]).filter_map(move |chunk| {
                    leak.end(chunk.is_none());
                    std::future::ready(chunk.map(Ok))
                }))
            }
            _ => bytes.slice(range).into(),
        }
    }

    /// Answers other than the object, perhaps without what describes it.
    fn bare(&self, got: Got) -> Got {
        let bare = |mut metadata: Metadata| {
            if self.is(Fault::AnswersWithoutMetadata) {
                (metadata.attributes, metadata.user) = nothing();
            }
            metadata
        };
        match got {
            Got::NotModified(metadata) => Got::NotModified(bare(metadata)),
            Got::PreconditionFailed(metadata) => Got::PreconditionFailed(bare(metadata)),
            Got::Unsatisfiable(metadata) => Got::Unsatisfiable(bare(metadata)),
            object @ Got::Object(_) => object,
        }
    }
}

/// Something that a drop before the end leaves behind.
pub(super) struct Leak {
    pub(super) store: Broken,
    pub(super) done: bool,
}

impl Leak {
    pub(super) fn end(&mut self, done: bool) {
        self.done |= done;
    }
}

impl Drop for Leak {
    fn drop(&mut self) {
        if !self.done {
            self.store.state.leaks.fetch_add(1, Ordering::Relaxed);
        }
    }
}
