//! [`Exhibit`]: one object behind the real service, with a date and size of the input's choosing.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use download::Download;
use futures_util::{FutureExt, stream};
use http::{Request, Response, StatusCode, header, request};
use http_body_util::BodyExt;
use links::Clock;
use object_key::{ObjectKey, Prefix};
use store::{
    Abilities, BoxStream, CopyOptions, ETag, Entry, Error, ErrorKind, Fut, Get, Got, List, Metadata,
    Operation, PutOptions, Store, Upload, When, Written,
};
use token_hmac::{Audience, KeyId, KeyRing, Passes, Purpose, Secret};
use tower_service::Service;

/// The opaque text of the object's entity tag.
pub(crate) const TAG: &str = "v1";

/// The last second that an HTTP date can say.
pub(crate) const LAST_SECOND: u64 = 253_402_300_799;

/// An object of the bytes 0, 1, 2 and so on, modified so many seconds after 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exhibit {
    pub(crate) size: u8,
    pub(crate) modified: u64,
}

/// What a client sees.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_range: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Exhibit {
    pub(crate) fn content(self) -> Vec<u8> {
        (0..self.size).collect()
    }

    /// Sends a request with these fields to a service that hands out the object to everyone.
    pub(crate) fn answer(self, request: request::Builder) -> Answer {
        let request: Request<()> =
            request.uri("/exhibit").body(()).expect("fields that are none are not added");
        let Ok(response) = service(self).call(request).now_or_never().expect("nothing waits");
        let (parts, body) = Response::into_parts(response);
        let body = body.collect().now_or_never().expect("nothing waits").expect("the body is whole");
        let content_range = parts.headers.get(header::CONTENT_RANGE);
        let content_range = content_range.map(|value| value.to_str().expect("is ASCII").to_owned());
        Answer { status: parts.status, content_range, body: body.to_bytes().to_vec() }
    }
}

fn service(exhibit: Exhibit) -> Download {
    let ring = KeyRing::new(KeyId::parse("fuzz").expect("is one"), Secret::new([7; 32]).expect("is one"));
    let passes = Passes::new(&ring, Purpose::Download, &Audience::new("/").expect("is one"));
    let clock = Clock::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(LAST_SECOND));
    Download::new(exhibit, passes).with_public(Prefix::root()).with_clock(clock)
}

impl Store for Exhibit {
    fn get<'a>(&'a self, _: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(self.modified);
        let metadata = Metadata::new(self.size.into(), ETag::new(TAG).expect("is one"), modified);
        let content = Bytes::from(self.content());
        let at = |position: u64| usize::try_from(position).expect("is small");
        let got = Got::from_plan(ask.plan(&metadata), metadata, |part| {
            content.slice(at(part.start)..at(part.end)).into()
        });
        Box::pin(async { Ok(got) })
    }

    fn begin<'a>(&'a self, _: &'a ObjectKey, _: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        unsupported(Operation::Put)
    }

    fn delete<'a>(&'a self, _: &'a ObjectKey, _: When) -> Fut<'a, ()> {
        unsupported(Operation::Delete)
    }

    fn copy<'a>(&'a self, _: &'a ObjectKey, _: &'a ObjectKey, _: CopyOptions) -> Fut<'a, Written> {
        unsupported(Operation::Copy)
    }

    fn list(&self, _: List) -> BoxStream<'_, Result<Entry, Error>> {
        Box::pin(stream::empty())
    }

    fn abilities(&self) -> Abilities {
        Abilities::all()
    }
}

fn unsupported<'a, T: Send + 'a>(operation: Operation) -> Fut<'a, T> {
    Box::pin(async move { Err(Error::new(ErrorKind::Unsupported, operation)) })
}
