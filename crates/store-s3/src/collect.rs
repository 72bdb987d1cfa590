//! Collecting uploads in parts that were never ended, because their process was killed or cut off.

use std::time::SystemTime;

use aws_sdk_s3::types::MultipartUpload;
use store::{Error, Operation};

use crate::bucket::Bucket;
use crate::error::{Cause, Site};

pub use store::Collect;

/// What the collector found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collected {
    /// The number of abandoned uploads.
    pub uploads: u64,
}

/// Goes through the uploads below the prefix that began before `before`.
pub(crate) async fn collect(bucket: &Bucket, before: SystemTime, mode: Collect) -> Result<Collected, Error> {
    let site = Site::whole(Operation::Collect);
    let prefix = bucket.settings().prefix.as_str();
    let mut collected = Collected::default();
    let (mut key, mut upload) = (None, None);
    loop {
        let request = bucket
            .client()
            .list_multipart_uploads()
            .bucket(bucket.name())
            .set_prefix((!prefix.is_empty()).then(|| prefix.to_owned()))
            .set_key_marker(key)
            .set_upload_id_marker(upload)
            .set_expected_bucket_owner(bucket.owner());
        let page = request.send().await.map_err(|failure| site.failed(&failure))?;
        for found in page.uploads().iter().filter(|found| is_older(found, before)) {
            if mode == Collect::Remove {
                abort(bucket, found, &site).await?;
            }
            collected.uploads = collected.uploads.saturating_add(1);
        }
        if page.is_truncated() != Some(true) {
            return Ok(collected);
        }
        (key, upload) = (page.next_key_marker, page.next_upload_id_marker);
    }
}

/// An upload without a date may be at work.
fn is_older(upload: &MultipartUpload, before: SystemTime) -> bool {
    upload.initiated().is_some_and(|begun| SystemTime::try_from(*begun).is_ok_and(|begun| begun < before))
}

async fn abort(bucket: &Bucket, upload: &MultipartUpload, site: &Site) -> Result<(), Error> {
    let request = bucket
        .client()
        .abort_multipart_upload()
        .bucket(bucket.name())
        .set_key(upload.key.clone())
        .set_upload_id(upload.upload_id.clone())
        .set_expected_bucket_owner(bucket.owner());
    match request.send().await {
        Ok(_) => Ok(()),
        Err(failure) if Cause::of(&failure).code() == Some("NoSuchUpload") => Ok(()), // ended just now
        Err(failure) => Err(site.failed(&failure)),
    }
}
