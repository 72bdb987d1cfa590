//! The settings of a bucket, one function each: asks how it is, and changes it where it is not as it should be.

use std::error::Error as StdError;
use std::num::NonZeroU16;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketVersioningStatus, ExpirationStatus,
    LifecycleRule, LifecycleRuleFilter, ObjectOwnership, OwnershipControls, OwnershipControlsRule,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule, VersioningConfiguration,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::{BucketOutcome, site};
use crate::bucket::Bucket;
use crate::create_bucket::nothing_public;
use crate::error::Cause;

/// The name of the rule that this store keeps among those of a bucket.
const RULE: &str = "hallpass-abort-uploads";

/// A setting that is settled before it was changed ends early.
pub(super) type Step = Result<BucketOutcome, BucketOutcome>;

pub(super) fn settle(step: Step) -> BucketOutcome {
    step.unwrap_or_else(std::convert::identity)
}

pub(super) async fn public_access(bucket: &Bucket) -> Step {
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

pub(super) async fn ownership(bucket: &Bucket) -> Step {
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

pub(super) async fn encryption(bucket: &Bucket) -> Step {
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
pub(super) async fn abort_uploads(bucket: &Bucket, days: NonZeroU16) -> Step {
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

pub(super) async fn versioning(bucket: &Bucket) -> Step {
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
pub(super) fn asked<T, E>(answer: Result<T, SdkError<E, HttpResponse>>) -> Result<Option<T>, BucketOutcome>
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(failure) => {
            let cause = Cause::of(&failure);
            let is_unset = cause.status() == 404 && cause.code() != Some("NoSuchBucket");
            if is_unset { Ok(None) } else { Err(refused(&failure)) }
        }
    }
}

/// Returns what became of a change.
fn told<T, E>(answer: Result<T, SdkError<E, HttpResponse>>) -> Step
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    match answer {
        Ok(_) => Ok(BucketOutcome::Done),
        Err(failure) => Err(refused(&failure)),
    }
}

fn refused<E>(failure: &SdkError<E, HttpResponse>) -> BucketOutcome
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    let cause = Cause::of(failure);
    match (cause.status(), cause.code()) {
        (405 | 501, _) | (_, Some("NotImplemented" | "MethodNotAllowed")) => BucketOutcome::Unsupported,
        _ => BucketOutcome::Failed(site().failed(failure)),
    }
}

/// A request of ours that lacks something it needs.
fn unbuilt(error: impl StdError + Send + Sync + 'static) -> BucketOutcome {
    BucketOutcome::Failed(site().broken("a setting could not be put into words").with_source(error))
}
