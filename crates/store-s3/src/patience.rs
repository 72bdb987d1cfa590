//! [`Patient`]: ends an attempt whose body nobody takes.
//!
//! The SDK hands a body that is in memory over in one piece, and so cannot see that a server stopped taking it. Here it
//! goes in small ones, and none of them within [`STANDSTILL`] is the end: long before the attempt's whole time is over,
//! which has to suffice for slow connections.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::timeout;

/// How long a transfer may stand still before it is broken off.
pub(crate) const STANDSTILL: Duration = Duration::from_secs(20);

/// What is handed over at once; a body that is no larger goes as it is.
const PIECE: usize = 256 * 1024;

/// Sends requests over another connector, for as long as their bodies move.
#[derive(Debug)]
pub(crate) struct Patient(SharedHttpConnector);

impl Patient {
    pub(crate) fn new(connector: impl HttpConnector + 'static) -> Self {
        Self(SharedHttpConnector::new(connector))
    }
}

impl HttpConnector for Patient {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let length = request.body().content_length().and_then(|length| usize::try_from(length).ok());
        if length.is_none_or(|length| length <= PIECE) {
            return self.0.call(request);
        }
        let progress = Arc::new(Progress::default());
        let body = std::mem::replace(request.body_mut(), SdkBody::taken());
        let pieces = Pieces { body, rest: Bytes::new(), progress: Arc::clone(&progress) };
        *request.body_mut() = SdkBody::from_body_1_x(pieces);
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move { wait(answer, &progress).await })
    }
}

/// Waits for the answer; not for ever for a piece to be taken.
async fn wait(mut answer: HttpConnectorFuture, progress: &Progress) -> Result<HttpResponse, ConnectorError> {
    let mut before = progress.taken();
    loop {
        if let Ok(answer) = timeout(STANDSTILL, &mut answer).await {
            return answer;
        }
        let now = progress.taken();
        if now == before && now != DONE {
            return Err(ConnectorError::timeout("the server stopped taking what is sent".into()));
        }
        before = now;
    }
}

/// How many bytes of a body were taken, or that all were.
#[derive(Debug, Default)]
struct Progress(AtomicU64);

const DONE: u64 = u64::MAX;

impl Progress {
    fn taken(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        self.0.fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
    }

    fn done(&self) {
        self.0.store(DONE, Ordering::Relaxed);
    }
}

/// A body in small pieces.
struct Pieces {
    body: SdkBody,
    rest: Bytes,
    progress: Arc<Progress>,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = aws_smithy_types::body::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        if this.rest.is_empty() {
            let Some(frame) = ready!(Pin::new(&mut this.body).poll_frame(cx)) else {
                this.progress.done();
                return Poll::Ready(None);
            };
            match frame?.into_data() {
                Ok(data) => this.rest = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE));
        this.progress.add(piece.len());
        if this.is_end_stream() {
            this.progress.done();
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let inner = self.body.size_hint();
        let rest = u64::try_from(self.rest.len()).unwrap_or(u64::MAX);
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower().saturating_add(rest));
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;
    use tokio::time::Instant;

    use super::*;

    /// A server that takes so many pieces, one every ten seconds, and then answers or goes to sleep.
    #[derive(Debug)]
    struct Server {
        pieces: usize,
        then_answers: bool,
    }

    impl HttpConnector for Server {
        fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
            let Self { pieces, then_answers } = *self;
            HttpConnectorFuture::new(async move {
                for _ in 0..pieces {
                    tokio::time::sleep(Duration::from_secs(10)).await;
                    let next = std::future::poll_fn(|cx| Pin::new(request.body_mut()).poll_frame(cx)).await;
                    assert!(next.unwrap().unwrap().into_data().unwrap().len() <= PIECE);
                }
                if !then_answers {
                    std::future::pending::<()>().await;
                }
                Ok(HttpResponse::new(StatusCode::try_from(200).unwrap(), SdkBody::empty()))
            })
        }
    }

    /// Sends ten pieces; returns whether there was an answer, and after how many seconds.
    async fn send(pieces: usize, then_answers: bool) -> (bool, u64) {
        let patient = Patient::new(Server { pieces, then_answers });
        let begun = Instant::now();
        let request = HttpRequest::new(SdkBody::from(vec![1; 10 * PIECE]));
        let answer = patient.call(request).await;
        (answer.is_ok(), begun.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn d39_a_body_that_nobody_takes_is_given_up_on() {
        assert_eq!(send(10, true).await, (true, 100), "slow, but it moves");
        assert_eq!(send(0, false).await, (false, 20));
        let (answered, after) = send(4, false).await;
        assert!(!answered && (60..=80).contains(&after), "{after}");
    }

    /// All is sent: how long the answer may take is another matter.
    #[tokio::test(start_paused = true)]
    async fn d39_a_body_that_was_taken_is_not_waited_for() {
        let sent = timeout(Duration::from_hours(1), send(10, false)).await;
        assert!(sent.is_err());
    }
}
