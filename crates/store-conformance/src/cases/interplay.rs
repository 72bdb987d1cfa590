//! Preconditions and ranges together: which goes before which (RFC 9110 §13.2.2).

use std::time::{SystemTime, UNIX_EPOCH};

use store::{ByteRange, Conditions, ErrorKind, Get, IfRange, List, Store, TagMatch, Want, When};

use super::condition::{
    DAY, FAILED, NOT_MODIFIED, PART, SECOND, UNSATISFIABLE, WHOLE, answers, foreign, second, tags,
};
use crate::Case;
use crate::case::{Outcome, case};
use crate::check::{key, names, put, put_head, refused, same};

pub(super) const CASES: &[Case] = &[
    case!(tags_go_before_dates, "a date is not looked at beside a tag of the same direction"),
    case!(
        failed_goes_before_not_modified,
        "`If-Match` and `If-Unmodified-Since` are judged before the other two"
    ),
    case!(
        conditions_go_before_ranges,
        "a range is looked at only if the preconditions let the request go on"
    ),
    case!(if_range_keeps_the_range_of_its_version, "`If-Range` of this version sends the part"),
    case!(
        if_range_drops_the_range_of_another_version,
        "`If-Range` of another version sends the whole object (S19)"
    ),
    case!(
        conditions_do_not_find_what_is_missing,
        "a missing object is `NotFound` whatever the preconditions say"
    ),
];

async fn tags_go_before_dates(store: &dyn Store) -> Outcome {
    let metadata = put_head(store, "a", "text").await?;
    let (this, other) = (Some(tags(&[&metadata.etag])), Some(tags(&[&foreign()?])));
    let (early, written) = (Some(second(&metadata) - DAY), Some(second(&metadata)));
    let none = Conditions::default();
    let rows = [
        (Conditions { if_match: this.clone(), if_unmodified_since: early, ..none.clone() }, WHOLE),
        (Conditions { if_match: other.clone(), if_unmodified_since: written, ..none.clone() }, FAILED),
        (Conditions { if_none_match: other, if_modified_since: written, ..none.clone() }, WHOLE),
        (Conditions { if_none_match: this, if_modified_since: early, ..none }, NOT_MODIFIED),
    ];
    for (conditions, expected) in rows {
        answers(store, &metadata, &Get { conditions, ..Get::default() }, expected).await?;
    }
    Ok(())
}

async fn failed_goes_before_not_modified(store: &dyn Store) -> Outcome {
    let metadata = put_head(store, "a", "text").await?;
    let (this, other) = (Some(tags(&[&metadata.etag])), Some(tags(&[&foreign()?])));
    let early = Some(second(&metadata) - DAY);
    let none = Conditions::default();
    let rows = [
        (Conditions { if_match: other.clone(), if_none_match: this.clone(), ..none.clone() }, FAILED),
        (Conditions { if_unmodified_since: early, if_none_match: this.clone(), ..none.clone() }, FAILED),
        (Conditions { if_match: this.clone(), if_none_match: this.clone(), ..none.clone() }, NOT_MODIFIED),
        (Conditions { if_match: this, if_none_match: other, ..none }, WHOLE),
    ];
    for (conditions, expected) in rows {
        answers(store, &metadata, &Get { conditions, ..Get::default() }, expected).await?;
    }
    Ok(())
}

async fn conditions_go_before_ranges(store: &dyn Store) -> Outcome {
    let metadata = put_head(store, "a", "text").await?;
    let (this, other) = (Some(tags(&[&metadata.etag])), Some(tags(&[&foreign()?])));
    let none = Conditions::default();
    let (within, beyond) = (Some(ByteRange::From(1)), Some(ByteRange::From(4)));
    let rows = [
        (Conditions { if_match: this.clone(), ..none.clone() }, within, PART),
        (Conditions { if_match: this.clone(), ..none.clone() }, beyond, UNSATISFIABLE),
        (Conditions { if_match: other.clone(), ..none.clone() }, within, FAILED),
        (Conditions { if_match: other.clone(), ..none.clone() }, beyond, FAILED),
        (Conditions { if_none_match: this.clone(), ..none.clone() }, within, NOT_MODIFIED),
        (Conditions { if_none_match: this, ..none.clone() }, beyond, NOT_MODIFIED),
        (Conditions { if_none_match: other, ..none }, within, PART),
    ];
    for (conditions, range, expected) in rows {
        answers(store, &metadata, &Get { conditions, range, ..Get::default() }, expected).await?;
    }
    Ok(())
}

async fn if_range_keeps_the_range_of_its_version(store: &dyn Store) -> Outcome {
    let metadata = put_head(store, "a", "text").await?;
    let (within, beyond) = (Some(ByteRange::From(1)), Some(ByteRange::From(4)));
    for if_range in [IfRange::Tag(metadata.etag.clone()), IfRange::Date(second(&metadata))] {
        for (range, expected) in [(within, PART), (beyond, UNSATISFIABLE), (None, WHOLE)] {
            let ask = Get { range, if_range: Some(if_range.clone()), ..Get::default() };
            answers(store, &metadata, &ask, expected).await?;
        }
    }
    Ok(())
}

async fn if_range_drops_the_range_of_another_version(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "older text").await?;
    let metadata = put_head(store, "a", "text").await?;
    let date = second(&metadata);
    let others = [
        IfRange::Tag(old.etag),
        IfRange::Tag(foreign()?),
        IfRange::Date(date - SECOND),
        IfRange::Date(date + SECOND),
        IfRange::Never,
    ];
    for if_range in others {
        for range in [ByteRange::From(1), ByteRange::From(4)] {
            let ask = Get { range: Some(range), if_range: Some(if_range.clone()), ..Get::default() };
            answers(store, &metadata, &ask, WHOLE).await?;
        }
    }
    Ok(())
}

async fn conditions_do_not_find_what_is_missing(store: &dyn Store) -> Outcome {
    let gone = put(store, "a", "text").await?;
    store.delete(&key("a")?, When::Always).await?;
    let none = Conditions::default();
    let rows = [
        Conditions { if_match: Some(tags(&[&gone.etag])), ..none.clone() },
        Conditions { if_match: Some(TagMatch::Any), ..none.clone() },
        Conditions { if_none_match: Some(tags(&[&gone.etag])), ..none.clone() },
        Conditions { if_none_match: Some(TagMatch::Any), ..none.clone() },
        Conditions { if_modified_since: Some(SystemTime::now()), ..none.clone() },
        Conditions { if_unmodified_since: Some(UNIX_EPOCH), ..none },
    ];
    for conditions in rows {
        for want in [Want::Body, Want::Head] {
            let ask = Get { want, conditions: conditions.clone(), ..Get::default() };
            refused(&format!("{conditions:?}"), store.get(&key("a")?, &ask).await, ErrorKind::NotFound)?;
        }
    }
    same("listing", names(store, List::default()).await?.len(), 0)
}
