//! [`Limited`]: the router, with every response counted from its request to its last byte.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use download::ResponseBody;
use http::header::HOST;
use http::{HeaderMap, Request, Response, StatusCode, Version};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_service::Service as _;

use super::activity::{Activity, Open};
use super::streams::{self, Turn};
use crate::Router;

/// The router, with so many responses open at once as there are permits; further requests wait.
#[derive(Debug, Clone)]
pub(crate) struct Limited {
    router: Router,
    responses: Arc<Semaphore>,
}

impl Limited {
    pub(crate) fn new(router: Router, responses: Arc<Semaphore>) -> Self {
        Self { router, responses }
    }

    /// Makes the service of one connection.
    pub(crate) fn of_connection(self, activity: Arc<Activity>) -> Tracked {
        Tracked { limited: self, activity }
    }

    async fn answer(mut self, request: Request<Incoming>, open: Open) -> Response<TrackedBody> {
        streams::note(Turn::Ours);
        // The semaphore is never closed: there always is a permit.
        let permit = self.responses.acquire_owned().await.ok();
        let last_byte = match request.version() {
            Version::HTTP_2 => LastByte::Apart,
            _ => LastByte::WithTheRest,
        };
        let response = match request.version() {
            Version::HTTP_11 if !names_one_host(request.headers()) => bad_request(),
            _ => self.router.call(request).await.unwrap_or_else(|never| match never {}),
        };
        streams::note(Turn::Clients(0));
        response.map(|body| TrackedBody { body, last_byte, last: None, _open: open, _permit: permit })
    }
}

/// Tells whether a request names one host, as HTTP/1.1 demands (RFC 9112 §3.2). Which one decides nothing (S31).
fn names_one_host(fields: &HeaderMap) -> bool {
    let mut hosts = fields.get_all(HOST).iter();
    hosts.next().is_some() && hosts.next().is_none()
}

fn bad_request() -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::default());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// The service of a connection, with each request noted while it is open.
#[derive(Debug)]
pub(crate) struct Tracked {
    limited: Limited,
    activity: Arc<Activity>,
}

impl hyper::service::Service<Request<Incoming>> for Tracked {
    type Response = Response<TrackedBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let open = self.activity.begin(request.version());
        let limited = self.limited.clone();
        Box::pin(async { Ok(limited.answer(request, open).await) })
    }
}

/// A response's body. Until it is dropped its request is open and its permit taken.
pub(crate) struct TrackedBody {
    body: ResponseBody,
    last_byte: LastByte,
    /// The last byte, held back.
    last: Option<Bytes>,
    _open: Open,
    _permit: Option<OwnedSemaphorePermit>,
}

/// How the last byte of a body is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LastByte {
    /// In one piece with what is before it.
    WithTheRest,
    /// Alone.
    // SECURITY: HTTP/2 forgets a body with its last chunk, however long its client keeps the window shut; what lies there
    // would be neither counted nor watched (S29). The last byte is asked for only when the window has taken all the rest,
    // and no client has to open its window wider for it than for the body.
    Apart,
}

impl TrackedBody {
    /// Holds the last byte back, if this chunk has it.
    fn hold_last_byte(&mut self, mut chunk: Bytes) -> Bytes {
        let most = chunk.len().saturating_sub(1);
        if most > 0 && self.last_byte == LastByte::Apart && self.body.is_end_stream() {
            // Copied, for a part would keep the whole chunk in memory.
            self.last = Some(Bytes::copy_from_slice(&chunk.split_off(most)));
        }
        chunk
    }
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = store::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        streams::note(Turn::Ours);
        let frame = match self.last.take() {
            Some(last) => Some(Ok(Frame::data(last))),
            None => ready!(Pin::new(&mut self.body).poll_frame(cx))
                .map(|frame| frame.map(|frame| frame.map_data(|chunk| self.hold_last_byte(chunk)))),
        };
        let bytes = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
            _ => 0,
        };
        streams::note(Turn::Clients(bytes));
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.last.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let held_back = u64::from(self.last.is_some());
        match self.body.size_hint().exact() {
            Some(left) => SizeHint::with_exact(left.saturating_add(held_back)),
            None => SizeHint::default(),
        }
    }
}
