//! A mount with a clock that stands still, and a client that checks what holds for every response.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use download::Download;
use futures_util::FutureExt;
use http::header::{CONTENT_LENGTH, HeaderMap, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS};
use http::{Method, Request, request};
use http_body_util::BodyExt;
use links::{BaseUrl, Clock, LinkOptions, PassLinks};
use object_key::{ObjectKey, Prefix};
use token_hmac::{Audience, KeyId, KeyRing, Overrides, PassSpec, Passes, Purpose, Secret};
use tower_service::Service;

use crate::shelf::{Shelf, item};

pub(crate) const NOW: u64 = 1_767_225_600; // Thu, 01 Jan 2026 00:00:00 GMT
pub(crate) const MODIFIED: u64 = 1_764_547_200; // Mon, 01 Dec 2025 00:00:00 GMT
pub(crate) const HOUR: Duration = Duration::from_hours(1);

/// What is fixed by a pass when nothing is.
pub(crate) const NO_OVERRIDES: Overrides<'static> =
    Overrides { content_type: None, content_disposition: None, content_language: None, cache_control: None };

pub(crate) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

pub(crate) fn passes_for(secret: u8, purpose: Purpose, audience: &str) -> Passes {
    let ring = KeyRing::new(KeyId::parse("2026-11").unwrap(), Secret::new([secret; 32]).unwrap());
    Passes::new(&ring, purpose, &Audience::new(audience).unwrap())
}

pub(crate) fn passes() -> Passes {
    passes_for(7, Purpose::Download, "media")
}

pub(crate) fn base() -> BaseUrl {
    BaseUrl::parse("https://media.example.com/media/").unwrap()
}

pub(crate) fn still() -> Clock {
    Clock::new(|| at(NOW))
}

/// A mount at `/media/` over `shelf`, with `public/` for everyone.
pub(crate) fn mount(shelf: &Shelf) -> Download {
    Download::new(shelf.clone(), passes())
        .with_mount(&base())
        .with_public(Prefix::parse("public/").unwrap())
        .with_clock(still())
}

/// A shelf with something private and something public.
pub(crate) fn shelf() -> Shelf {
    Shelf::default()
        .with("secret.txt", item("the secret", "text/plain"))
        .with("public/logo.png", item("the logo", "image/png"))
}

pub(crate) fn link_with(name: &str, options: &LinkOptions) -> String {
    let links = PassLinks::new(base(), passes()).with_clock(still());
    let url = links.object(&key(name), options).unwrap();
    url.expose().strip_prefix("https://media.example.com").unwrap().to_owned()
}

/// The path and query of a link to an object, good for an hour.
pub(crate) fn link(name: &str) -> String {
    link_with(name, &LinkOptions::lasting(HOUR))
}

/// A pass minted by hand, for an hour.
pub(crate) fn pass(spec: &PassSpec<'_>) -> String {
    passes().mint(spec, at(NOW) + HOUR, at(NOW)).unwrap().expose().to_owned()
}

pub(crate) fn get(uri: &str) -> request::Builder {
    Request::get(uri)
}

pub(crate) fn head(uri: &str) -> request::Builder {
    Request::head(uri)
}

/// What a client sees; the reason why a body broke off is for the test alone.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Result<Bytes, store::Error>,
}

impl Reply {
    /// Returns the only line of a field, or an empty text.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.headers.get_all(name).iter();
        let line = lines.next().map_or("", |line| line.to_str().unwrap());
        assert!(lines.next().is_none(), "`{name}` has several lines");
        line
    }

    #[track_caller]
    pub(crate) fn bytes(&self) -> &[u8] {
        self.body.as_ref().expect("the body is whole")
    }

    /// Asserts that a client cannot tell this response from another, byte for byte.
    #[track_caller]
    pub(crate) fn assert_same(&self, other: &Self, context: &str) {
        assert_eq!(
            (self.status, &self.headers, self.bytes()),
            (other.status, &other.headers, other.bytes()),
            "{context}"
        );
    }
}

/// Sends a request to a service that never waits.
#[track_caller]
pub(crate) fn send(service: &Download, request: request::Builder) -> Reply {
    let request = request.body(()).unwrap();
    let method = request.method().clone();
    let Ok(response) = service.clone().call(request).now_or_never().expect("the shelf never waits");
    let (parts, body) = response.into_parts();
    let body = body.collect().now_or_never().expect("the body never waits");
    let reply = Reply {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: body.map(http_body_util::Collected::to_bytes),
    };
    check_always(&method, &reply);
    reply
}

/// Checks what holds for every response of every test.
#[track_caller]
fn check_always(method: &Method, reply: &Reply) {
    assert_eq!(reply.header(X_CONTENT_TYPE_OPTIONS.as_str()), "nosniff");
    assert_eq!(reply.header(REFERRER_POLICY.as_str()), "no-referrer");
    assert!(!reply.headers.contains_key(SET_COOKIE), "S30");
    if let (Ok(body), Some(length)) = (&reply.body, reply.headers.get(CONTENT_LENGTH)) {
        let expected = if *method == Method::HEAD { 0 } else { length.to_str().unwrap().parse().unwrap() };
        assert_eq!(body.len(), expected, "a body of the announced length, and none for HEAD");
    }
}

/// The uniform refusal, as every test expects it.
#[track_caller]
pub(crate) fn assert_refused(reply: &Reply, context: &str) {
    let refusal = send(&mount(&Shelf::default()), get("/media/no-such-thing"));
    assert_eq!(refusal.status, 404);
    reply.assert_same(&refusal, context);
}
