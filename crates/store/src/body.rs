//! [`Body`]: the bytes of an object, as they come.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use crate::{BoxStream, Error, ErrorKind, Operation};

/// A stream of [`Bytes`]; chunks are never empty.
pub struct Body(Source);

enum Source {
    Chunk(Option<Bytes>),
    Stream(BoxStream<'static, Result<Bytes, Error>>),
    Exact { stream: BoxStream<'static, Result<Bytes, Error>>, left: u64 },
}

impl Body {
    /// Returns a body without bytes.
    pub const fn empty() -> Self {
        Self(Source::Chunk(None))
    }

    /// Returns a body that reads from a stream.
    pub fn from_stream(stream: impl Stream<Item = Result<Bytes, Error>> + Send + 'static) -> Self {
        Self(Source::Stream(Box::pin(stream)))
    }

    /// Makes the body fail rather than yield more or fewer than `length` bytes.
    #[must_use]
    pub fn exactly(self, length: u64) -> Self {
        match self.0 {
            Source::Chunk(chunk) if byte_count(chunk.as_ref()) == length => Self(Source::Chunk(chunk)),
            Source::Exact { stream, left } if left == length => Self(Source::Exact { stream, left }),
            Source::Stream(stream) => Self(Source::Exact { stream, left: length }),
            other => Self(Source::Exact { stream: Box::pin(Self(other)), left: length }),
        }
    }

    /// Takes the whole body if it is here already, in one chunk (or none).
    ///
    /// # Errors
    /// Gives the body back when it is a stream.
    pub fn into_chunk(self) -> Result<Option<Bytes>, Self> {
        match self.0 {
            Source::Chunk(chunk) => Ok(chunk),
            stream => Err(Self(stream)),
        }
    }
}

fn byte_count(chunk: Option<&Bytes>) -> u64 {
    chunk.map_or(0, |chunk| u64::try_from(chunk.len()).unwrap_or(u64::MAX))
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Source::Chunk((!bytes.is_empty()).then_some(bytes)))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl Stream for Body {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Source::Chunk(chunk) => Poll::Ready(chunk.take().map(Ok)),
            Source::Stream(stream) => poll_chunk(stream, cx),
            Source::Exact { stream, left } => {
                let item = ready!(poll_chunk(stream, cx));
                let checked = check_length(item, left);
                if !matches!(checked, Some(Ok(_))) {
                    self.0 = Source::Chunk(None);
                }
                Poll::Ready(checked)
            }
        }
    }
}

fn poll_chunk(
    stream: &mut BoxStream<'static, Result<Bytes, Error>>,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Bytes, Error>>> {
    loop {
        match ready!(stream.as_mut().poll_next(cx)) {
            Some(Ok(chunk)) if chunk.is_empty() => {}
            item => return Poll::Ready(item),
        }
    }
}

/// Counts down the bytes left; a client must see a broken transfer, never a short or padded one (S49).
fn check_length(item: Option<Result<Bytes, Error>>, left: &mut u64) -> Option<Result<Bytes, Error>> {
    let mismatch =
        |detail: &str| Some(Err(Error::new(ErrorKind::LengthMismatch, Operation::Get).with_detail(detail)));
    match item {
        Some(Ok(chunk)) => match left.checked_sub(byte_count(Some(&chunk))) {
            Some(rest) => {
                *left = rest;
                Some(Ok(chunk))
            }
            None => mismatch("the object yields more bytes than its size"),
        },
        None if *left > 0 => mismatch("the object ends before its size"),
        item => item,
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Chunk(chunk) => write!(f, "Body({} bytes)", byte_count(chunk.as_ref())),
            Source::Stream(_) => f.write_str("Body(stream)"),
            Source::Exact { left, .. } => write!(f, "Body(stream, {left} bytes left)"),
        }
    }
}
