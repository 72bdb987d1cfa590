//! [`Listening`]: connections, from the first to the last.

mod connection;
mod response;

mod activity;
mod io;
mod pace;
mod streams;
mod workers;

use std::fmt;
use std::io as std_io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time;
use tracing::{error, info, warn};

use self::connection::Connection;
use self::response::Limited;
use self::workers::Workers;
use crate::{Gateway, GatewayError, GatewayErrorKind, Limits, Origin, Router};

pub(crate) async fn bind(gateway: Gateway) -> Result<Listening, GatewayError> {
    let address = gateway.config().listen;
    let failed = |error: std_io::Error| {
        let message = format!("failed to listen on `{address}`: {error}");
        GatewayError::new(GatewayErrorKind::Listen, message).with_source(error)
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let origin = gateway.config().public_url.clone().unwrap_or_else(|| Origin::of_listener(address));
    Ok(Listening { gateway, listener, address, origin, workers: None })
}

/// A gateway that listens: connections wait until [`serve`](Self::serve) takes them.
pub struct Listening {
    gateway: Gateway,
    listener: TcpListener,
    address: SocketAddr,
    origin: Origin,
    workers: Option<NonZeroUsize>,
}

impl Listening {
    /// Returns the gateway.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Returns the address listened on, with the port that was picked.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Returns the origin that links begin with: the public URL, else that of this listener.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Serves connections on so many threads of their own, rather than in the runtime that [`serve`](Self::serve) runs in:
    /// faster, if there are as many as cores.
    #[must_use]
    pub fn with_workers(mut self, count: NonZeroUsize) -> Self {
        self.workers = Some(count);
        self
    }

    /// Serves until `shutdown` is done, then takes no more connections, lets what is under way finish for at most
    /// [`drain_timeout`](crate::Limits::drain_timeout), and closes the rest.
    ///
    /// At most [`max_connections`](crate::Limits::max_connections) are served at once. Others wait in the listen queue
    /// of the system: none is refused, and each of those served ends by its limits.
    ///
    /// # Errors
    /// The [workers](Self::with_workers) could not be started. A connection that fails, or a request whose handling
    /// panics, ends alone.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send) -> Result<(), GatewayError> {
        let limits = Arc::new(self.gateway.config().limits.clone());
        let workers =
            self.workers.map_or_else(|| Ok(Workers::default()), Workers::start).map_err(|error| {
                let message = format!("failed to start threads: {error}");
                GatewayError::new(GatewayErrorKind::Listen, message).with_source(error)
            })?;
        run(self.listener, &workers, self.gateway.router(), &limits, shutdown).await;
        self.gateway.settled().await;
        Ok(())
    }
}

async fn run(
    listener: TcpListener,
    workers: &Workers,
    router: &Router,
    limits: &Arc<Limits>,
    shutdown: impl Future<Output = ()>,
) {
    let room = Arc::new(Semaphore::new(usize::try_from(limits.max_connections).unwrap_or(usize::MAX)));
    let responses = Arc::new(Semaphore::new(usize::try_from(limits.max_responses).unwrap_or(usize::MAX)));
    let (ending, _) = watch::channel(());
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => report(ended),
            (stream, permit) = accept(&listener, &room) => {
                let service = Limited::new(router.clone(), Arc::clone(&responses));
                let connection = Connection::new(service, Arc::clone(limits), ending.subscribe());
                workers.spawn(&mut connections, stream, |stream| async move {
                    connection.serve(stream).await;
                    drop(permit);
                });
            }
        }
    }
    drop(listener);
    info!(open = connections.len(), "ending: no more connections are taken");
    drain(connections, ending, limits.drain_timeout).await;
}

/// Waits for room, then for a connection.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    /// What the system lacks (file descriptors, memory) does not come back at once.
    const PAUSE: Duration = Duration::from_millis(100);
    loop {
        let Ok(permit) = Arc::clone(room).acquire_owned().await else {
            return std::future::pending().await; // never closed
        };
        match listener.accept().await {
            Ok((stream, _)) => return (stream, permit),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                warn!(%error, "failed to accept a connection");
                time::sleep(PAUSE).await;
            }
        }
    }
}

/// Tells whether only the connection that was to be accepted is lost.
fn is_of_one_connection(error: &std_io::Error) -> bool {
    use std_io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        error!("a connection ended in a panic");
    }
}

async fn drain(mut connections: JoinSet<()>, ending: watch::Sender<()>, patience: Duration) {
    ending.send_replace(());
    let all_ended = async {
        while let Some(ended) = connections.join_next().await {
            report(ended);
        }
    };
    if time::timeout(patience, all_ended).await.is_err() {
        warn!(open = connections.len(), "closing connections that did not end in time");
        connections.shutdown().await;
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening")
            .field("address", &self.address)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
