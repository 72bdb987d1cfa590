//! [`S3Store::init_bucket`]: makes a bucket with safe settings, or brings one that is there up to them (D24, S48).

mod policy;
mod settings;

use std::fmt;
use std::num::NonZeroU16;

use store::{Error, ErrorKind, Operation};

use self::policy::policy;
use self::settings::{Step, abort_uploads, asked, encryption, ownership, public_access, settle, versioning};
use crate::bucket::{Bucket, unopened};
use crate::config::Access;
use crate::error::{Cause, Site};
use crate::parameters::Acl;
use crate::{S3Store, ServerProfile, create_bucket};

/// What a bucket is to be like, besides private and encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BucketPlan {
    /// After how many days an upload in parts that was not finished is removed: 7 by default.
    pub abort_uploads_after: NonZeroU16,
    /// Whether replaced and deleted objects are kept.
    pub versioning: Versioning,
}

/// Whether a bucket keeps replaced and deleted objects as versions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Versioning {
    /// As the bucket is; a new one does not.
    #[default]
    AsItIs,
    /// It does.
    Enabled,
}

impl Default for BucketPlan {
    fn default() -> Self {
        Self { abort_uploads_after: NonZeroU16::MIN.saturating_add(6), versioning: Versioning::AsItIs }
    }
}

/// A setting of a bucket, in the order in which they are seen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BucketSetting {
    /// The bucket itself: it exists, and is ours.
    Bucket,
    /// Neither a policy nor an ACL can make it public.
    PublicAccessBlock,
    /// ACLs have no effect: whoever owns the bucket owns what is in it.
    Ownership,
    /// What is written is encrypted at rest, unless the writer asks for another way.
    Encryption,
    /// Uploads that nobody finishes are removed.
    AbortUploads,
    /// Replaced and deleted objects are kept.
    Versioning,
}

/// What became of a setting.
#[derive(Debug)]
#[non_exhaustive]
pub enum BucketOutcome {
    /// It was made so.
    Done,
    /// It was so already.
    Already,
    /// The server has no such setting.
    Unsupported,
    /// It is not so.
    Failed(Error),
}

impl S3Store {
    /// Makes the bucket, unless it is there, and sees to its settings one by one; doing it again changes nothing.
    ///
    /// A bucket that is declared public (`links.access`) is left without a block of public access.
    ///
    /// # Errors
    /// When there is no bucket of ours in the end: none could be made, or the name is another account's
    /// ([`ErrorKind::Forbidden`], S48), or objects are to be written with an ACL that such a bucket refuses
    /// ([`ErrorKind::Unsupported`]); then nothing was changed. A setting that fails is part of the answer.
    ///
    /// # Security
    /// The server says whose bucket it is: Amazon's compares `expected_bucket_owner`; else, and any other, answers an
    /// attempt to make the bucket again, which only its owner may. Where public access cannot be blocked, a policy that may
    /// let everybody in is a failure.
    pub async fn init_bucket(&self, plan: BucketPlan) -> Result<Vec<(BucketSetting, BucketOutcome)>, Error> {
        let bucket = self.inner();
        if bucket.settings().objects.acl == Some(Acl::PublicRead) {
            return Err(contradiction());
        }
        let mut steps = vec![(BucketSetting::Bucket, own(bucket).await?)];
        if bucket.settings().links.access == Access::Private {
            let blocked = match settle(public_access(bucket).await) {
                BucketOutcome::Unsupported => settle(policy(bucket).await),
                outcome => outcome,
            };
            steps.push((BucketSetting::PublicAccessBlock, blocked));
        }
        steps.push((BucketSetting::Ownership, settle(ownership(bucket).await)));
        steps.push((BucketSetting::Encryption, settle(encryption(bucket).await)));
        let days = plan.abort_uploads_after;
        steps.push((BucketSetting::AbortUploads, settle(abort_uploads(bucket, days).await)));
        if plan.versioning == Versioning::Enabled {
            steps.push((BucketSetting::Versioning, settle(versioning(bucket).await)));
        }
        Ok(steps)
    }
}

/// Makes sure that the bucket exists and is ours.
async fn own(bucket: &Bucket) -> Result<BucketOutcome, Error> {
    let head = bucket.client().head_bucket().bucket(bucket.name()).set_expected_bucket_owner(bucket.owner());
    let is_there = match head.send().await {
        // SECURITY: this server has compared the owner; others let the field pass unread (S48).
        Ok(_) if bucket.owner().is_some() && bucket.profile().server == ServerProfile::Aws => {
            return Ok(BucketOutcome::Already);
        }
        Ok(_) => true,
        Err(failure) if Cause::of(&failure).status() == 404 => false,
        Err(failure) => return Err(site().failed(&failure)),
    };
    // SECURITY: a bucket that we may list need not be ours; one that the server lets us make again is (S48).
    match create_bucket::request(bucket).send().await {
        Ok(_) if is_there => Ok(BucketOutcome::Already),
        Ok(_) => Ok(BucketOutcome::Done),
        Err(failure) => match Cause::of(&failure).code() {
            Some("BucketAlreadyOwnedByYou") => Ok(BucketOutcome::Already),
            Some("BucketAlreadyExists") => Err(foreign(bucket)),
            _ if is_there => Err(unsure(bucket).with_source(Cause::of(&failure))),
            _ => Err(site().failed(&failure)),
        },
    }
}

fn contradiction() -> Error {
    unopened(ErrorKind::Unsupported).with_detail(
        "`objects.acl = \"public-read\"` is refused by a bucket without ACLs, which this would make; leave the ACL out",
    )
}

fn foreign(bucket: &Bucket) -> Error {
    let detail = format!("the bucket `{}` is another account's; choose another name", bucket.name());
    unopened(ErrorKind::Forbidden).with_detail(detail)
}

fn unsure(bucket: &Bucket) -> Error {
    let detail = format!(
        "nothing says whose bucket `{}` is: allow `s3:CreateBucket`, or set `expected_bucket_owner` (on Amazon S3)",
        bucket.name()
    );
    unopened(ErrorKind::Forbidden).with_detail(detail)
}

fn site() -> Site {
    Site::whole(Operation::Open)
}

impl fmt::Display for BucketSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Bucket => "bucket",
            Self::PublicAccessBlock => "public-access-block",
            Self::Ownership => "bucket-owner-enforced",
            Self::Encryption => "encryption",
            Self::AbortUploads => "abort-uploads",
            Self::Versioning => "versioning",
        })
    }
}
