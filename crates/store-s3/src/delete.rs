//! Deleting, one object or many.

use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use object_key::{ObjectKey, Prefix};
use store::{Error, ErrorKind, Operation, When};

use crate::Support;
use crate::bucket::Bucket;
use crate::error::{Cause, Site};

/// S3 deletes no more objects in one request.
const BATCH: usize = 1000;

pub(crate) async fn delete(bucket: &Bucket, key: &ObjectKey, when: When) -> Result<(), Error> {
    let site = Site::existing(Operation::Delete, key);
    let version = match when {
        When::Always => None,
        When::Matches(_) if bucket.profile().conditional_delete != Support::Yes => {
            let detail = format!("{} deletes under no condition", bucket.profile().server);
            return Err(site.error(ErrorKind::Unsupported).with_detail(detail));
        }
        When::Matches(etag) => Some(etag.to_string()),
    };
    let request =
        bucket.client().delete_object().bucket(bucket.name()).key(key.as_str()).set_if_match(version);
    let sent = request.set_expected_bucket_owner(bucket.owner()).send().await;
    sent.map(drop).map_err(|failure| site.failed(&failure))
}

/// An object that could not be deleted.
#[derive(Debug)]
#[non_exhaustive]
pub struct Undeleted {
    /// Its key.
    pub key: ObjectKey,
    /// The reason.
    pub error: Error,
}

impl Undeleted {
    /// Shows it as seen from a prefix.
    pub(crate) fn strip(self, prefix: &Prefix) -> Option<Self> {
        let key = prefix.strip(&self.key)?;
        let error = self.error.with_key(&key);
        Some(Self { key, error })
    }
}

/// Deletes many objects; returns those that could not be.
pub(crate) async fn delete_all(bucket: &Bucket, keys: Vec<ObjectKey>) -> Result<Vec<Undeleted>, Error> {
    let mut failed = Vec::new();
    for batch in keys.chunks(BATCH) {
        delete_batch(bucket, batch, &mut failed).await?;
    }
    Ok(failed)
}

async fn delete_batch(bucket: &Bucket, keys: &[ObjectKey], failed: &mut Vec<Undeleted>) -> Result<(), Error> {
    let whole = Site::whole(Operation::Delete);
    let named = keys.iter().map(|key| ObjectIdentifier::builder().key(key.as_str()).build());
    let named: Result<Vec<_>, _> = named.collect();
    let delete = named.and_then(|named| Delete::builder().quiet(true).set_objects(Some(named)).build());
    let delete = delete.map_err(|error| whole.broken("the request is incomplete").with_source(error))?;
    let request = bucket.client().delete_objects().bucket(bucket.name()).delete(delete);
    let sent = request.set_expected_bucket_owner(bucket.owner()).send().await;
    let output = sent.map_err(|failure| whole.failed(&failure))?;
    for error in output.errors() {
        let Some(key) = error.key().and_then(|key| ObjectKey::parse(key).ok()) else { continue };
        let cause = Cause::listed(error.code(), error.message());
        let reason = Site::existing(Operation::Delete, &key).failed(cause);
        failed.push(Undeleted { key, error: reason });
    }
    Ok(())
}
