//! Ranges and preconditions against a model that is slow, obvious and written from the RFC alone.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::fixture::{MODIFIED, at, get, head, link, mount, send};
use crate::shelf::{Shelf, item};

/// One range as a client means it.
#[derive(Debug, Clone, Copy)]
enum Span {
    Closed(u64, u64),
    From(u64),
    Last(u64),
}

fn span(first: impl Strategy<Value = u64> + Clone + 'static) -> impl Strategy<Value = Span> {
    let last = prop_oneof![8 => 0_u64..24, 1 => Just(u64::MAX - 1), 1 => Just(u64::MAX)];
    prop_oneof![
        4 => (first.clone(), last.clone()).prop_map(|(first, last)| Span::Closed(first, last)),
        1 => first.prop_map(Span::From),
        1 => last.prop_map(Span::Last),
    ]
}

/// Several ranges begin within the universe of the model; one alone may begin anywhere.
fn spans() -> impl Strategy<Value = Vec<Span>> {
    let anywhere = prop_oneof![0_u64..24, Just(u64::MAX - 1), Just(u64::MAX)].boxed();
    prop_oneof![
        1 => span(anywhere).prop_map(|span| vec![span]),
        3 => prop::collection::vec(span((0_u64..24).boxed()), 1..5),
    ]
}

impl Span {
    fn text(self) -> String {
        match self {
            Self::Closed(first, last) => format!("{first}-{last}"),
            Self::From(first) => format!("{first}-"),
            Self::Last(count) => format!("-{count}"),
        }
    }

    /// The positions that the span covers in a universe larger than any object of this test.
    fn positions(self) -> Option<BTreeSet<u64>> {
        const END: u64 = 60;
        match self {
            Self::Closed(first, last) => Some((0..END).filter(|at| first <= *at && *at <= last).collect()),
            Self::From(first) => Some((0..END).filter(|at| first <= *at).collect()),
            Self::Last(_) => None,
        }
    }
}

/// What is to come of a set of ranges and an object: all of it, these positions, or nothing.
#[derive(Debug, PartialEq)]
enum Expected {
    Whole,
    Part(BTreeSet<u64>),
    Nothing,
}

fn expected(spans: &[Span], size: u64) -> Expected {
    if spans.iter().any(|span| matches!(span, Span::Closed(first, last) if first > last)) {
        return Expected::Whole; // malformed: the field is ignored
    }
    let within = |positions: BTreeSet<u64>| {
        let part: BTreeSet<u64> = positions.into_iter().filter(|at| *at < size).collect();
        if part.is_empty() { Expected::Nothing } else { Expected::Part(part) }
    };
    let lasts: Vec<u64> =
        spans.iter().filter_map(|span| if let Span::Last(n) = span { Some(*n) } else { None }).collect();
    if lasts.len() == spans.len() {
        let most = lasts.into_iter().max().unwrap();
        if most > 0 && size == 0 {
            return Expected::Whole; // RFC 9110 §14.1.2: satisfiable, which for no byte only a 200 can say
        }
        return within((0..size).filter(|at| size - at <= most).collect());
    }
    if !lasts.is_empty() {
        return Expected::Whole; // whether they touch depends on the size
    }
    let all: BTreeSet<u64> = spans.iter().filter_map(|span| span.positions()).flatten().collect();
    let in_one_piece = all.iter().zip(all.iter().skip(1)).all(|(a, b)| a + 1 == *b);
    if in_one_piece { within(all) } else { Expected::Whole }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn x05_ranges_are_as_in_the_model(
        spans in spans(), size in 0_u64..30, padding in prop::sample::select(vec!["", " ", "\t", " ,"]),
    ) {
        let bytes: Vec<u8> = (0..size).map(|at| u8::try_from(at).unwrap()).collect();
        let service = mount(&Shelf::default().with("x", item(bytes.clone(), "text/plain")));
        let texts: Vec<String> = spans.iter().map(|span| span.text()).collect();
        let range = format!("bytes={}", texts.join(&format!("{padding},{padding}")));
        let reply = send(&service, get(&link("x")).header("range", &range));
        let seen = (reply.status, reply.header("content-range").to_owned(), reply.bytes().to_vec());
        let wanted = match expected(&spans, size) {
            Expected::Whole => (200, String::new(), bytes),
            Expected::Nothing => (416, format!("bytes */{size}"), Vec::new()),
            Expected::Part(part) => {
                let (first, last) = (part.first().unwrap(), part.last().unwrap());
                let body = part.iter().map(|at| u8::try_from(*at).unwrap()).collect();
                (206, format!("bytes {first}-{last}/{size}"), body)
            }
        };
        prop_assert_eq!(seen, wanted, "{}", range);
    }

    #[test]
    fn s16_any_text_as_a_range_gives_one_of_three_answers(range in "(bytes=)?[0-9, \t=-]{0,40}|\\PC{0,40}", size in 0_usize..30) {
        let service = mount(&Shelf::default().with("x", item(vec![7; size], "text/plain")));
        let Ok(value) = http::HeaderValue::from_bytes(range.as_bytes()) else { return Ok(()) };
        let reply = send(&service, get(&link("x")).header("range", value));
        prop_assert!(matches!(reply.status, 200 | 206 | 416));
        prop_assert!(reply.bytes().len() <= size);
        prop_assert_eq!(reply.status == 200, reply.header("content-range").is_empty());
    }
}

