//! The body of an object, which goes on where it broke off.

use std::ops::Range;

use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use futures_util::stream;
use store::{Body, ByteRange, ETag, Error, ErrorKind};

use super::{Reader, is_version};
use crate::error::Cause;

/// A transfer that breaks off so often without a byte in between is given up on.
const ATTEMPTS: u32 = 3;

const BROKEN_OFF: &str = "the transfer broke off";

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
                Some(Err(failure)) => self.resume(Some(Cause::broken_off(&failure))).await?,
                None => self.resume(None).await?,
            }
        }
    }

    /// Asks for the rest, of the same version only.
    async fn resume(&mut self, cause: Option<Cause>) -> Result<(), Error> {
        let site = &self.reader.site;
        self.attempts = self.attempts.saturating_sub(1);
        // A failure with nothing left is a checksum that does not fit: the bytes are wrong, not missing.
        if self.attempts == 0 || self.left.is_empty() {
            let error = match cause {
                Some(cause) => site.failed(cause),
                None => site.error(ErrorKind::Unavailable),
            };
            return Err(error.with_detail(BROKEN_OFF));
        }
        let rest = ByteRange::Closed { first: self.left.start, last: self.left.end.saturating_sub(1) };
        let fetched = self.reader.fetch(Some(rest)).await?;
        // Without an answer the object is shorter than it was.
        let same = fetched.filter(|fetched| {
            is_version(&fetched.metadata, &self.etag) && fetched.part.as_ref() == Some(&self.left)
        });
        let Some(fetched) = same else {
            let detail = format!("{BROKEN_OFF}, and the object is another one now");
            return Err(site.error(ErrorKind::Conflict).with_detail(detail));
        };
        self.body = fetched.body;
        Ok(())
    }
}
