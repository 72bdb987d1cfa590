//! [`Connection`]: one client, served under the limits.

use std::io;
use std::sync::Arc;

use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time;
use tracing::{debug, info};

use super::activity::{Activity, Ending};
use super::io::PacedIo;
use super::pace::unsent_limit;
use super::response::Limited;
use super::streams::StreamExecutor;
use crate::Limits;

/// One client's connection.
pub(crate) struct Connection {
    service: Limited,
    limits: Arc<Limits>,
    ending: watch::Receiver<()>,
}

impl Connection {
    pub(crate) fn new(service: Limited, limits: Arc<Limits>, ending: watch::Receiver<()>) -> Self {
        Self { service, limits, ending }
    }

    /// Serves until the client or the gateway ends the connection, or a limit does.
    pub(crate) async fn serve(mut self, stream: TcpStream) {
        if let Err(error) = prepare(&stream, &self.limits) {
            debug!(%error, "failed to set up a connection"); // its client has gone
            return;
        }
        let activity = Activity::new(Arc::clone(&self.limits));
        let io = TokioIo::new(PacedIo::new(stream, &self.limits, Arc::clone(&activity)));
        let service = self.service.of_connection(Arc::clone(&activity));
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

/// How many header lines hyper takes when nothing is said.
const HYPER_MAX_HEADERS: u32 = 100;

fn builder(limits: &Arc<Limits>) -> auto::Builder<StreamExecutor> {
    let header_size = u32::try_from(limits.max_header_size).unwrap_or(u32::MAX);
    let in_memory = usize::try_from(limits.max_header_size).unwrap_or(usize::MAX);
    let mut builder = auto::Builder::new(StreamExecutor::new(Arc::clone(limits)));
    builder
        .http1()
        .timer(TokioTimer::new())
        // Hyper's own timeout would count the time between requests too: `Activity` has both.
        .header_read_timeout(None)
        .max_buf_size(in_memory);
    // Hyper parses its own default of lines on the stack, and any number that is set, even this one, on the heap.
    if limits.max_headers != HYPER_MAX_HEADERS {
        builder.http1().max_headers(usize::try_from(limits.max_headers).unwrap_or(usize::MAX));
    }
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
