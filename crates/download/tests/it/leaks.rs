//! S15, S33: what is logged, and what is not.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::sync::Once;

use download::{HeaderPolicy, Refusal, Viewer};
use futures_util::FutureExt;
use links::{LinkOptions, Subject};
use store::ErrorKind;
use tower_service::Service;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::fixture::{HOUR, get, head, link, link_with, mount, send, shelf};
use crate::shelf::{Content, item};

/// Writes down every event of every level, and every span, for the thread that it happens on.
///
/// It is the subscriber of the whole program: one for a thread and for a while may miss events, because tracing
/// remembers for each place whether anybody listens there.
struct Log;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

impl Log {
    fn add(metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        let mut line = Line(format!("{} {}", metadata.level(), metadata.name()));
        record(&mut line);
        LINES.with_borrow_mut(|lines| lines.push(line.0));
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        Self::add(span.metadata(), |line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line("span".to_owned());
        values.record(&mut line);
        LINES.with_borrow_mut(|lines| lines.push(line.0));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        Self::add(event.metadata(), |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

fn logged(run: impl FnOnce()) -> Vec<String> {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| tracing::subscriber::set_global_default(Log).unwrap());
    LINES.take();
    run();
    LINES.take()
}

#[test]
fn s15_one_event_for_each_request_and_no_secret_in_any() {
    let mut broken = item("", "");
    broken.content = Content::Broken(ErrorKind::Internal);
    let service = mount(&shelf().with("broken", broken)).with_refusal_hint("try `hallpass verify`");
    let good = link("secret.txt");
    let token = good.split_once("pass=").unwrap().1.to_owned();
    let session =
        link_with("secret.txt", &LinkOptions::lasting(HOUR).with_subject(Subject::Session("s3ss10n".into())));
    let secret_headers = |request: http::request::Builder| {
        request.header("cookie", "c00kie").header("authorization", "Bearer b34rer").header("referer", &good)
    };
    for (request, words) in [
        (get(&good), &["INFO", "secret.txt", "\"GET\"", "served"][..]),
        (head(&good), &["served", "\"HEAD\""]),
        (get(&good).header("range", "bytes=99-"), &["range not satisfiable"]),
        (get(&good).header("if-none-match", "*"), &["not modified"]),
        (get(&good).header("if-match", "\"s3cret-tag\""), &["precondition failed"]),
        (get(&format!("{good}x")), &["refused", "not a pass", "hallpass verify"]),
        (get(&good.replace("secret.txt", "other")), &["refused", "altered, or made for another", "other"]),
        (get("/media/secret.txt?token=t0ken&x=qu3ry"), &["refused", "no pass, and the object is not public"]),
        (get("/media/secret.txt?pass=qu3ry-pass"), &["refused", "not a pass"]),
        (get(&format!("{good}&pass={token}")), &["refused", "given twice"]),
        (get(&format!("{good}&response-content-type=%ff")), &["refused", "not UTF-8"]),
        (get(&session), &["refused", "pass for a session, and the request has none"]),
        (get(&session).extension(Viewer::session("s3ss10n")), &["served"]),
        (get(&link("missing")), &["refused", "no such object", "missing"]),
        (get("/media/..%2f"), &["refused", "names no object", "path=\"/media/..%2f\""]),
        (get("/elsewhere?qu3ry"), &["refused", "outside the mount", "path=\"/elsewhere\""]),
        (get(&link("broken")), &["ERROR", "failed", "unexpected failure"]),
        (http::Request::options(&good), &["options"]),
        (http::Request::post(&good), &["method not allowed"]),
    ] {
        let lines = logged(|| drop(send(&service, secret_headers(request))));
        let [line] = &lines[..] else { panic!("one event for each request: {lines:?}") };
        for word in words {
            assert!(line.contains(word), "`{word}` in {line}");
        }
        let holds_for_a_pass = line.contains("the pass does not hold");
        assert_eq!(line.contains("hallpass verify"), holds_for_a_pass, "{line}");
        for secret in
            [token.as_str(), &token[..12], "qu3ry", "t0ken", "s3ss10n", "c00kie", "b34rer", "s3cret", "pass="]
        {
            assert!(!line.contains(secret), "`{secret}` in {line}");
        }
    }
}

#[test]
fn s33_no_debug_text_holds_a_secret() {
    let shelf = shelf();
    let service = mount(&shelf);
    let url = link("secret.txt");
    let request = get(&url).body(()).unwrap();
    let mut future = service.clone().call(request);
    let shown_future = format!("{future:?}");
    let Ok(response) = (&mut future).now_or_never().unwrap();
    let (user, session) = (Viewer::user("42"), Viewer::session("s3ss10n"));
    let values: [&dyn Debug; 6] =
        [&service, &response, response.body(), &HeaderPolicy::default(), &user, &session];
    let mut texts: Vec<String> =
        values.iter().flat_map(|value| [format!("{value:?}"), format!("{value:#?}")]).collect();
    texts.push(shown_future);
    let token = url.split_once("pass=").unwrap().1;
    for text in &texts {
        for secret in [token, "s3ss10n", "the secret", "116, 104, 101", "7, 7, 7", "\\x07"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    assert!(format!("{service:?}").contains("/media/"), "what is no secret is shown");
}

#[test]
fn refusals_say_why_in_words() {
    for reason in [
        Refusal::OutsideMount,
        Refusal::RepeatedParameter,
        Refusal::MalformedQuery,
        Refusal::NoPass,
        Refusal::Missing,
    ] {
        let text = reason.to_string();
        assert!(
            !text.is_empty() && !text.ends_with('.') && text.starts_with(|c: char| c.is_lowercase()),
            "{text}"
        );
    }
}
