//! From an [`Outcome`] to a response.

use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use http::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap,
    LAST_MODIFIED, RETRY_AFTER,
};
use http::{HeaderValue, Method, Response, StatusCode};
use object_key::ObjectKey;
use store::{ETag as Tag, ErrorKind, Got, Metadata, Object};

use crate::outcome::{Found, Outcome};
use crate::{HeaderPolicy, ResponseBody, header_policy};

/// Renders an outcome. `key` is known whenever an object was found.
pub(crate) fn response(
    method: &Method,
    outcome: Outcome,
    key: Option<&ObjectKey>,
    policy: &HeaderPolicy,
    now: SystemTime,
) -> Response<ResponseBody> {
    let mut response = match (outcome, key) {
        (Outcome::Found(found), Some(key)) => answer(*found, key, policy, now),
        (Outcome::Found(_) | Outcome::Refused(_), _) => refusal(StatusCode::NOT_FOUND, "Not found\n"),
        (Outcome::Options, _) => with_methods(assemble(StatusCode::NO_CONTENT, HeaderMap::new())),
        (Outcome::MethodNotAllowed, _) => {
            with_methods(refusal(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed\n"))
        }
        (Outcome::Failed(error), _) => failure(error.kind()),
    };
    HeaderPolicy::common(response.headers_mut());
    if *method == Method::HEAD {
        *response.body_mut() = ResponseBody::empty();
    }
    response
}

/// Answers about an object: the same validators and sharing on 200, 206, 304, 412 and 416.
fn answer(found: Found, key: &ObjectKey, policy: &HeaderPolicy, now: SystemTime) -> Response<ResponseBody> {
    let Found { got, permit } = found;
    let metadata = got.metadata();
    let mut headers = HeaderMap::with_capacity(16);
    validators(&mut headers, metadata, now);
    policy.sharing(&mut headers, &permit, &metadata.attributes, now);
    match got {
        Got::Object(object) => {
            header_policy::describe(&mut headers, key, &permit, &object.metadata.attributes);
            content(object, headers)
        }
        Got::NotModified(_) => assemble(StatusCode::NOT_MODIFIED, headers),
        Got::PreconditionFailed(_) => without_content(StatusCode::PRECONDITION_FAILED, headers),
        Got::Unsatisfiable(metadata) => {
            headers.extend(content_range(None, metadata.size).map(|value| (CONTENT_RANGE, value)));
            without_content(StatusCode::RANGE_NOT_SATISFIABLE, headers)
        }
    }
}

/// Says that the content is empty, which a server would otherwise add to the answer to GET and not to that to HEAD.
fn without_content(status: StatusCode, mut headers: HeaderMap) -> Response<ResponseBody> {
    headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
    assemble(status, headers)
}

/// Sends an object, or the part of it that was asked for.
fn content(object: Object, mut headers: HeaderMap) -> Response<ResponseBody> {
    let Object { metadata, part, body } = object;
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let (status, length) = match &part {
        None => (StatusCode::OK, metadata.size),
        Some(part) => (StatusCode::PARTIAL_CONTENT, part.end.saturating_sub(part.start)),
    };
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    let range = part.and_then(|part| content_range(Some(part), metadata.size));
    headers.extend(range.map(|value| (CONTENT_RANGE, value)));
    let mut response = assemble(status, headers);
    *response.body_mut() = ResponseBody::object(body, length);
    response
}

/// `Content-Range` of RFC 9110 §14.4: the part sent, or only the size where none can be.
fn content_range(part: Option<Range<u64>>, size: u64) -> Option<HeaderValue> {
    let text = match part {
        Some(part) => format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1)),
        None => format!("bytes */{size}"),
    };
    HeaderValue::try_from(text).ok()
}

fn validators(headers: &mut HeaderMap, metadata: &Metadata, now: SystemTime) {
    headers.extend(quoted(&metadata.etag).map(|value| (ETAG, value)));
    headers.extend(last_modified(metadata.modified, now).map(|value| (LAST_MODIFIED, value)));
}

/// Writes a tag as its `Display` does, without the machinery of formatting: every response has one.
fn quoted(tag: &Tag) -> Option<HeaderValue> {
    HeaderValue::try_from([b"\"", tag.as_str().as_bytes(), b"\""].concat()).ok()
}

/// Shows a second that is over: while it lasts, another version may get the same date, and a client would take the one
/// for the other (RFC 9110 §8.8.2.2). A time ahead of us (§8.8.2.1) or beyond an HTTP date is left out likewise.
fn last_modified(modified: SystemTime, now: SystemTime) -> Option<HeaderValue> {
    const YEAR_10000: u64 = 253_402_300_800;
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).map(|since| since.as_secs()).ok();
    let is_over = seconds(modified)? < seconds(now)?.min(YEAR_10000);
    let shown = is_over.then(|| httpdate::fmt_http_date(modified))?;
    HeaderValue::try_from(shown).ok()
}

/// Says nothing beyond the status: every refusal of one status is the same, byte for byte (S39).
fn refusal(status: StatusCode, text: &'static str) -> Response<ResponseBody> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(text.len()));
    let mut response = assemble(status, headers);
    *response.body_mut() = ResponseBody::text(text);
    response
}

fn failure(kind: ErrorKind) -> Response<ResponseBody> {
    match kind {
        ErrorKind::Unavailable | ErrorKind::Exhausted => {
            let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, "Try again later\n");
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
            response
        }
        _ => refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal error\n"),
    }
}

fn with_methods(mut response: Response<ResponseBody>) -> Response<ResponseBody> {
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
    response
}

fn assemble(status: StatusCode, headers: HeaderMap) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::empty());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
