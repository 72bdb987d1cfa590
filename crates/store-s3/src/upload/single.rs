//! The whole object in one request.

use std::time::Duration;

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::put_object::{PutObjectError, PutObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use bytes::Bytes;
use object_key::ObjectKey;
use store::{ETag, Error};

use super::attempts::Attempts;
use super::condition::{may_be_own_success, own_success};
use super::multipart::SLOWEST;
use super::{Condition, Description, describe};
use crate::Checksums;
use crate::bucket::Bucket;
use crate::client::patience_for;
use crate::error::{Cause, Site};
use crate::metadata::{encode_digest, told_etag};

/// How often a write that met a rival is tried again, and how long it waits the first time.
const RETRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(40);

/// Writes an object in one request.
pub(crate) async fn put(
    bucket: &Bucket,
    key: &ObjectKey,
    description: &Description,
    body: Bytes,
    condition: &Condition,
    site: &Site,
) -> Result<ETag, Error> {
    let mut pause = PAUSE;
    // Over all retries: what refuses the last of them may be the work of the first.
    let attempts = Attempts::default();
    for retries_left in (0..=RETRIES).rev() {
        let failure = match send(bucket, key, description, body.clone(), condition, &attempts).await {
            Ok(output) => return told_etag(output.e_tag(), site),
            Err(failure) => failure,
        };
        let cause = Cause::of(&failure);
        let upload = description.own.upload.as_ref();
        let unsure = attempts.were_several() && may_be_own_success(&cause);
        if unsure && let Some(etag) = own_success(bucket, key, upload, site).await {
            return Ok(etag);
        }
        // Another write was under way at that moment; the body is all here, so asking again tells who was first.
        if cause.status() != 409 || retries_left == 0 {
            return Err(condition.judge(site.failed(&failure), site));
        }
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2);
    }
    Err(site.broken("the retries are used up"))
}

async fn send(
    bucket: &Bucket,
    key: &ObjectKey,
    description: &Description,
    body: Bytes,
    condition: &Condition,
    attempts: &Attempts,
) -> Result<PutObjectOutput, SdkError<PutObjectError, HttpResponse>> {
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let digest = description.own.sha256.as_ref().filter(|_| bucket.profile().checksums == Checksums::Sent);
    let request = bucket
        .client()
        .put_object()
        .bucket(bucket.name())
        .key(key.as_str())
        .set_expected_bucket_owner(bucket.owner())
        .set_if_none_match(condition.if_none_match())
        .set_if_match(condition.if_match())
        .set_checksum_sha256(digest.map(encode_digest))
        .body(ByteStream::from(body));
    let patience = patience_for(bucket.transfer(), length, SLOWEST);
    describe!(request, description)
        .customize()
        .interceptor(attempts.clone())
        .config_override(patience)
        .send()
        .await
}
