//! The same files served by `tower-http`'s `ServeDir` and by ours: ranges and preconditions answered alike, but for a
//! list of differences with their reasons.

use std::path::Path;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use download::Download;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, LAST_MODIFIED};
use http::{HeaderMap, Method, Request, Response};
use http_body_util::BodyExt;
use object_key::Prefix;
use proptest::prelude::*;
use store_fs::FileStore;
use tokio::runtime::Runtime;
use tower_http::services::ServeDir;
use tower_service::Service;

use crate::fixture::{MODIFIED, at, passes};

/// What both are asked; `own` in a tag stands for the tag that the asked server itself gave.
#[derive(Debug, Clone, Default)]
struct Ask {
    file: &'static str,
    head: bool,
    range: Option<Range>,
    if_range: Option<&'static str>,
    if_match: Option<&'static str>,
    if_none_match: Option<&'static str>,
    if_modified_since: Option<&'static str>,
    if_unmodified_since: Option<&'static str>,
}

/// A range, and where theirs read it in another way: what to ask them instead (or nothing), and why.
#[derive(Debug, Clone)]
struct Range {
    text: String,
    translated: Option<(Option<&'static str>, Difference)>,
}

impl Range {
    /// Tells whether it asks for the end, of at least one byte.
    fn is_suffix(&self) -> bool {
        self.text
            .strip_prefix("bytes=-")
            .is_some_and(|count| count.parse::<u64>().is_ok_and(|count| count > 0))
    }
}

/// The differences, each with its reason. The guide lists them for users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// RFC 9110 §14.2: a server may ignore `Range`, and must where it does not know the unit. Theirs answer 416 to one
    /// that is malformed.
    MalformedRange,
    /// RFC 9110 §5.6.1: empty elements and white space around elements of a list mean nothing. Theirs answer 416.
    WhiteSpace,
    /// RFC 9110 §14.1.2: a suffix longer than the object is the whole object. Theirs answer 416.
    LongSuffix,
    /// RFC 9110 §14.1.1: a last position beyond the end means the end, however large. Theirs answer 416 beyond 64 bits.
    HugeEnd,
    /// Ours put ranges that touch together and send the whole object for others. Theirs answer 416.
    SeveralRanges,
    /// No byte of an empty object can be sent, but its end is all of it (RFC 9110 §14.1.2). Theirs answer 206 with the
    /// impossible `bytes 0-0/0`.
    EmptyObject,
    /// RFC 9110 §14.2: `Range` means something for GET only. Theirs answer HEAD with 206 and 416.
    RangeOnHead,
    /// RFC 9110 §13.1.5: a part only of the version that the client has. Theirs do not look at `If-Range`.
    IfRange,
    /// Ours send the validators with 412 too, so that a client sees which version there is. Theirs with 200, 206, 304, 416.
    ValidatorsOn412,
    /// Ours say that the content is empty (412, 416); theirs leave it to the server below, which says it for GET alone.
    ExplicitLength,
}

use Difference::{
    EmptyObject, ExplicitLength, HugeEnd, IfRange, LongSuffix, MalformedRange, RangeOnHead, SeveralRanges,
    ValidatorsOn412, WhiteSpace,
};

const DIFFERENCES: [Difference; 10] = [
    MalformedRange,
    WhiteSpace,
    LongSuffix,
    HugeEnd,
    SeveralRanges,
    EmptyObject,
    RangeOnHead,
    IfRange,
    ValidatorsOn412,
    ExplicitLength,
];

const TAGS: [&str; 8] =
    ["own", "W/own", "\"other\"", "\"other\", own", "own, \"other\"", "W/\"x\",W/own", "*", "\"a,b\" , own"];

const DATES: [&str; 6] = [
    "Mon, 01 Dec 2025 00:00:00 GMT",
    "Monday, 01-Dec-25 00:00:00 GMT",
    "Mon Dec  1 00:00:00 2025",
    "Sun, 30 Nov 2025 23:59:59 GMT",
    "Mon, 01 Dec 2025 00:00:01 GMT",
    "not a date",
];

const ALIKE: [&str; 16] = [
    "bytes=0-0",
    "bytes=0-9",
    "bytes=5-",
    "bytes=0-",
    "bytes=-1",
    "bytes=-0",
    "bytes=9-9",
    "bytes=10-",
    "bytes=10-20",
    "bytes=99-",
    "bytes=5-1000000",
    "bytes=300000-",
    "bytes=262143-262145",
    "bytes=0-18446744073709551615",
    "bytes=18446744073709551615-",
    "bytes=99999999999999999999-",
];

