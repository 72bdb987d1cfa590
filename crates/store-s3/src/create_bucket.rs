//! Making the bucket: private, whatever the account's defaults are (D24).

use aws_sdk_s3::operation::create_bucket::builders::CreateBucketFluentBuilder;
use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, PublicAccessBlockConfiguration,
};
use store::{Error, Operation};

use crate::bucket::Bucket;
use crate::config::Access;
use crate::error::{Cause, Site};

/// Makes the bucket. One that we own already is no error, and left as it is.
pub(crate) async fn create(bucket: &Bucket) -> Result<(), Error> {
    match request(bucket).send().await {
        Ok(_) if bucket.settings().links.access == Access::Private => block_public_access(bucket).await,
        Ok(_) => Ok(()),
        Err(failure) if Cause::of(&failure).code() == Some("BucketAlreadyOwnedByYou") => Ok(()),
        Err(failure) => Err(Site::whole(Operation::Open).failed(&failure)),
    }
}

/// Prepares the request that makes the bucket.
pub(crate) fn request(bucket: &Bucket) -> CreateBucketFluentBuilder {
    let region = bucket.parts().region.as_str();
    // Named explicitly, this one region is an error.
    let elsewhere = (region != "us-east-1" && region != "auto").then(|| {
        let constraint = BucketLocationConstraint::from(region);
        CreateBucketConfiguration::builder().location_constraint(constraint).build()
    });
    bucket.client().create_bucket().bucket(bucket.name()).set_create_bucket_configuration(elsewhere)
}

/// Returns the settings that keep policies and ACLs from ever making the bucket public.
pub(crate) fn nothing_public() -> PublicAccessBlockConfiguration {
    PublicAccessBlockConfiguration::builder()
        .block_public_acls(true)
        .block_public_policy(true)
        .ignore_public_acls(true)
        .restrict_public_buckets(true)
        .build()
}

/// Keeps policies and ACLs from ever making the bucket public.
async fn block_public_access(bucket: &Bucket) -> Result<(), Error> {
    let request = bucket.client().put_public_access_block().bucket(bucket.name());
    let sent = request
        .public_access_block_configuration(nothing_public())
        .set_expected_bucket_owner(bucket.owner())
        .send()
        .await;
    match sent {
        Ok(_) => Ok(()),
        // Servers without such a thing; their buckets are private, too, until somebody says otherwise.
        Err(failure) if matches!(Cause::of(&failure).status(), 400 | 404 | 405 | 501) => Ok(()),
        Err(failure) => Err(Site::whole(Operation::Open).failed(&failure)),
    }
}
