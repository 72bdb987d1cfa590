//! Copying in parts: for objects that are too large for one request, and for conditions on the target.

use std::ops::Range;
use std::sync::Arc;

use aws_sdk_s3::types::CompletedPart;
use store::{ETag, Error};

use super::{Job, SLOWEST};
use crate::client::patience_for;
use crate::config::MAX_PARTS;
use crate::encryption::{keyed, source_keyed};
use crate::error::Site;
use crate::upload::{Condition, Description, Multipart, Target, runtime};

/// The source of the parts.
#[derive(Clone)]
struct Source {
    header: String,
    etag: ETag,
    site: Site,
}

impl Job<'_> {
    pub(super) async fn copy_parts(
        &self,
        description: &Description,
        condition: &Condition,
    ) -> Result<ETag, Error> {
        let handle = runtime(self.site)?;
        let source = Source {
            header: self.copy_source(),
            etag: self.source.etag.clone(),
            site: self.source_site.clone(),
        };
        let mut upload = Multipart::begin(self.bucket, self.to, description, self.site, &handle).await?;
        let copied = self.send_parts(&mut upload, &source, condition).await;
        if copied.is_err() {
            upload.abort().await;
        }
        copied
    }

    async fn send_parts(
        &self,
        upload: &mut Multipart,
        source: &Source,
        condition: &Condition,
    ) -> Result<ETag, Error> {
        let transfer = self.bucket.transfer();
        for span in spans(self.source.size, transfer.copy_part_size) {
            upload.make_room(transfer.concurrency).await?;
            let source = source.clone();
            upload.send(|target, number| Box::pin(copy_part(target, number, source, span)));
        }
        upload.complete(condition).await
    }
}

/// Cuts `size` bytes into parts of `part` bytes, or larger ones where those would be too many.
fn spans(size: u64, part: u64) -> impl Iterator<Item = Range<u64>> {
    let part = part.max(size.div_ceil(MAX_PARTS)).max(1);
    (0..size.div_ceil(part)).map(move |index| {
        let start = index.saturating_mul(part);
        start..start.saturating_add(part).min(size)
    })
}

async fn copy_part(
    target: Arc<Target>,
    number: i32,
    source: Source,
    span: Range<u64>,
) -> Result<CompletedPart, Error> {
    let Target { bucket, key, id, .. } = &*target;
    let customer = bucket.customer();
    let request = bucket
        .client()
        .upload_part_copy()
        .bucket(bucket.name())
        .key(key.as_str())
        .upload_id(id)
        .part_number(number)
        .copy_source(source.header)
        .copy_source_if_match(source.etag.to_string())
        .copy_source_range(format!("bytes={}-{}", span.start, span.end.saturating_sub(1)))
        .set_expected_bucket_owner(bucket.owner())
        .set_expected_source_bucket_owner(bucket.owner());
    let request = source_keyed!(keyed!(request, customer), customer);
    let patience = patience_for(bucket.transfer(), span.end - span.start, SLOWEST);
    let sent = request.customize().config_override(patience).send().await;
    let output = sent.map_err(|failure| source.site.failed(&failure))?;
    let result = output.copy_part_result.ok_or_else(|| source.site.broken("the answer has no entity tag"))?;
    let part = CompletedPart::builder().part_number(number).set_e_tag(result.e_tag);
    Ok(part.set_checksum_crc32(result.checksum_crc32).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(size: u64, part: u64, expected: &[(u64, u64)]) {
        let spans: Vec<_> = spans(size, part).map(|span| (span.start, span.end)).collect();
        assert_eq!(spans, expected);
    }

    #[test]
    fn parts_cover_the_object() {
        check(0, 5, &[]);
        check(1, 5, &[(0, 1)]);
        check(5, 5, &[(0, 5)]);
        check(11, 5, &[(0, 5), (5, 10), (10, 11)]);
        assert_eq!(spans(1 << 50, 5 << 20).count(), 10_000);
        assert_eq!(spans(1 << 50, 5 << 20).last().map(|span| span.end), Some(1 << 50));
    }
}
