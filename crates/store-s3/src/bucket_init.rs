//! [`S3Store::init_bucket`]: makes a bucket with safe settings, or brings one that is there up to them (D24, S48).

use std::fmt;
use std::num::NonZeroU16;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketVersioningStatus, ExpirationStatus,
    LifecycleRule, LifecycleRuleFilter, ObjectOwnership, OwnershipControls, OwnershipControlsRule,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule, VersioningConfiguration,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use store::{Error, ErrorKind, Operation};

use crate::S3Store;
use crate::bucket::{Bucket, unopened};
use crate::config::Access;
use crate::error::{Cause, Site};
use crate::store::create::{self, nothing_public};

/// The name of the rule that this store keeps among those of a bucket.
const RULE: &str = "hallpass-abort-uploads";

/// What a bucket is to be like, besides private and encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BucketPlan {
    /// After how many days an upload in parts that was not finished is removed: 7.
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
    /// ([`ErrorKind::Forbidden`], S48); then nothing was changed. A setting that fails is part of the answer.
    ///
    /// # Security
    /// Whose bucket it is says the server: by `expected_bucket_owner`, or by its answer to who would make it again.
    pub async fn init_bucket(&self, plan: BucketPlan) -> Result<Vec<(BucketSetting, BucketOutcome)>, Error> {
        let bucket = self.inner();
        let mut steps = vec![(BucketSetting::Bucket, own(bucket).await?)];
        if bucket.settings().links.access == Access::Private {
            steps.push((BucketSetting::PublicAccessBlock, settle(public_access(bucket).await)));
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
        // The server has compared the owner.
        Ok(_) if bucket.owner().is_some() => return Ok(BucketOutcome::Already),
        Ok(_) => true,
        Err(failure) if Cause::of(&failure).status() == 404 => false,
        Err(failure) => return Err(site().failed(&failure)),
    };
    // SECURITY: a bucket that we may list need not be ours; one that the server lets us make again is (S48).
    match create::request(bucket).send().await {
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

fn foreign(bucket: &Bucket) -> Error {
    let detail = format!("the bucket `{}` is another account's; choose another name", bucket.name());
    unopened(ErrorKind::Forbidden).with_detail(detail)
}

fn unsure(bucket: &Bucket) -> Error {
    let detail = format!(
        "nothing says whose bucket `{}` is: set `expected_bucket_owner`, or allow `s3:CreateBucket`",
        bucket.name()
    );
    unopened(ErrorKind::Forbidden).with_detail(detail)
}

/// A setting that is settled before it was changed ends early.
type Step = Result<BucketOutcome, BucketOutcome>;

fn settle(step: Step) -> BucketOutcome {
    step.unwrap_or_else(std::convert::identity)
}

async fn public_access(bucket: &Bucket) -> Step {
    let ask = bucket.client().get_public_access_block().bucket(bucket.name());
    let found = asked(ask.set_expected_bucket_owner(bucket.owner()).send().await)?;
    let found = found.and_then(|found| found.public_access_block_configuration);
    if found.as_ref() == Some(&nothing_public()) {
        return Ok(BucketOutcome::Already);
    }
    let change = bucket.client().put_public_access_block().bucket(bucket.name());
    let change = change.set_expected_bucket_owner(bucket.owner());
    told(change.public_access_block_configuration(nothing_public()).send().await)
}

async fn ownership(bucket: &Bucket) -> Step {
    let ask = bucket.client().get_bucket_ownership_controls().bucket(bucket.name());
    let found = asked(ask.set_expected_bucket_owner(bucket.owner()).send().await)?;
    let found = found.and_then(|found| found.ownership_controls);
    let enforced = ObjectOwnership::BucketOwnerEnforced;
    if found.is_some_and(|found| found.rules().iter().any(|rule| *rule.object_ownership() == enforced)) {
        return Ok(BucketOutcome::Already);
    }
    let rule = OwnershipControlsRule::builder().object_ownership(enforced).build().map_err(unbuilt)?;
    let controls = OwnershipControls::builder().rules(rule).build().map_err(unbuilt)?;
    let change = bucket.client().put_bucket_ownership_controls().bucket(bucket.name());
    let change = change.set_expected_bucket_owner(bucket.owner());
    told(change.ownership_controls(controls).send().await)
}

async fn encryption(bucket: &Bucket) -> Step {
    let ask = bucket.client().get_bucket_encryption().bucket(bucket.name());
    let found = asked(ask.set_expected_bucket_owner(bucket.owner()).send().await)?;
    let found = found.and_then(|found| found.server_side_encryption_configuration);
    let encrypts = |rule: &ServerSideEncryptionRule| rule.apply_server_side_encryption_by_default().is_some();
    if found.is_some_and(|found| found.rules().iter().any(encrypts)) {
        return Ok(BucketOutcome::Already); // with keys of S3, or with better ones
    }
    let default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::Aes256);
    let default = default.build().map_err(unbuilt)?;
    let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default).build();
    let rules = ServerSideEncryptionConfiguration::builder().rules(rule).build().map_err(unbuilt)?;
    let change = bucket.client().put_bucket_encryption().bucket(bucket.name());
    let change = change.set_expected_bucket_owner(bucket.owner());
    told(change.server_side_encryption_configuration(rules).send().await)
}

