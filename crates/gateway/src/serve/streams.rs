//! HTTP/2 streams: each is watched alone, for a proxy sends those of many people over one connection.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use hyper::rt::Executor;
use pin_project_lite::pin_project;
use tracing::info;

use super::io::Deadline;
use crate::Limits;

/// Runs the futures of streams, and drops (resets) those whose clients take too little.
///
/// A stream whose flow-control window stays shut is not seen on the connection, which may be busy with others; and
/// while it waits, nothing of ours is polled but this.
#[derive(Debug, Clone)]
pub(crate) struct StreamExecutor {
    limits: Arc<Limits>,
}

impl StreamExecutor {
    pub(crate) fn new(limits: Arc<Limits>) -> Self {
        Self { limits }
    }
}

impl<F> Executor<F> for StreamExecutor
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, stream: F) {
        tokio::spawn(Watched { stream, progress: Arc::new(Progress::new(&self.limits)) });
    }
}

pin_project! {
    struct Watched<F> {
        #[pin]
        stream: F,
        progress: Arc<Progress>,
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let polled = CURRENT.sync_scope(Arc::clone(this.progress), || this.stream.poll(cx));
        match polled {
            Poll::Ready(_) => Poll::Ready(()),
            Poll::Pending => this.progress.poll_too_slow(cx),
        }
    }
}

tokio::task_local! {
    /// The stream whose future is being polled.
    static CURRENT: Arc<Progress>;
}

/// Notes whose turn it is in the stream being polled. Outside of HTTP/2 there is none, and the connection is watched.
pub(crate) fn note(turn: Turn) {
    // Fails without a stream, which is no error.
    let _ = CURRENT.try_with(|progress| progress.note(turn));
}

/// Who has to act for a stream to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The store.
    Ours,
    /// The client, which took this many bytes.
    Clients(usize),
}

#[derive(Debug)]
struct Progress(Mutex<Watch>);

#[derive(Debug)]
struct Watch {
    deadline: Deadline,
    turn: Turn,
}

impl Progress {
    fn new(limits: &Limits) -> Self {
        Self(Mutex::new(Watch { deadline: Deadline::new(limits), turn: Turn::Ours }))
    }

    fn note(&self, turn: Turn) {
        let mut watch = self.watch();
        let taken = if let Turn::Clients(bytes) = turn { bytes } else { 0 };
        watch.deadline.took(taken);
        watch.turn = turn;
    }

    fn poll_too_slow(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut watch = self.watch();
        if watch.turn == Turn::Ours {
            return Poll::Pending; // woken by the store
        }
        watch.deadline.poll_too_slow(cx).map(|_| info!("closing a stream: the client takes too little"))
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
