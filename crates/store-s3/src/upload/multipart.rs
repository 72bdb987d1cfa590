//! [`Multipart`]: an upload in parts, which is aborted unless it is completed.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use object_key::ObjectKey;
use store::{ETag, Error};
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle, JoinSet};

use super::attempts::Attempts;
use super::condition::{may_be_own_success, own_success};
use super::{Condition, Description, describe};
use crate::Checksums;
use crate::bucket::Bucket;
use crate::client::patience_for;
use crate::encryption::keyed;
use crate::error::{Cause, Site};
use crate::metadata::{UploadName, told_etag};

/// The slowest connection that is waited for, in bytes a second.
pub(crate) const SLOWEST: u64 = 64 * 1024;

/// How long leaving nothing behind may take when somebody waits for it.
const ABORT: Duration = Duration::from_secs(10);

/// An upload in parts. Dropped, it is aborted in the background.
pub(crate) struct Multipart {
    target: Arc<Target>,
    upload: Option<UploadName>,
    tasks: JoinSet<Result<CompletedPart, Error>>,
    done: Vec<CompletedPart>,
    next: i32,
    handle: Handle,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Closed,
}

/// What requests about the upload have in common.
pub(crate) struct Target {
    pub(crate) bucket: Bucket,
    pub(crate) key: ObjectKey,
    pub(crate) id: String,
    pub(crate) site: Site,
}

/// One part: what sends it.
pub(crate) type Piece = std::pin::Pin<Box<dyn Future<Output = Result<CompletedPart, Error>> + Send>>;

impl Multipart {
    /// Begins an upload in parts of the object described.
    ///
    /// In a task of its own, for an answer that nobody waits for any more still has the name that it takes to abort.
    pub(crate) async fn begin(
        bucket: &Bucket,
        key: &ObjectKey,
        description: &Description,
        site: &Site,
        handle: &Handle,
    ) -> Result<Self, Error> {
        let (bucket, key, description) = (bucket.clone(), key.clone(), description.clone());
        let (own_site, own_handle) = (site.clone(), handle.clone());
        let guard = bucket.background().enter();
        let begun = handle.spawn(async move {
            let begun = Self::create(&bucket, &key, &description, &own_site, &own_handle).await;
            drop(guard);
            begun
        });
        begun.await.map_err(|error| site.broken("the beginning of the upload was lost").with_source(error))?
    }

    async fn create(
        bucket: &Bucket,
        key: &ObjectKey,
        description: &Description,
        site: &Site,
        handle: &Handle,
    ) -> Result<Self, Error> {
        let request = bucket
            .client()
            .create_multipart_upload()
            .bucket(bucket.name())
            .key(key.as_str())
            .set_expected_bucket_owner(bucket.owner())
            .set_checksum_algorithm(checksum(bucket));
        let output = describe!(request, description).send().await.map_err(|failure| site.failed(&failure))?;
        let id = output.upload_id.ok_or_else(|| site.broken("the answer names no upload"))?;
        Ok(Self {
            target: Arc::new(Target { bucket: bucket.clone(), key: key.clone(), id, site: site.clone() }),
            upload: description.own.upload.clone(),
            tasks: JoinSet::new(),
            done: Vec::new(),
            next: 1,
            handle: handle.clone(),
            state: State::Open,
        })
    }

    /// Waits until fewer than `most` parts are on their way.
    pub(crate) async fn make_room(&mut self, most: usize) -> Result<(), Error> {
        while self.tasks.len() >= most.max(1) {
            self.join().await?;
        }
        Ok(())
    }

    async fn join(&mut self) -> Result<(), Error> {
        match self.tasks.join_next().await {
            None => Ok(()),
            Some(Ok(part)) => {
                self.done.push(part?);
                Ok(())
            }
            Some(Err(error)) => Err(self.lost(error)),
        }
    }

    fn lost(&self, error: JoinError) -> Error {
        self.target.site.broken("a part was lost").with_source(error)
    }

    /// Sends the next part in the background.
    pub(crate) fn upload(&mut self, body: Bytes) {
        self.send(|target, number| Box::pin(upload_part(target, number, body)));
    }

    /// Sends the next part in the background, in a way of the caller's own.
    pub(crate) fn send(&mut self, piece: impl FnOnce(Arc<Target>, i32) -> Piece) {
        let piece = piece(Arc::clone(&self.target), self.next);
        self.next += 1;
        self.tasks.spawn_on(piece, &self.handle);
    }