/// Adds our rule to those that are there, which stay as they are.
async fn abort_uploads(bucket: &Bucket, days: NonZeroU16) -> Step {
    let ask = bucket.client().get_bucket_lifecycle_configuration().bucket(bucket.name());
    let found = asked(ask.set_expected_bucket_owner(bucket.owner()).send().await)?;
    let size = found.as_ref().and_then(|found| found.transition_default_minimum_object_size.clone());
    let mut rules = found.and_then(|found| found.rules).unwrap_or_default();
    let ours = |rule: &LifecycleRule| rule.id() == Some(RULE);
    let suffices = |rule: &LifecycleRule| match aborts_all_after(rule) {
        Some(found) if ours(rule) => found == i32::from(days.get()),
        found => found.is_some(),
    };
    if rules.iter().any(suffices) {
        return Ok(BucketOutcome::Already);
    }
    rules.retain(|rule| !ours(rule));
    let abort = AbortIncompleteMultipartUpload::builder().days_after_initiation(i32::from(days.get()));
    let rule = LifecycleRule::builder()
        .id(RULE)
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .abort_incomplete_multipart_upload(abort.build());
    rules.push(rule.build().map_err(unbuilt)?);
    let rules = BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build().map_err(unbuilt)?;
    let change = bucket.client().put_bucket_lifecycle_configuration().bucket(bucket.name());
    let change = change.set_expected_bucket_owner(bucket.owner());
    let change = change.set_transition_default_minimum_object_size(size);
    told(change.lifecycle_configuration(rules).send().await)
}

/// Returns the number of days after which a rule removes unfinished uploads, if it removes them all.
fn aborts_all_after(rule: &LifecycleRule) -> Option<i32> {
    #[expect(deprecated, reason = "older rules say it there")]
    let prefixes = [rule.prefix(), rule.filter().and_then(LifecycleRuleFilter::prefix)];
    let narrowed = rule.filter().is_some_and(|filter| {
        filter.tag().is_some()
            || filter.and().is_some()
            || filter.object_size_greater_than().is_some()
            || filter.object_size_less_than().is_some()
    });
    let covers_all = !narrowed && prefixes.into_iter().flatten().all(str::is_empty);
    let abort = rule.abort_incomplete_multipart_upload()?;
    if covers_all && *rule.status() == ExpirationStatus::Enabled {
        abort.days_after_initiation()
    } else {
        None
    }
}

async fn versioning(bucket: &Bucket) -> Step {
    let ask = bucket.client().get_bucket_versioning().bucket(bucket.name());
    let found = asked(ask.set_expected_bucket_owner(bucket.owner()).send().await)?;
    let enabled = BucketVersioningStatus::Enabled;
    if found.is_some_and(|found| found.status() == Some(&enabled)) {
        return Ok(BucketOutcome::Already);
    }
    let change = bucket.client().put_bucket_versioning().bucket(bucket.name());
    let change = change.set_expected_bucket_owner(bucket.owner());
    let wanted = VersioningConfiguration::builder().status(enabled).build();
    told(change.versioning_configuration(wanted).send().await)
}

/// Returns how a setting is now; `None` where nothing was ever said about it.
fn asked<T, E>(answer: Result<T, SdkError<E, HttpResponse>>) -> Result<Option<T>, BucketOutcome>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(failure) => match (Cause::of(&failure).status(), Cause::of(&failure).code()) {
            (404, Some("NoSuchBucket")) => Err(refused(&failure)),
            (404, _) => Ok(None),
            _ => Err(refused(&failure)),
        },
    }
}

/// Returns what became of a change.
fn told<T, E>(answer: Result<T, SdkError<E, HttpResponse>>) -> Step
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match answer {
        Ok(_) => Ok(BucketOutcome::Done),
        Err(failure) => Err(refused(&failure)),
    }
}

fn refused<E>(failure: &SdkError<E, HttpResponse>) -> BucketOutcome
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let cause = Cause::of(failure);
    match (cause.status(), cause.code()) {
        (405 | 501, _) | (_, Some("NotImplemented" | "MethodNotAllowed")) => BucketOutcome::Unsupported,
        _ => BucketOutcome::Failed(site().failed(failure)),
    }
}

/// A request of ours that lacks something it needs.
fn unbuilt(error: impl std::error::Error + Send + Sync + 'static) -> BucketOutcome {
    BucketOutcome::Failed(site().broken("a setting could not be put into words").with_source(error))
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
