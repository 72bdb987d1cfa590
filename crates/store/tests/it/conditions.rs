//! Preconditions and `If-Range`: RFC 9110 §13, held against a model that follows its text step by step.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use store::{ByteRange, Conditions, ETag, Get, IfRange, Metadata, Plan, TagMatch, Want};

fn tag(text: &str) -> ETag {
    ETag::new(text).unwrap()
}

fn tags(texts: &[&str]) -> TagMatch {
    TagMatch::Tags(texts.iter().map(|text| tag(text)).collect())
}

/// 100.9 seconds after 1970, of 10 bytes.
fn object() -> Metadata {
    Metadata::new(10, tag("this"), at(100) + Duration::from_millis(900))
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[track_caller]
fn check(ask: &Get, expected: &Plan) {
    assert_eq!(ask.plan(&object()), *expected, "{ask:?}");
}

#[track_caller]
fn judge(conditions: Conditions, expected: &Plan) {
    check(&Get { conditions, ..Get::default() }, expected);
}

#[test]
fn dates_are_compared_by_their_second() {
    let since = |date| Conditions { if_modified_since: Some(date), ..Conditions::default() };
    judge(since(at(99)), &Plan::Whole);
    judge(since(at(100)), &Plan::NotModified);
    judge(since(at(101)), &Plan::NotModified);
    judge(since(UNIX_EPOCH - Duration::from_secs(5)), &Plan::Whole);

    let unless = |date| Conditions { if_unmodified_since: Some(date), ..Conditions::default() };
    judge(unless(at(99)), &Plan::PreconditionFailed);
    judge(unless(at(100)), &Plan::Whole);
    judge(unless(at(101)), &Plan::Whole);
    judge(unless(UNIX_EPOCH - Duration::from_secs(5)), &Plan::PreconditionFailed);
}

#[test]
fn an_object_older_than_1970_counts_as_1970() {
    let old = Metadata::new(1, tag("this"), UNIX_EPOCH - Duration::from_secs(1000));
    let plan = |conditions| Get { conditions, ..Get::default() }.plan(&old);
    let since = Conditions { if_modified_since: Some(UNIX_EPOCH), ..Conditions::default() };
    assert_eq!(plan(since), Plan::NotModified);
    let unless = Conditions { if_unmodified_since: Some(UNIX_EPOCH), ..Conditions::default() };
    assert_eq!(plan(unless), Plan::Whole);
}

#[test]
fn a_head_is_judged_too_but_has_no_range() {
    let head = |conditions, range| Get { want: Want::Head, conditions, range, ..Get::default() };
    check(&head(Conditions::default(), None), &Plan::Head);
    check(&head(Conditions::default(), Some(ByteRange::From(99))), &Plan::Head);
    let none_match = Conditions { if_none_match: Some(tags(&["this"])), ..Conditions::default() };
    check(&head(none_match, None), &Plan::NotModified);
    let matching = Conditions { if_match: Some(tags(&["other"])), ..Conditions::default() };
    check(&head(matching, None), &Plan::PreconditionFailed);
}

#[test]
fn s19_if_range_is_a_strong_comparison() {
    let ask = |if_range, range| Get { range: Some(range), if_range: Some(if_range), ..Get::default() };
    let (part, beyond) = (ByteRange::Closed { first: 2, last: 4 }, ByteRange::From(10));
    for (if_range, holds) in [
        (IfRange::Tag(tag("this")), true),
        (IfRange::Tag(tag("other")), false),
        (IfRange::Date(at(100)), true),
        (IfRange::Date(at(100) + Duration::from_millis(1)), true),
        (IfRange::Date(at(99)), false),
        (IfRange::Date(at(101)), false),
        (IfRange::Never, false),
    ] {
        check(&ask(if_range.clone(), part), if holds { &Plan::Part(2..5) } else { &Plan::Whole });
        check(&ask(if_range, beyond), if holds { &Plan::Unsatisfiable } else { &Plan::Whole });
    }
}

#[test]
fn if_range_alone_means_nothing() {
    check(&Get { if_range: Some(IfRange::Never), ..Get::default() }, &Plan::Whole);
    check(&Get { if_range: Some(IfRange::Tag(tag("this"))), ..Get::default() }, &Plan::Whole);
}

/// RFC 9110 §13.2.2, steps 1 to 5, for a GET of an object that exists.
fn model(ask: &Get, metadata: &Metadata) -> Plan {
    let Conditions { if_match, if_unmodified_since, if_none_match, if_modified_since } = &ask.conditions;
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let is_listed = |tags: &TagMatch| match tags {
        TagMatch::Any => true,
        TagMatch::Tags(tags) => tags.iter().any(|tag| tag.as_str() == metadata.etag.as_str()),
    };
    // 1. and 2.
    let failed = match (if_match, if_unmodified_since) {
        (Some(tags), _) => !is_listed(tags),
        (None, Some(date)) => seconds(metadata.modified) > seconds(*date),
        (None, None) => false,
    };
    if failed {
        return Plan::PreconditionFailed;
    }
    // 3. and 4.
    let fresh = match (if_none_match, if_modified_since) {
        (Some(tags), _) => is_listed(tags),
        (None, Some(date)) => seconds(metadata.modified) <= seconds(*date),
        (None, None) => false,
    };
    if fresh {
        return Plan::NotModified;
    }
    // 5.
    let Some(range) = ask.range else { return Plan::Whole };
    match &ask.if_range {
        Some(IfRange::Never) => return Plan::Whole,
        Some(IfRange::Tag(tag)) if tag.as_str() != metadata.etag.as_str() => return Plan::Whole,
        Some(IfRange::Date(date)) if seconds(*date) != seconds(metadata.modified) => return Plan::Whole,
        _ => {}
    }
    match range.resolve(metadata.size) {
        store::ResolvedRange::Part(part) => Plan::Part(part),
        store::ResolvedRange::Whole => Plan::Whole,
        store::ResolvedRange::Unsatisfiable => Plan::Unsatisfiable,
    }
}

fn dates() -> impl Strategy<Value = SystemTime> {
    (98_000..103_000_u64).prop_map(|millis| UNIX_EPOCH + Duration::from_millis(millis))
}

fn any_tag() -> impl Strategy<Value = ETag> {
    prop_oneof![Just(tag("this")), Just(tag("other")), Just(tag("third"))]
}

fn tag_matches() -> impl Strategy<Value = TagMatch> {
    prop_oneof![
        1 => Just(TagMatch::Any),
        4 => prop::collection::vec(any_tag(), 0..3).prop_map(TagMatch::Tags),
    ]
}

fn asks() -> impl Strategy<Value = Get> {
    let conditions = (
        prop::option::of(tag_matches()),
        prop::option::of(dates()),
        prop::option::of(tag_matches()),
        prop::option::of(dates()),
    );
    let range = prop_oneof![
        (0..15_u64).prop_map(ByteRange::From),
        (0..15_u64).prop_map(ByteRange::Last),
        (0..15_u64, 0..5_u64).prop_map(|(first, more)| ByteRange::Closed { first, last: first + more }),
    ];
    let if_range =
        prop_oneof![Just(IfRange::Never), any_tag().prop_map(IfRange::Tag), dates().prop_map(IfRange::Date)];
    (conditions, prop::option::of(range), prop::option::of(if_range)).prop_map(
        |(conditions, range, if_range)| {
            let (if_match, if_unmodified_since, if_none_match, if_modified_since) = conditions;
            let conditions = Conditions { if_match, if_unmodified_since, if_none_match, if_modified_since };
            Get { want: Want::Body, conditions, range, if_range }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_plan_is_what_the_rfc_says(ask in asks()) {
        prop_assert_eq!(ask.plan(&object()), model(&ask, &object()));
    }
}
