//! One tracing event for each request: never a query, a pass, a cookie or a header of the client's.

use std::time::Instant;

use http::request::Parts;
use object_key::ObjectKey;
use store::Got;
use tracing::{error, info};

use crate::outcome::{Found, Outcome};

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
        let key = self.key.map_or("-", ObjectKey::as_str);
        let micros = self.started.elapsed().as_micros();
        match outcome {
            Outcome::Found(found) => info!(method, key, micros, "{}", word(found)),
            Outcome::Refused(reason) => {
                info!(method, key, micros, %reason, hint = self.hint, "refused");
            }
            Outcome::Options => info!(method, key, micros, "options"),
            Outcome::MethodNotAllowed => info!(method, key, micros, "method not allowed"),
            Outcome::Failed(error) => {
                let cause = std::error::Error::source(error).map(tracing::field::display);
                error!(method, key, micros, %error, cause, "failed");
            }
        }
    }
}

const fn word(found: &Found) -> &'static str {
    match found.got {
        Got::Object(_) => "served",
        Got::NotModified(_) => "not modified",
        Got::PreconditionFailed(_) => "precondition failed",
        Got::Unsatisfiable(_) => "range not satisfiable",
    }
}