/// A tag as a client sends it, and whether it is the object's own.
#[derive(Debug, Clone, Copy)]
struct Tag {
    text: &'static str,
    opaque_matches: bool,
    weak: bool,
}

fn tag() -> impl Strategy<Value = Tag> {
    prop::sample::select(vec![
        Tag { text: "\"v1\"", opaque_matches: true, weak: false },
        Tag { text: "W/\"v1\"", opaque_matches: true, weak: true },
        Tag { text: "\"v2\"", opaque_matches: false, weak: false },
        Tag { text: "\"\"", opaque_matches: false, weak: false },
        Tag { text: "\"a,b\"", opaque_matches: false, weak: false },
        Tag { text: "W/\"v2\"", opaque_matches: false, weak: true },
    ])
}

#[derive(Debug, Clone)]
enum Tags {
    Any,
    List(Vec<Tag>),
}

fn tags() -> impl Strategy<Value = Tags> {
    prop_oneof![1 => Just(Tags::Any), 5 => prop::collection::vec(tag(), 1..4).prop_map(Tags::List)]
}

impl Tags {
    fn text(&self) -> String {
        match self {
            Self::Any => "*".to_owned(),
            Self::List(tags) => tags.iter().map(|tag| tag.text).collect::<Vec<_>>().join(", "),
        }
    }

    fn any(&self, matches: impl Fn(&Tag) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::List(tags) => tags.iter().any(matches),
        }
    }
}

/// Seconds before or after the object's date.
fn moment() -> impl Strategy<Value = i64> {
    prop::sample::select(vec![-86_400_i64, -1, 0, 1, 86_400])
}

fn date(seconds: i64) -> String {
    httpdate::fmt_http_date(at(MODIFIED.saturating_add_signed(seconds)))
}

#[derive(Debug, Clone)]
struct Ask {
    head: bool,
    if_match: Option<Tags>,
    if_unmodified_since: Option<i64>,
    if_none_match: Option<Tags>,
    if_modified_since: Option<i64>,
    range: bool,
    if_range: Option<Result<Tag, i64>>,
}

fn ask() -> impl Strategy<Value = Ask> {
    let maybe = prop::option::of::<BoxedStrategy<i64>>;
    let if_range = prop_oneof![tag().prop_map(Ok), moment().prop_map(Err)];
    (
        any::<bool>(),
        prop::option::of(tags()),
        maybe(moment().boxed()),
        prop::option::of(tags()),
        maybe(moment().boxed()),
        any::<bool>(),
        prop::option::of(if_range),
    )
        .prop_map(
            |(head, if_match, if_unmodified_since, if_none_match, if_modified_since, range, if_range)| Ask {
                head,
                if_match,
                if_unmodified_since,
                if_none_match,
                if_modified_since,
                range,
                if_range,
            },
        )
}

/// RFC 9110 §13.2.2, step by step.
fn status(ask: &Ask) -> u16 {
    // 1. and 2.
    if let Some(if_match) = &ask.if_match {
        if !if_match.any(|tag| tag.opaque_matches && !tag.weak) {
            return 412;
        }
    } else if ask.if_unmodified_since.is_some_and(|date| date < 0) {
        return 412;
    }
    // 3. and 4.
    if let Some(if_none_match) = &ask.if_none_match {
        if if_none_match.any(|tag| tag.opaque_matches) {
            return 304;
        }
    } else if ask.if_modified_since.is_some_and(|date| date >= 0) {
        return 304;
    }
    // 5.
    let unchanged = match ask.if_range {
        None => true,
        Some(Ok(tag)) => tag.opaque_matches && !tag.weak,
        Some(Err(date)) => date == 0,
    };
    // 6.
    if ask.range && !ask.head && unchanged { 206 } else { 200 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn dp4_preconditions_are_as_in_the_model(ask in ask()) {
        let service = mount(&Shelf::default().with("x", item("0123456789", "text/plain")));
        let url = link("x");
        let mut request = if ask.head { head(&url) } else { get(&url) };
        let fields = [
            ("if-match", ask.if_match.as_ref().map(Tags::text)),
            ("if-unmodified-since", ask.if_unmodified_since.map(date)),
            ("if-none-match", ask.if_none_match.as_ref().map(Tags::text)),
            ("if-modified-since", ask.if_modified_since.map(date)),
            ("range", ask.range.then(|| "bytes=2-3".to_owned())),
            ("if-range", ask.if_range.map(|condition| condition.map_or_else(date, |tag| tag.text.to_owned()))),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let reply = send(&service, request);
        prop_assert_eq!(reply.status, status(&ask));
        let body: &[u8] = match reply.status {
            200 if !ask.head => b"0123456789",
            206 => b"23",
            _ => b"",
        };
        prop_assert_eq!(reply.bytes(), body);
        prop_assert_eq!(reply.header("etag"), "\"v1\"");
    }
}
