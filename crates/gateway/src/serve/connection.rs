//! [`Connection`]: one client, served under the limits.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use download::{ResponseBody, ResponseFuture};
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time;
use tower_service::Service as _;
use tracing::{debug, info};

use super::activity::{Activity, Ending, Open};
use super::io::PacedIo;
use super::pace::unsent_limit;
use super::streams::{self, StreamExecutor, Turn};
use crate::{Limits, Router};

/// One client's connection.
pub(crate) struct Connection {
    router: Router,
    limits: Arc<Limits>,
    ending: watch::Receiver<()>,
}

impl Connection {
    pub(crate) fn new(router: Router, limits: Arc<Limits>, ending: watch::Receiver<()>) -> Self {
        Self { router, limits, ending }
    }

    /// Serves until the client or the gateway ends the connection, or a limit does.
    pub(crate) async fn serve(mut self, stream: TcpStream) {
        if let Err(error) = prepare(&stream, &self.limits) {
            debug!(%error, "failed to set up a connection"); // its client has gone
            return;
        }
        let activity = Activity::new(Arc::clone(&self.limits));
        let io = TokioIo::new(PacedIo::new(stream, &self.limits, Arc::clone(&activity)));
        let service = Tracked { router: self.router, activity: Arc::clone(&activity) };
        let builder = builder(&self.limits);
        let connection = builder.serve_connection(io, service);
        tokio::pin!(connection);
        let mut told_to_end = false;
        loop {
            tokio::select! {
                biased;
                ended = connection.as_mut() => return report(ended),
                ending = activity.ending() => match ending {
                    Ending::AtOnce => return info!("closing a connection: no request in time"),
                    Ending::Gracefully => break,
                },
                _ = self.ending.changed(), if !told_to_end => {
                    told_to_end = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
        connection.as_mut().graceful_shutdown();
        // A request that crossed with our farewell is answered still.
        time::timeout(self.limits.idle_timeout, connection)
            .await
            .map_or_else(|_| info!("closing an idle connection"), report);
    }
}

fn prepare(stream: &TcpStream, limits: &Limits) -> io::Result<()> {
    stream.set_nodelay(true)?;
    SockRef::from(stream).set_tcp_notsent_lowat(unsent_limit(limits))
}

fn builder(limits: &Arc<Limits>) -> auto::Builder<StreamExecutor> {
    let header_size = u32::try_from(limits.max_header_size).unwrap_or(u32::MAX);
    let in_memory = usize::try_from(limits.max_header_size).unwrap_or(usize::MAX);
    let mut builder = auto::Builder::new(StreamExecutor::new(Arc::clone(limits)));
    builder
        .http1()
        .timer(TokioTimer::new())
        // Hyper's own timeout would count the time between requests too: `Activity` has both.
        .header_read_timeout(None)
        .max_headers(usize::try_from(limits.max_headers).unwrap_or(usize::MAX))
        .max_buf_size(in_memory);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.max_streams)
        .max_header_list_size(header_size)
        // What a stream may hold in memory for a client that does not take it.
        .max_send_buf_size(64 << 10);
    builder
}

fn report(ended: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = ended {
        let cause = error.source().map(tracing::field::display);
        info!(%error, cause, "a connection broke");
    }
}

/// The router, with each request noted while it is open.
struct Tracked {
    router: Router,
    activity: Arc<Activity>,
}

impl hyper::service::Service<Request<Incoming>> for Tracked {
    type Response = Response<TrackedBody>;
    type Error = Infallible;
    type Future = TrackedFuture;

    fn call(&self, request: Request<Incoming>) -> TrackedFuture {
        let open = Some(self.activity.begin(request.version()));
        TrackedFuture { answer: self.router.clone().call(request), open }
    }
}

struct TrackedFuture {
    answer: ResponseFuture,
    open: Option<Open>,
}

impl Future for TrackedFuture {
    type Output = Result<Response<TrackedBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        streams::note(Turn::Ours);
        let response = ready!(Pin::new(&mut self.answer).poll(cx))?;
        streams::note(Turn::Clients(0));
        let open = self.open.take();
        Poll::Ready(Ok(response.map(|body| TrackedBody { body, _open: open })))
    }
}

/// A response's body, with its request noted as open until it is dropped.
struct TrackedBody {
    body: ResponseBody,
    _open: Option<Open>,
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = store::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        streams::note(Turn::Ours);
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        let bytes = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
            _ => 0,
        };
        streams::note(Turn::Clients(bytes));
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
