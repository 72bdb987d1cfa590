//! Bodies that do not arrive as they were sent.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use http_body_util::{BodyDataStream, BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use tokio::time::sleep;

use super::Body;

/// What happens to a body on its way.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bend {
    Straight,
    /// It ends in an error after so many bytes.
    Cut(u64),
    /// After so many bytes, nothing comes for so long.
    Stall(u64, Duration),
    /// So long nothing comes before each piece.
    Trickle(Duration),
}

/// Lets what is sent reach the other side before the connection breaks.
const ARRIVES: Duration = Duration::from_millis(30);

/// Bends a body.
pub(super) fn bent(body: Incoming, bend: Bend) -> Body {
    if matches!(bend, Bend::Straight) {
        return body.map_err(io::Error::other).boxed_unsync();
    }
    let body = Bent { pieces: body.into_data_stream(), rest: Bytes::new(), passed: 0, bend };
    let pieces = stream::try_unfold(body, |mut body| async move {
        let piece = body.next().await?;
        Ok::<_, io::Error>(piece.map(|piece| (Frame::data(piece), body)))
    });
    BodyExt::boxed_unsync(StreamBody::new(pieces))
}

struct Bent {
    pieces: BodyDataStream<Incoming>,
    rest: Bytes,
    passed: u64,
    bend: Bend,
}

impl Bent {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        if self.rest.is_empty() {
            let Some(piece) = self.pieces.try_next().await.map_err(io::Error::other)? else {
                return Ok(None);
            };
            self.rest = piece;
        }
        let most = match self.bend {
            Bend::Cut(after) if after == self.passed => {
                sleep(ARRIVES).await;
                return Err(io::Error::other("the connection is cut"));
            }
            Bend::Stall(after, time) if after == self.passed => {
                sleep(time).await;
                self.bend = Bend::Straight;
                usize::MAX
            }
            Bend::Cut(after) | Bend::Stall(after, _) => usize::try_from(after - self.passed).unwrap(),
            Bend::Trickle(pause) => {
                sleep(pause).await;
                usize::MAX
            }
            Bend::Straight => usize::MAX,
        };
        let piece = self.rest.split_to(self.rest.len().min(most));
        self.passed += u64::try_from(piece.len()).unwrap();
        Ok(Some(piece))
    }
}