const TRANSLATED: [(&str, Option<&str>, Difference); 14] = [
    ("bytes=5-2", None, MalformedRange),
    ("bytes=", None, MalformedRange),
    ("bytes=x", None, MalformedRange),
    ("bytes=1-2-3", None, MalformedRange),
    ("lines=0-1", None, MalformedRange),
    ("bytes= 0-0", Some("bytes=0-0"), WhiteSpace),
    ("bytes=0-0 ,", Some("bytes=0-0"), WhiteSpace),
    ("bytes=-1000000", Some("bytes=0-"), LongSuffix),
    ("bytes=0-99999999999999999999", Some("bytes=0-"), HugeEnd),
    ("bytes=0-1,2-3", Some("bytes=0-3"), SeveralRanges),
    ("bytes=2-3, 0-1, 1-2", Some("bytes=0-3"), SeveralRanges),
    ("bytes=3-5,4-", Some("bytes=3-"), SeveralRanges),
    ("bytes=0-1,4-5", None, SeveralRanges),
    ("bytes=0-0,-1", None, SeveralRanges),
];

fn ranges() -> Vec<Range> {
    let alike = ALIKE.map(|text| Range { text: text.to_owned(), translated: None });
    let translated = TRANSLATED
        .map(|(text, instead, why)| Range { text: text.to_owned(), translated: Some((instead, why)) });
    alike.into_iter().chain(translated).collect()
}

const FILES: [(&str, usize); 4] =
    [("digits.txt", 10), ("empty.txt", 0), ("one.bin", 1), ("large.bin", 300_000)];

impl Ask {
    fn request(&self, etag: &str) -> Request<http_body_util::Empty<Bytes>> {
        let method = if self.head { Method::HEAD } else { Method::GET };
        let fields = [
            ("range", self.range.as_ref().map(|range| range.text.as_str())),
            ("if-range", self.if_range),
            ("if-match", self.if_match),
            ("if-none-match", self.if_none_match),
            ("if-modified-since", self.if_modified_since),
            ("if-unmodified-since", self.if_unmodified_since),
        ];
        let request = Request::builder().method(method).uri(format!("/{}", self.file));
        let named = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let request =
            named.fold(request, |request, (name, value)| request.header(name, value.replace("own", etag)));
        request.body(http_body_util::Empty::new()).unwrap()
    }

    /// Puts the question so that theirs understand it as ours do, but for one difference that is left in.
    fn translated(&self, left_in: Option<Difference>) -> Self {
        let mut ask = self.clone();
        let differs = |difference| left_in != Some(difference);
        let holds = |condition: &str| condition == "own" || DATES[..3].contains(&condition);
        if self.head && differs(RangeOnHead) {
            ask.range = None;
        }
        if self.if_range.is_some_and(|condition| !holds(condition)) && differs(IfRange) {
            ask.range = None;
        }
        if let Some(Range { translated: Some((instead, why)), .. }) = &ask.range
            && differs(*why)
        {
            ask.range = instead.map(|text| Range { text: text.to_owned(), translated: None });
        }
        if self.file == "empty.txt" && differs(EmptyObject) {
            match (&self.range, &mut ask.range) {
                (Some(asked), range) if asked.is_suffix() => *range = None,
                (_, Some(range)) => "bytes=99-".clone_into(&mut range.text),
                (_, None) => {}
            }
        }
        ask
    }
}

/// What is compared.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    content_range: Option<String>,
    content_length: Option<String>,
    last_modified: Option<String>,
    has_etag: bool,
    body: Bytes,
}

impl Answer {
    /// Takes away what only ours say, but for one difference that is left in.
    fn levelled(mut self, left_in: Option<Difference>) -> Self {
        if self.status == 412 && left_in != Some(ValidatorsOn412) {
            (self.last_modified, self.has_etag) = (None, false);
        }
        if matches!(self.status, 412 | 416) && left_in != Some(ExplicitLength) {
            self.content_length = None;
        }
        self
    }

    async fn read<B: http_body::Body<Data = Bytes, Error: std::fmt::Debug>>(response: Response<B>) -> Self {
        let (parts, body) = response.into_parts();
        let field = |name: &http::HeaderName| text(&parts.headers, name);
        Self {
            status: parts.status.as_u16(),
            content_range: field(&CONTENT_RANGE),
            content_length: field(&CONTENT_LENGTH),
            last_modified: field(&LAST_MODIFIED),
            has_etag: parts.headers.contains_key(ETAG),
            body: body.collect().await.unwrap().to_bytes(),
        }
    }
}

fn text(headers: &HeaderMap, name: &http::HeaderName) -> Option<String> {
    headers.get(name).map(|value| value.to_str().unwrap().to_owned())
}

struct Pair {
    runtime: Runtime,
    ours: Download,
    theirs: ServeDir,
    _root: tempfile::TempDir,
}

impl Pair {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let large: Vec<u8> = (0..300_000_u32).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect();
        for (name, size) in FILES {
            write(&root.path().join(name), &large[..size]);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let store = runtime.block_on(async { FileStore::open(root.path()) }).unwrap();
        let ours = Download::new(store, passes()).with_public(Prefix::root());
        Self { runtime, ours, theirs: ServeDir::new(root.path()), _root: root }
    }

