//! [`Workers`]: threads that serve connections, each with a runtime of its own.

use std::io;
use std::num::NonZeroUsize;
use std::sync::{Arc, mpsc};
use std::thread;

use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tracing::debug;

/// How many threads may wait for disks, for all workers together: what one runtime of tokio's has.
const WAITING_THREADS: usize = 512;

/// Where connections are served: by threads of their own, or in the caller's runtime.
///
/// A connection stays with its thread from the first byte to the last. A runtime that shares its work among threads
/// pays for that with every poll, and there are several to a request.
#[derive(Debug, Default)]
pub(crate) struct Workers(Vec<Worker>);

#[derive(Debug)]
struct Worker {
    runtime: Handle,
    /// One reference for each connection, and this one.
    connections: Arc<()>,
    /// Dropped, it ends the thread.
    _running: oneshot::Sender<()>,
}

impl Workers {
    /// Starts threads, which end when this is dropped.
    ///
    /// # Errors
    /// The system has no more threads or descriptors.
    pub(crate) fn start(count: NonZeroUsize) -> io::Result<Self> {
        let waiting_threads = WAITING_THREADS.div_ceil(count.get());
        (0..count.get()).map(|_| Worker::start(waiting_threads)).collect::<io::Result<_>>().map(Self)
    }

    /// Has a connection served by the worker that has the fewest.
    pub(crate) fn spawn<F>(
        &self,
        connections: &mut JoinSet<()>,
        stream: TcpStream,
        serve: impl FnOnce(TcpStream) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let Some(worker) = self.0.iter().min_by_key(|worker| Arc::strong_count(&worker.connections)) else {
            connections.spawn(serve(stream));
            return;
        };
        let counted = Arc::clone(&worker.connections);
        let moved = async move {
            // Each runtime watches its own sockets.
            match stream.into_std().and_then(TcpStream::from_std) {
                Ok(stream) => serve(stream).await,
                Err(error) => debug!(%error, "failed to hand over a connection"),
            }
            drop(counted);
        };
        connections.spawn_on(moved, &worker.runtime);
    }
}

impl Worker {
    fn start(waiting_threads: usize) -> io::Result<Self> {
        let (running, ended) = oneshot::channel();
        let (started, starting) = mpsc::channel();
        let work = move || match runtime(waiting_threads) {
            Ok(runtime) => {
                // The other end waits for it.
                let _ = started.send(Ok(runtime.handle().clone()));
                run(runtime, ended);
            }
            Err(error) => {
                let _ = started.send(Err(error));
            }
        };
        // The runtime is made over there: dropped in here, for want of a thread, it would panic.
        thread::Builder::new().name("hallpass-serve".to_owned()).spawn(work)?;
        let runtime = starting.recv().map_err(io::Error::other)??;
        Ok(Self { runtime, connections: Arc::default(), _running: running })
    }
}

fn runtime(waiting_threads: usize) -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().max_blocking_threads(waiting_threads).build()
}

fn run(runtime: Runtime, ended: oneshot::Receiver<()>) {
    // Nothing is ever sent: the other end is dropped.
    let _ = runtime.block_on(ended);
    // What still waits for a disk then waits for nobody.
    runtime.shutdown_background();
}
