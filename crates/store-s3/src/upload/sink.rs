//! [`Sink`]: cuts a stream into parts and sends them.

use bytes::Bytes;
use object_key::ObjectKey;
use sha2::{Digest, Sha256};
use store::{Error, ErrorKind, PutMode, Sha256Digest, Written};
use tokio::runtime::Handle;

use super::buffer::Buffer;
use super::{Condition, Description, Multipart, runtime, single};
use crate::PartSizing;
use crate::bucket::Bucket;
use crate::config::{MAX_PART, MAX_PARTS, TransferConfig};
use crate::error::Site;

/// After so many parts they grow, so that ten thousand of them reach S3's largest object.
const GROWTH: u64 = 1_000;

/// Cuts a stream into parts and sends them.
pub(crate) struct Sink {
    bucket: Bucket,
    key: ObjectKey,
    site: Site,
    description: Description,
    plan: PartSizes,
    buffer: Buffer,
    stored: u64,
    digest: Sha256,
    multipart: Option<Multipart>,
    handle: Handle,
}

impl Sink {
    pub(crate) fn new(
        bucket: Bucket,
        key: ObjectKey,
        description: Description,
        announced: Option<u64>,
        site: Site,
    ) -> Result<Self, Error> {
        let handle = runtime(&site)?;
        let plan = PartSizes::choose(bucket.transfer(), bucket.profile().parts, announced);
        let digest = Sha256::new();
        Ok(Self {
            bucket,
            key,
            site,
            description,
            plan,
            buffer: Buffer::default(),
            stored: 0,
            digest,
            multipart: None,
            handle,
        })
    }

    /// Notes that what is sent is compressed, and how long it was before, where that is known.
    pub(crate) fn encoded(&mut self, logical_size: Option<u64>) {
        self.description.fields.content_encoding = Some("gzip".to_owned());
        self.description.own.logical_size = logical_size;
    }

    /// Takes the next bytes, sending parts that are full.
    pub(crate) async fn write(&mut self, mut chunk: Bytes) -> Result<(), Error> {
        self.digest.update(&chunk);
        self.stored = self.stored.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        while !chunk.is_empty() {
            let part = usize::try_from(self.plan.current()).unwrap_or(usize::MAX);
            // A full part goes only when there is more: what fits one part is sent in one request.
            if self.buffer.len() >= part {
                self.send_part().await?;
                continue;
            }
            let piece = chunk.split_to(chunk.len().min(part - self.buffer.len()));
            self.buffer.push(piece, part);
        }
        Ok(())
    }

    async fn send_part(&mut self) -> Result<(), Error> {
        if self.plan.sent >= MAX_PARTS {
            let detail = format!("more than {MAX_PARTS} parts; announce the length, or choose larger parts");
            return Err(self.site.error(ErrorKind::TooLarge).with_detail(detail));
        }
        let body = self.buffer.take();
        let multipart = match &mut self.multipart {
            Some(multipart) => multipart,
            none => {
                let begun =
                    Multipart::begin(&self.bucket, &self.key, &self.description, &self.site, &self.handle)
                        .await?;
                none.insert(begun)
            }
        };
        multipart.make_room(self.plan.at_once(self.bucket.transfer())).await?;
        multipart.upload(body);
        self.plan.sent += 1;
        Ok(())
    }

    /// Makes the object visible.
    pub(crate) async fn finish(&mut self, mode: PutMode) -> Result<Written, Error> {
        self.bucket.require_conditions(&mode, &self.site).await?;
        let digest = Sha256Digest(std::mem::take(&mut self.digest).finalize().into());
        let condition = Condition::new(mode);
        let etag = if self.multipart.is_some() {
            self.send_part().await?;
            let multipart = self.multipart.as_mut().ok_or_else(|| self.site.broken("the upload is gone"))?;
            multipart.complete(&condition).await?
        } else {
            self.description.own.sha256 = Some(digest);
            let body = self.buffer.take();
            single::put(&self.bucket, &self.key, &self.description, body, &condition, &self.site).await?
        };
        self.multipart = None;
        Ok(Written::new(self.stored, etag, Some(digest)))
    }