    /// Asks both, each about its own tags, with one difference left in.
    fn ask(&self, ask: &Ask, left_in: Option<Difference>) -> (Answer, Answer) {
        let plain = Ask { file: ask.file, ..Ask::default() };
        let (mut ours, mut theirs) = (self.ours.clone(), self.theirs.clone());
        let (ours, theirs) = self.runtime.block_on(async {
            let tag = text(ours.call(plain.request("")).await.unwrap().headers(), &ETAG).unwrap();
            let our_answer = Answer::read(ours.call(ask.request(&tag)).await.unwrap()).await;
            let tag = text(theirs.call(plain.request("")).await.unwrap().headers(), &ETAG).unwrap();
            let question = ask.translated(left_in).request(&tag);
            (our_answer, Answer::read(theirs.call(question).await.unwrap()).await)
        });
        (ours.levelled(left_in), theirs.levelled(left_in))
    }
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(at(MODIFIED) + Duration::from_millis(250)).unwrap();
    assert!(at(MODIFIED) < SystemTime::now(), "a date in the past, which both show as it is");
}

/// Every range, tag and date alone, and every range together with every precondition of one kind.
fn matrix() -> Vec<Ask> {
    let mut asks = Vec::new();
    for (file, _) in FILES {
        for head in [false, true] {
            let plain = Ask { file, head, ..Ask::default() };
            asks.push(plain.clone());
            for range in ranges().into_iter().map(Some) {
                asks.push(Ask { range: range.clone(), ..plain.clone() });
                asks.push(Ask { range: range.clone(), if_match: Some("\"other\""), ..plain.clone() });
                asks.push(Ask { range: range.clone(), if_none_match: Some("own"), ..plain.clone() });
                asks.push(Ask { range, if_range: Some("own"), ..plain.clone() });
            }
            for condition in TAGS.into_iter().chain(DATES).map(Some) {
                let part = Some(Range { text: "bytes=0-0".to_owned(), translated: None });
                asks.push(Ask { range: part, if_range: condition, ..plain.clone() });
            }
            for tag in TAGS.map(Some) {
                asks.push(Ask { if_match: tag, ..plain.clone() });
                asks.push(Ask { if_none_match: tag, ..plain.clone() });
            }
            for date in DATES.map(Some) {
                asks.push(Ask { if_modified_since: date, ..plain.clone() });
                asks.push(Ask { if_unmodified_since: date, ..plain.clone() });
            }
        }
    }
    asks
}

#[test]
fn x05_every_question_of_the_matrix_is_answered_as_by_tower_http() {
    let pair = Pair::new();
    let asks = matrix();
    for ask in &asks {
        let (ours, theirs) = pair.ask(ask, None);
        assert_eq!(ours, theirs, "{ask:?}");
    }
    assert!(asks.len() > 1000, "{} questions", asks.len());
}

#[test]
fn every_difference_is_one() {
    let pair = Pair::new();
    for difference in DIFFERENCES {
        let seen = matrix().iter().any(|ask| {
            let (ours, theirs) = pair.ask(ask, Some(difference));
            ours != theirs
        });
        assert!(seen, "{difference:?} is no difference: strike it off the list");
    }
}

fn random_range() -> impl Strategy<Value = Range> {
    let edge = || prop_oneof![4 => 0_u64..12, 1 => 299_990_u64..300_010, 1 => 262_140_u64..262_150];
    let alike = |text: String| Range { text, translated: None };
    prop_oneof![
        (edge(), edge()).prop_map(move |(a, b)| alike(format!("bytes={}-{}", a.min(b), a.max(b)))),
        edge().prop_map(move |first| alike(format!("bytes={first}-"))),
        Just(alike("bytes=-1".to_owned())),
        prop::sample::select(ranges()),
    ]
}

fn random_ask() -> impl Strategy<Value = Ask> {
    let tag = || prop::option::weighted(0.3, prop::sample::select(TAGS.to_vec()));
    let date = || prop::option::weighted(0.3, prop::sample::select(DATES.to_vec()));
    let conditions: Vec<_> = TAGS.into_iter().chain(DATES).collect();
    (
        (prop::sample::select(FILES.to_vec()), any::<bool>(), prop::option::of(random_range())),
        prop::option::of(prop::sample::select(conditions)),
        (tag(), tag(), date(), date()),
    )
        .prop_map(|((file, head, range), if_range, (if_match, if_none_match, modified, unmodified))| {
            Ask {
                file: file.0,
                head,
                range,
                if_range,
                if_match,
                if_none_match,
                if_modified_since: modified,
                if_unmodified_since: unmodified,
            }
        })
}

#[test]
fn x05_random_questions_are_answered_as_by_tower_http() {
    let pair = Pair::new();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(1500));
    let result = runner.run(&random_ask(), |ask| {
        let (ours, theirs) = pair.ask(&ask, None);
        prop_assert_eq!(ours, theirs);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}
