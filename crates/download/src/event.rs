//! One tracing event for each request: never a query, a pass, a cookie or a header of the client's.

use std::borrow::Cow;
use std::time::Instant;

use http::request::Parts;
use object_key::ObjectKey;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use store::Got;
use tracing::{error, info};

use crate::outcome::{Found, Outcome, Refusal};

/// What is known when a request has been decided.
pub(crate) struct Event<'r> {
    pub(crate) request: &'r Parts,
    pub(crate) key: Option<&'r ObjectKey>,
    pub(crate) hint: Option<&'static str>,
    pub(crate) started: Instant,
}

impl Event<'_> {
    /// Emits the event. A key is shown only once it has been found well formed.
    pub(crate) fn emit(&self, outcome: &Outcome) {
        let method = self.request.method.as_str();
        let key = &*self.key.map_or("-".into(), shown_key);
        // In the macro, where nobody looks at the clock for an event that nobody wants.
        match outcome {
            Outcome::Found(found) => info!(method, key, micros = self.micros(), "{}", word(found)),
            Outcome::Refused(reason) => self.emit_refusal(reason),
            Outcome::Options => info!(method, key, micros = self.micros(), "options"),
            Outcome::MethodNotAllowed => info!(method, key, micros = self.micros(), "method not allowed"),
            Outcome::Failed(error) => {
                let cause = std::error::Error::source(error).map(tracing::field::display);
                error!(method, key, micros = self.micros(), %error, cause, "failed");
            }
        }
    }

    fn emit_refusal(&self, reason: &Refusal) {
        let method = self.request.method.as_str();
        // Of everything else this event says all that there is.
        let hint = self.hint.filter(|_| matches!(reason, Refusal::Pass(_)));
        if let Some(key) = self.key.map(shown_key) {
            let key = &*key;
            info!(method, key, micros = self.micros(), %reason, hint, "refused");
        } else {
            let path = shown(self.request.uri.path());
            info!(method, path, micros = self.micros(), %reason, hint, "refused");
        }
    }

    fn micros(&self) -> u128 {
        self.started.elapsed().as_micros()
    }
}

/// Shows a key up to a `?` in it.
// SECURITY: a query whose `?` was encoded is part of a well-formed key, and so is its pass (S15).
fn shown_key(key: &ObjectKey) -> Cow<'_, str> {
    match key.as_str().split_once('?') {
        None => key.as_str().into(),
        Some((before, _)) => format!("{before}?…").into(),
    }
}

/// How many bytes of a path are shown that leads nowhere.
const SHOWN: usize = 200;

/// What could be taken for the end of the path in a line of a log.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'\\').add(b'=');

/// Shows a raw path as it came, but harmless and not too long.
fn shown(path: &str) -> String {
    // SECURITY: a query whose `?` was encoded is in the path, and so is its pass (S15).
    let is_mark = |at: &usize| path.get(*at..*at + 3).is_some_and(|three| three.eq_ignore_ascii_case("%3f"));
    let end = (0..path.len()).find(is_mark).unwrap_or(path.len());
    let mut text: String = utf8_percent_encode(path.get(..end).unwrap_or_default(), UNSAFE).collect();
    if text.len() > SHOWN || end < path.len() {
        text.truncate(SHOWN); // ASCII, so that any place will do
        text.push('…');
    }
    text
}

const fn word(found: &Found) -> &'static str {
    match found.got {
        Got::Object(_) => "served",
        Got::NotModified(_) => "not modified",
        Got::PreconditionFailed(_) => "precondition failed",
        Got::Unsatisfiable(_) => "range not satisfiable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(shown(path), expected);
    }

    #[test]
    fn s15_a_path_is_shown_without_what_could_be_a_pass_or_another_field() {
        check("/elsewhere/a%20b", "/elsewhere/a%20b");
        check("/a\\b\"c d\x1b[0m", "/a%5Cb%22c%20d%1B[0m");
        check("/ü reason=good", "/%C3%BC%20reason%3Dgood");
        check("/media//x%3fpass=AQEA", "/media//x…");
        check("/media//x%3Fpass=AQEA", "/media//x…");
        check(&"/x".repeat(200), &format!("{}…", "/x".repeat(100)));
        check("%3", "%3");
        check("", "");
    }
}