    /// Leaves nothing behind.
    pub(crate) async fn abort(&mut self) {
        if let Some(multipart) = self.multipart.take() {
            multipart.abort().await;
        }
    }
}

/// How large the parts are.
#[derive(Debug)]
struct PartSizes {
    base: u64,
    growth: PartSizing,
    sent: u64,
}

impl PartSizes {
    fn choose(transfer: &TransferConfig, growth: PartSizing, announced: Option<u64>) -> Self {
        let base = transfer.part_size;
        match announced.map(|length| length.div_ceil(MAX_PARTS)) {
            None => Self { base, growth, sent: 0 },
            // Compressed, it may grow by a little: so it gets some room.
            Some(least) => {
                let roomy = least.saturating_add(least / 1000).saturating_add(1);
                let base = if roomy > base { roomy.next_multiple_of(1 << 20) } else { base };
                Self { base: base.min(MAX_PART), growth: PartSizing::Equal, sent: 0 }
            }
        }
    }

    /// Returns the size of the next part.
    fn current(&self) -> u64 {
        match self.growth {
            PartSizing::Equal => self.base,
            PartSizing::MayGrow => {
                let doublings = u32::try_from(self.sent / GROWTH).unwrap_or(u32::MAX);
                self.base.checked_shl(doublings).unwrap_or(MAX_PART).clamp(self.base, MAX_PART)
            }
        }
    }

    /// Returns how many parts of the current size may be on their way: as many bytes as before they grew.
    fn at_once(&self, transfer: &TransferConfig) -> usize {
        let concurrency = u64::try_from(transfer.concurrency).unwrap_or(u64::MAX);
        let budget = transfer.part_size.saturating_mul(concurrency);
        usize::try_from(budget / self.current().max(1)).unwrap_or(usize::MAX).clamp(1, transfer.concurrency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;
    const TIB: u64 = 1 << 40;

    fn total(mut sizes: PartSizes) -> u64 {
        let mut sum = 0_u64;
        while sizes.sent < MAX_PARTS {
            sum = sum.saturating_add(sizes.current());
            sizes.sent += 1;
        }
        sum
    }

    #[test]
    fn ds10_parts_grow_to_the_largest_object_of_s3() {
        let transfer = TransferConfig::default();
        let mut sizes = PartSizes::choose(&transfer, PartSizing::MayGrow, None);
        assert_eq!((sizes.current(), sizes.at_once(&transfer)), (8 * MIB, 4));
        sizes.sent = 999;
        assert_eq!((sizes.current(), sizes.at_once(&transfer)), (8 * MIB, 4));
        sizes.sent = 1000;
        assert_eq!((sizes.current(), sizes.at_once(&transfer)), (16 * MIB, 2));
        sizes.sent = 3000;
        assert_eq!((sizes.current(), sizes.at_once(&transfer)), (64 * MIB, 1));
        sizes.sent = 9999;
        assert_eq!(sizes.current(), 4096 * MIB);
        assert!(total(PartSizes::choose(&transfer, PartSizing::MayGrow, None)) > 5 * TIB);
    }

    #[test]
    fn ds10_a_known_length_chooses_equal_parts_that_suffice() {
        let transfer = TransferConfig::default();
        for length in [0, 1, 8 * MIB, 80_000 * MIB, 80_001 * MIB, TIB, 5 * TIB] {
            let sizes = PartSizes::choose(&transfer, PartSizing::MayGrow, Some(length));
            assert!(sizes.current() >= 8 * MIB && sizes.growth == PartSizing::Equal);
            assert!(total(sizes) >= length, "{length}");
        }
        assert_eq!(PartSizes::choose(&transfer, PartSizing::MayGrow, Some(1 << 30)).current(), 8 * MIB);
    }
}
