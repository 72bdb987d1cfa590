//! [`PacedIo`]: a connection that breaks when its client stops taking.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::activity::Activity;
use super::pace::{Pace, TooSlow};
use crate::Limits;

/// Passes bytes on, and fails with [`TimedOut`](io::ErrorKind::TimedOut) when the client takes less than it has to.
#[derive(Debug)]
pub(crate) struct PacedIo<S> {
    stream: S,
    deadline: Deadline,
    activity: Arc<Activity>,
}

impl<S> PacedIo<S> {
    pub(crate) fn new(stream: S, limits: &Limits, activity: Arc<Activity>) -> Self {
        Self { stream, deadline: Deadline::new(limits), activity }
    }

    fn written(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.deadline.took(bytes);
                self.activity.sent();
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.deadline.poll_too_slow(cx).map(|TooSlow| Err(too_slow())),
        }
    }
}

fn too_slow() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the client takes too little")
}

/// A [`Pace`] with an alarm.
#[derive(Debug)]
pub(crate) struct Deadline {
    pace: Pace,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { pace: Pace::new(limits), alarm: None }
    }

    pub(crate) fn took(&mut self, bytes: usize) {
        self.pace.took(Instant::now(), bytes);
    }

    /// Notes that the client is waited for; ready when that was in vain.
    pub(crate) fn poll_too_slow(&mut self, cx: &mut Context<'_>) -> Poll<TooSlow> {
        loop {
            let look_again = match self.pace.wait(Instant::now()) {
                Ok(at) => at,
                Err(too_slow) => return Poll::Ready(too_slow),
            };
            let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(look_again)));
            if alarm.deadline() != look_again {
                alarm.as_mut().reset(look_again);
            }
            ready!(alarm.as_mut().poll(cx));
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PacedIo<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buffer));
        if buffer.filled().len() > before {
            self.activity.received();
        }
        Poll::Ready(read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PacedIo<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
