//! The body of an object, which goes on where it broke off.

use std::ops::Range;

use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use futures_util::stream;
use store::{Body, ByteRange, ETag, Error, ErrorKind};

use super::{Reader, is_version};

/// A transfer that breaks off so often without a byte in between is given up on.
const ATTEMPTS: u32 = 3;

/// Reads `bytes` of this version from `body`, asking for the rest again when the connection breaks.
pub(super) fn resuming(reader: Reader, etag: ETag, bytes: Range<u64>, body: ByteStream) -> Body {
    let transfer = Transfer { reader, etag, left: bytes, body, attempts: ATTEMPTS };
    Body::from_stream(stream::try_unfold(transfer, |mut transfer| async move {
        let chunk = transfer.next().await?;
        Ok(chunk.map(|chunk| (chunk, transfer)))
    }))
}

struct Transfer {
    reader: Reader,
    etag: ETag,
    left: Range<u64>,
    body: ByteStream,
    attempts: u32,
}

impl Transfer {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            match self.body.next().await {
                Some(Ok(chunk)) => {
                    let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
                    self.left.start = self.left.start.saturating_add(length);
                    self.attempts = ATTEMPTS;
                    return Ok(Some(chunk));
                }
                None if self.left.is_empty() => return Ok(None),
                Some(Err(failure)) => self.resume(Some(self.reader.site.broken_off(&failure))).await?,
                None => self.resume(None).await?,
            }
        }
    }

    /// Asks for the rest, of the same version only.
    async fn resume(&mut self, failure: Option<Error>) -> Result<(), Error> {
        let given_up =
            || self.reader.site.error(ErrorKind::Unavailable).with_detail("the transfer broke off");
        self.attempts = self.attempts.saturating_sub(1);
        // A failure with nothing left is a checksum that does not fit: the bytes are wrong, not missing.
        if self.attempts == 0 || self.left.is_empty() {
            return Err(failure.unwrap_or_else(given_up));
        }
        let rest = ByteRange::Closed { first: self.left.start, last: self.left.end.saturating_sub(1) };
        let Some(fetched) = self.reader.fetch(Some(rest)).await? else { return Err(given_up()) };
        if !is_version(&fetched.metadata, &self.etag) || fetched.part.as_ref() != Some(&self.left) {
            let detail = "the transfer broke off, and the object is another one now";
            return Err(self.reader.site.error(ErrorKind::Conflict).with_detail(detail));
        }
        self.body = fetched.body;
        Ok(())
    }
}
