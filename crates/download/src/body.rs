//! [`ResponseBody`]: what the service answers with.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};

/// The body of a response: an object, a part of one, a short text, or nothing.
///
/// It fails rather than end early or run over, so that the connection breaks and no client takes a piece for the
/// whole (S49).
pub struct ResponseBody {
    source: Source,
    left: u64,
}

enum Source {
    Chunk(Option<Bytes>),
    Stream(store::Body),
}

/// A body without bytes.
impl Default for ResponseBody {
    fn default() -> Self {
        Self::empty()
    }
}

impl ResponseBody {
    /// Returns a body without bytes.
    pub(crate) const fn empty() -> Self {
        Self { source: Source::Chunk(None), left: 0 }
    }

    /// Returns a short text.
    pub(crate) const fn text(text: &'static str) -> Self {
        let bytes = Bytes::from_static(text.as_bytes());
        #[expect(clippy::as_conversions, reason = "usize fits u64 on every platform with std; const context")]
        let left = text.len() as u64;
        Self { source: Source::Chunk(Some(bytes)), left }
    }

    /// Returns `length` bytes of an object, whatever the store made of them.
    pub(crate) fn object(body: store::Body, length: u64) -> Self {
        let source = body.exactly(length).into_chunk().map_or_else(Source::Stream, Source::Chunk);
        Self { source, left: length }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = store::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let item = match &mut self.source {
            Source::Chunk(chunk) => chunk.take().map(Ok),
            Source::Stream(body) => ready!(Pin::new(body).poll_next(cx)),
        };
        if let Some(Ok(chunk)) = &item {
            let sent = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            self.left = self.left.saturating_sub(sent);
        }
        if let Some(Err(error)) = &item {
            // The request's own event said "served" when the body began: what broke off must not pass in silence.
            let cause = std::error::Error::source(error).map(tracing::field::display);
            tracing::error!(%error, cause, bytes_left = self.left, "broke off");
        }
        Poll::Ready(item.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.source, Source::Chunk(None))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

// SECURITY: neither the bytes nor anything else of a private object belongs in a log.
impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseBody({} bytes left)", self.left)
    }
}
