//! Preconditions, one at a time, each both ways (RFC 9110 §13.1).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use store::{Conditions, ETag, Get, Metadata, Store, TagMatch, Want};

use crate::case::{Outcome, case};
use crate::check::{answer, key, put, put_head, same};
use crate::{Case, Failure};

pub(super) const CASES: &[Case] = &[
    case!(if_match_goes_on_for_its_version, "`If-Match` goes on for one of its versions and for `*`"),
    case!(if_match_stops_for_another_version, "`If-Match` fails for every other version"),
    case!(
        if_none_match_stops_for_its_version,
        "`If-None-Match` says 304 for one of its versions and for `*`"
    ),
    case!(if_none_match_goes_on_for_another_version, "`If-None-Match` goes on for every other version"),
    case!(
        if_modified_since_compares_seconds,
        "`If-Modified-Since` says 304 unless the object is newer by its second"
    ),
    case!(
        if_unmodified_since_compares_seconds,
        "`If-Unmodified-Since` fails if the object is newer by its second"
    ),
    case!(an_entity_tag_survives_its_header, "a tag written as a header and read back is the same version"),
];

/// What became of a request.
pub(super) const WHOLE: &str = "the whole object";
pub(super) const PART: &str = "a part";
pub(super) const NOT_MODIFIED: &str = "not modified";
pub(super) const FAILED: &str = "precondition failed";
pub(super) const UNSATISFIABLE: &str = "unsatisfiable";

/// Asks for `a`, and again for its metadata only, and fails unless both are answered in this way.
async fn check(store: &dyn Store, metadata: &Metadata, conditions: Conditions, expected: &str) -> Outcome {
    for want in [Want::Body, Want::Head] {
        let ask = Get { want, conditions: conditions.clone(), ..Get::default() };
        answers(store, metadata, &ask, expected).await?;
    }
    Ok(())
}

/// Asks for `a` and fails unless it is answered in this way, and with its metadata.
pub(super) async fn answers(store: &dyn Store, metadata: &Metadata, ask: &Get, expected: &str) -> Outcome {
    let got = store.get(&key("a")?, ask).await?;
    same(&format!("answer to {ask:?}"), answer(&got), expected)?;
    same("version in the answer", &got.metadata().etag, &metadata.etag)?;
    same("size in the answer", got.metadata().size, metadata.size)
}

/// A version that never was.
pub(super) fn foreign() -> Result<ETag, Failure> {
    ETag::new("0-foreign").map_err(|error| Failure::new(error.to_string()))
}

pub(super) fn tags(tags: &[&ETag]) -> TagMatch {
    TagMatch::Tags(tags.iter().copied().cloned().collect())
}

/// When the object was written, as an HTTP date says it.
pub(super) fn second(metadata: &Metadata) -> SystemTime {
    let since = metadata.modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const DAY: Duration = Duration::from_hours(24);

fn if_match(tags: TagMatch) -> Conditions {
    Conditions { if_match: Some(tags), ..Conditions::default() }
}

fn if_none_match(tags: TagMatch) -> Conditions {
    Conditions { if_none_match: Some(tags), ..Conditions::default() }
}

async fn if_match_goes_on_for_its_version(store: &dyn Store) -> Outcome {
    let metadata = put_head(store, "a", "text").await?;
    for tags in [tags(&[&metadata.etag]), tags(&[&foreign()?, &metadata.etag]), TagMatch::Any] {
        check(store, &metadata, if_match(tags), WHOLE).await?;
    }
    Ok(())
}

async fn if_match_stops_for_another_version(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "older text").await?;
    let metadata = put_head(store, "a", "text").await?;
    for tags in [tags(&[&old.etag]), tags(&[&foreign()?, &old.etag]), tags(&[])] {
        check(store, &metadata, if_match(tags), FAILED).await?;
    }
    Ok(())
}

async fn if_none_match_stops_for_its_version(store: &dyn Store) -> Outcome {
    let metadata = put_head(store, "a", "text").await?;
    for tags in [tags(&[&metadata.etag]), tags(&[&foreign()?, &metadata.etag]), TagMatch::Any] {
        check(store, &metadata, if_none_match(tags), NOT_MODIFIED).await?;
    }
    Ok(())
}

async fn if_none_match_goes_on_for_another_version(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "older text").await?;
    let metadata = put_head(store, "a", "text").await?;
    for tags in [tags(&[&old.etag]), tags(&[&foreign()?, &old.etag]), tags(&[])] {
        check(store, &metadata, if_none_match(tags), WHOLE).await?;
    }
    Ok(())
}

async fn if_modified_since_compares_seconds(store: &dyn Store) -> Outcome {
    let metadata = put_head(store, "a", "text").await?;
    let written = second(&metadata);
    let dates =
        [(written, NOT_MODIFIED), (written - SECOND, WHOLE), (written - DAY, WHOLE), (UNIX_EPOCH, WHOLE)];
    for (date, expected) in dates {
        let conditions = Conditions { if_modified_since: Some(date), ..Conditions::default() };
        check(store, &metadata, conditions, expected).await?;
    }
    Ok(())
}

async fn if_unmodified_since_compares_seconds(store: &dyn Store) -> Outcome {
    let metadata = put_head(store, "a", "text").await?;
    let written = second(&metadata);
    let dates = [(written, WHOLE), (written + DAY, WHOLE), (written - SECOND, FAILED), (UNIX_EPOCH, FAILED)];
    for (date, expected) in dates {
        let conditions = Conditions { if_unmodified_since: Some(date), ..Conditions::default() };
        check(store, &metadata, conditions, expected).await?;
    }
    Ok(())
}

async fn an_entity_tag_survives_its_header(store: &dyn Store) -> Outcome {
    let metadata = put_head(store, "a", "text").await?;
    let header = metadata.etag.to_string();
    check(store, &metadata, if_match(TagMatch::parse_if_match(&header)), WHOLE).await?;
    let weak = TagMatch::parse_if_none_match(&format!("W/{header}"));
    check(store, &metadata, if_none_match(weak), NOT_MODIFIED).await?;
    let weak = TagMatch::parse_if_match(&format!("W/{header}"));
    check(store, &metadata, if_match(weak), FAILED).await
}