    /// Waits for all parts and makes the object visible.
    pub(crate) async fn complete(&mut self, condition: &Condition) -> Result<ETag, Error> {
        while !self.tasks.is_empty() {
            self.join().await?;
        }
        let Target { bucket, key, id, site } = &*self.target;
        let mut parts = std::mem::take(&mut self.done);
        parts.sort_by_key(CompletedPart::part_number);
        let attempts = Attempts::default();
        let request = bucket
            .client()
            .complete_multipart_upload()
            .bucket(bucket.name())
            .key(key.as_str())
            .upload_id(id)
            .set_expected_bucket_owner(bucket.owner())
            .set_if_none_match(condition.if_none_match())
            .set_if_match(condition.if_match())
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build());
        let sent = keyed!(request, bucket.customer()).customize().interceptor(attempts.clone()).send().await;
        let failure = match sent {
            Ok(output) => {
                self.state = State::Closed;
                return told_etag(output.e_tag(), site);
            }
            Err(failure) => failure,
        };
        let unsure = attempts.were_several() && may_be_own_success(&Cause::of(&failure));
        if unsure && let Some(etag) = own_success(bucket, key, self.upload.as_ref(), site).await {
            self.state = State::Closed;
            return Ok(etag);
        }
        Err(condition.judge(site.failed(&failure), site))
    }

    /// Leaves nothing behind, and waits for that; not for ever.
    pub(crate) async fn abort(mut self) {
        if let Some(abort) = self.start_abort() {
            let _ = tokio::time::timeout(ABORT, abort).await;
        }
    }

    /// Leaves nothing behind, in the background.
    fn start_abort(&mut self) -> Option<JoinHandle<()>> {
        if std::mem::replace(&mut self.state, State::Closed) == State::Closed {
            return None;
        }
        let guard = self.target.bucket.background().enter();
        let (target, tasks) = (Arc::clone(&self.target), std::mem::take(&mut self.tasks));
        Some(self.handle.spawn(async move {
            abort(target, tasks).await;
            drop(guard);
        }))
    }
}

impl Drop for Multipart {
    fn drop(&mut self) {
        drop(self.start_abort());
    }
}

/// Returns the runtime that sends parts in the background.
pub(crate) fn runtime(site: &Site) -> Result<Handle, Error> {
    Handle::try_current().map_err(|error| site.broken("the S3 store runs on tokio only").with_source(error))
}

/// Returns the checksum that parts carry. Set when the upload begins as well as with each part: S3 refuses a part that
/// has one when the upload has none.
fn checksum(bucket: &Bucket) -> Option<ChecksumAlgorithm> {
    (bucket.profile().checksums == Checksums::Sent).then_some(ChecksumAlgorithm::Crc32)
}

async fn upload_part(target: Arc<Target>, number: i32, body: Bytes) -> Result<CompletedPart, Error> {
    let Target { bucket, key, id, site } = &*target;
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let request = bucket
        .client()
        .upload_part()
        .bucket(bucket.name())
        .key(key.as_str())
        .upload_id(id)
        .part_number(number)
        .set_expected_bucket_owner(bucket.owner())
        .set_checksum_algorithm(checksum(bucket))
        .body(ByteStream::from(body));
    let patience = patience_for(bucket.transfer(), length, SLOWEST);
    let sent = keyed!(request, bucket.customer()).customize().config_override(patience).send().await;
    let output = sent.map_err(|failure| site.failed(&failure))?;
    let part = CompletedPart::builder().part_number(number).set_e_tag(output.e_tag);
    Ok(part.set_checksum_crc32(output.checksum_crc32).build())
}

/// Stops what is on its way and aborts the upload.
async fn abort(target: Arc<Target>, mut tasks: JoinSet<Result<CompletedPart, Error>>) {
    let on_their_way = !tasks.is_empty();
    tasks.shutdown().await;
    let mut aborted = abort_once(&target).await;
    if on_their_way {
        // S3 may still be taking in a part that was cut off; its remains stay until the upload is aborted again.
        tokio::time::sleep(Duration::from_secs(1)).await;
        aborted = abort_once(&target).await;
    }
    if let Err(error) = aborted {
        let Target { key, id, .. } = &*target;
        tracing::warn!(%key, upload = id, error = %error, "an upload was not aborted and takes up room");
    }
}

async fn abort_once(target: &Target) -> Result<(), Cause> {
    let Target { bucket, key, id, .. } = target;
    let request =
        bucket.client().abort_multipart_upload().bucket(bucket.name()).key(key.as_str()).upload_id(id);
    match request.set_expected_bucket_owner(bucket.owner()).send().await {
        Ok(_) => Ok(()),
        Err(failure) => match Cause::of(&failure) {
            cause if cause.code() == Some("NoSuchUpload") => Ok(()),
            cause => Err(cause),
        },
    }
}
