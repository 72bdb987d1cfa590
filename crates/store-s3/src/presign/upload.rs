//! [`S3Uploads`]: presigned PUT requests.

use std::fmt;
use std::sync::Arc;

use links::{
    Clock, FormSigner, LinkError, LinkErrorKind, LinkFut, PostForm, PostPolicy, SignedUpload, SignedUrl,
    UploadSigner, UploadTerms,
};
use object_key::ObjectKey;
use store::{Attributes, ErrorKind, FieldValue, Operation, UserMetadata, check_name};

use super::signer::{Presigner, invalid, presigned, unsupported};
use crate::bucket::Bucket;
use crate::config::{ConfigError, MAX_PART};
use crate::error::Site;
use crate::metadata::encode_digest;
use crate::upload::{Condition, Description, describe};
use crate::{Checksums, post_policy};

/// Signs uploads straight to the server: presigned PUT requests, and forms with a POST policy (X9).
///
/// What the store writes objects with, it signs here too: encryption, storage class, tags, metadata, and a content type
/// that is configured whatever the caller says. What is uploaded so is not compressed.
///
/// ```
/// use std::time::Duration;
/// use links::{Lifetime, UploadSigner as _, UploadTerms};
/// use object_key::ObjectKey;
/// use store_s3::{Environment, S3Config, S3Store};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let config: S3Config = toml::from_str(r#"
///     bucket = "media"
///     region = "eu-west-1"
///     credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "s3cr3t" }
/// "#)?;
/// let uploads = S3Store::connect(&config, &Environment::empty()).await?.uploads()?;
///
/// let terms = UploadTerms::new(Lifetime::Fixed(Duration::from_secs(300)), "image/png", 70_512);
/// let upload = uploads.upload(&ObjectKey::parse("in/me.png")?, &terms).await?;
/// let headers: Vec<_> = upload.headers().collect();
/// assert_eq!(headers, [("content-length", "70512"), ("content-type", "image/png"), ("if-none-match", "*")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// Type, length, digest, the condition that nothing is replaced, and the owner of the bucket where one is expected are
/// signed header fields. No ACL is ever signed, and AWS refuses `x-amz-…` fields that are not signed, so that a client
/// cannot make an object public (S36); where a configured ACL would have to be sent, uploads are refused.
#[derive(Clone)]
pub struct S3Uploads {
    presigner: Arc<Presigner>,
}

impl S3Uploads {
    pub(super) fn new(bucket: &Bucket) -> Result<Self, ConfigError> {
        Ok(Self { presigner: Arc::new(Presigner::new(bucket)?) })
    }

    /// Sets the clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { presigner: Arc::new(self.presigner.with_clock(clock)) }
    }

    async fn put(&self, key: &ObjectKey, terms: &UploadTerms) -> Result<SignedUpload, LinkError> {
        let UploadTerms { lifetime, content_type, length, sha256, mode, name_rule, .. } = terms;
        let presigner = &self.presigner;
        let bucket = presigner.bucket();
        check_name(key, *name_rule).map_err(invalid)?;
        let key = presigner.key(key)?;
        let site = Site::new(Operation::Put, &key);
        if *length > MAX_PART {
            return Err(invalid("S3 takes at most 5 GiB in one request"));
        }
        let length = i64::try_from(*length).map_err(invalid)?;
        // SECURITY: a server that is not known to check a digest might store whatever comes.
        if sha256.is_some() && bucket.profile().checksums != Checksums::Sent {
            return Err(unsupported("this server is not known to check digests"));
        }
        let mut description = describe_upload(bucket, &key, content_type)?;
        description.own.sha256 = *sha256;
        bucket.require_conditions(mode, &site).await.map_err(refused)?;
        let condition = Condition::new(mode.clone());
        let session = presigner.session(*lifetime).await?;
        let put = presigner
            .client()
            .put_object()
            .bucket(presigner.bucket_name())
            .key(key.as_str())
            .content_length(length)
            .set_expected_bucket_owner(bucket.owner())
            .set_if_none_match(condition.if_none_match())
            .set_if_match(condition.if_match())
            .set_checksum_sha256(sha256.as_ref().map(encode_digest));
        let request = presigned!(describe!(put, &description), session);
        let headers = request.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut headers: Vec<(String, String)> = headers.collect();
        headers.sort();
        Ok(SignedUpload::new(SignedUrl::new(request.uri().to_owned(), session.expires()), headers))
    }
}

/// Completes a content type by what objects are written with.
pub(crate) fn describe_upload(
    bucket: &Bucket,
    key: &ObjectKey,
    content_type: &str,
) -> Result<Description, LinkError> {
    let site = Site::new(Operation::Put, key);
    let parameters = bucket.parameters(key, &site).map_err(invalid)?;
    // SECURITY: a signed ACL is one that the client may send (S36).
    if parameters.acl.is_some() {
        return Err(unsupported("`objects.acl` is set, and an upload by others is signed without any ACL"));
    }
    let mut attributes = Attributes::default();
    attributes.content_type = Some(FieldValue::parse(content_type.to_owned()).map_err(invalid)?);
    Description::new(key, attributes, UserMetadata::default(), parameters, &site).map_err(invalid)
}

/// The server cannot be held to a condition, or did not say.
fn refused(error: store::Error) -> LinkError {
    let kind = match error.kind() {
        ErrorKind::Unsupported => LinkErrorKind::Unsupported,
        _ => LinkErrorKind::Unavailable,
    };
    LinkError::new(kind, error)
}

impl UploadSigner for S3Uploads {
    fn upload<'a>(&'a self, key: &'a ObjectKey, terms: &'a UploadTerms) -> LinkFut<'a, SignedUpload> {
        Box::pin(self.put(key, terms))
    }
}

impl FormSigner for S3Uploads {
    fn form<'a>(&'a self, policy: &'a PostPolicy) -> LinkFut<'a, PostForm> {
        Box::pin(post_policy::form(&self.presigner, policy))
    }
}

impl fmt::Debug for S3Uploads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("S3Uploads").field(&self.presigner).finish()
    }
}
