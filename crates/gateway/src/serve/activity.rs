//! [`Activity`]: what a connection is doing, so that one that does nothing can be ended.

use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, ready};

use http::Version;
use tokio::time::{Instant, sleep_until};

use crate::Limits;

/// What a connection is doing: reading the head of a request, answering, or nothing.
#[derive(Debug)]
pub(crate) struct Activity {
    state: Mutex<State>,
    limits: Arc<Limits>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    open: usize,
    framing: Framing,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    /// A request is expected (the first one) or its head has begun.
    Head { since: Instant },
    /// Requests are open. Their pace is watched elsewhere.
    Busy,
    /// Nothing is asked and nothing is left to send.
    Idle { since: Instant },
}

/// Whether bytes without an open request are the head of one (HTTP/1) or may be anything (HTTP/2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Heads,
    Frames,
}

/// How a connection that does nothing is to be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It took too long over a head: nobody waits for an answer.
    AtOnce,
    /// It was idle: a request may be on its way.
    Gracefully,
}

impl Activity {
    /// Begins with a new connection.
    pub(crate) fn new(limits: Arc<Limits>) -> Arc<Self> {
        let phase = Phase::Head { since: Instant::now() };
        Arc::new(Self { state: Mutex::new(State { phase, open: 0, framing: Framing::Heads }), limits })
    }

    /// Notes a request, which is open until the returned value is dropped.
    pub(crate) fn begin(self: &Arc<Self>, version: Version) -> Open {
        let mut state = self.state();
        state.open = state.open.saturating_add(1);
        state.phase = Phase::Busy;
        if version == Version::HTTP_2 {
            state.framing = Framing::Frames;
        }
        Open(Arc::clone(self))
    }

    /// Notes that bytes came.
    pub(crate) fn received(&self) {
        let mut state = self.state();
        if state.framing == Framing::Heads && matches!(state.phase, Phase::Idle { .. }) {
            state.phase = Phase::Head { since: Instant::now() };
        }
    }

    /// Notes that bytes went: the end of a response may go on long after its last byte was read from the store.
    pub(crate) fn sent(&self) {
        let mut state = self.state();
        if state.framing == Framing::Heads && matches!(state.phase, Phase::Idle { .. }) {
            state.phase = Phase::Idle { since: Instant::now() };
        }
    }

    /// Waits until the connection did nothing for too long.
    ///
    /// It is to be polled by the task that reads: whenever bytes come it looks whether they have set an earlier deadline.
    pub(crate) async fn ending(&self) -> Ending {
        let alarm = sleep_until(Instant::now());
        tokio::pin!(alarm);
        future::poll_fn(|cx| {
            loop {
                let (deadline, ending) = self.deadline();
                if let Some(ending) = ending.filter(|_| deadline <= Instant::now()) {
                    return Poll::Ready(ending);
                }
                // A deadline that moved away is set when the alarm goes off: it does so for each request.
                if deadline < alarm.deadline() || alarm.is_elapsed() {
                    alarm.as_mut().reset(deadline);
                }
                ready!(alarm.as_mut().poll(cx));
            }
        })
        .await
    }

    /// Returns when to look again and, unless it is at work, how the connection ends then.
    fn deadline(&self) -> (Instant, Option<Ending>) {
        let Limits { header_timeout, idle_timeout, .. } = *self.limits;
        match self.state().phase {
            Phase::Head { since } => (since + header_timeout, Some(Ending::AtOnce)),
            Phase::Idle { since } => (since + idle_timeout, Some(Ending::Gracefully)),
            Phase::Busy => (Instant::now() + header_timeout.min(idle_timeout), None),
        }
    }

    fn end(&self) {
        let mut state = self.state();
        state.open = state.open.saturating_sub(1);
        if state.open == 0 {
            state.phase = Phase::Idle { since: Instant::now() };
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code that can panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open request.
#[derive(Debug)]
pub(crate) struct Open(Arc<Activity>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.end();
    }
}
