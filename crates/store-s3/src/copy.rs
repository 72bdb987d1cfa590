//! Copying on the server, whole or in parts; no byte passes through here (rule 12).

mod parts;

use aws_sdk_s3::types::{MetadataDirective, TaggingDirective};
use bytes::Bytes;
use object_key::ObjectKey;
use store::{
    Attributes, CopyMetadata, CopyOptions, ETag, Error, ErrorKind, Metadata, Operation, PutMode,
    UserMetadata, When, Written, check_name,
};

use crate::bucket::Bucket;
use crate::client::patience_for;
use crate::encryption::source_keyed;
use crate::error::Site;
use crate::get::{self, Head};
use crate::metadata::{OwnEntries, UploadName, told_etag};
use crate::parameters::Parameters;
use crate::upload::{Condition, Description, describe, protect, put_single};

/// How slowly a server may copy, in bytes a second.
const SLOWEST: u64 = 4 << 20;
/// A source that changes between each look and the copy after it is given up on.
const LOOKS: u32 = 3;

pub(crate) async fn copy(
    bucket: &Bucket,
    from: &ObjectKey,
    to: &ObjectKey,
    options: CopyOptions,
) -> Result<Written, Error> {
    let site = Site::new(Operation::Copy, to);
    check_name(to, options.name_rule)
        .map_err(|reason| site.error(ErrorKind::InvalidName).with_source(reason))?;
    let mut looks_left = LOOKS;
    loop {
        let job = Job::prepare(bucket, from, to, &options, &site).await?;
        looks_left -= 1;
        match job.run(&options).await {
            // Changed since the look: another version is as good where none was named.
            Err(error) if job.is_about_source(&error) && options.source == When::Always && looks_left > 0 => {
            }
            done => return done,
        }
    }
}

/// One copy of one version.
struct Job<'a> {
    bucket: &'a Bucket,
    from: &'a ObjectKey,
    to: &'a ObjectKey,
    /// Errors about the source.
    source_site: Site,
    /// Errors about the target.
    site: &'a Site,
    head: Head,
    source: Metadata,
    parameters: Parameters,
}

impl<'a> Job<'a> {
    /// Looks at the source.
    async fn prepare(
        bucket: &'a Bucket,
        from: &'a ObjectKey,
        to: &'a ObjectKey,
        options: &CopyOptions,
        site: &'a Site,
    ) -> Result<Self, Error> {
        let source_site = Site::existing(Operation::Copy, from);
        let head = get::head(bucket, from, &source_site).await?;
        let source = head.headers.clone().into_metadata(head.size, &source_site)?;
        if matches!(&options.source, When::Matches(etag) if *etag != source.etag) {
            return Err(source_site.error(ErrorKind::PreconditionFailed));
        }
        let parameters = bucket.parameters(to, site)?;
        Ok(Self { bucket, from, to, source_site, site, head, source, parameters })
    }

    async fn run(&self, options: &CopyOptions) -> Result<Written, Error> {
        let onto_itself = self.from == self.to;
        if onto_itself {
            self.judge_onto_itself(&options.mode)?;
            if matches!(options.metadata, CopyMetadata::Keep) {
                return Ok(self.source.clone().into()); // as it is to be already; S3 refuses it
            }
        }
        // The condition on the source, which is sent with each request, is one on the target then.
        let unconditional = options.mode == PutMode::Overwrite || onto_itself;
        let etag = if unconditional && self.source.size <= self.bucket.transfer().copy_threshold {
            self.copy_whole(&options.metadata).await?
        } else {
            let mode =
                if onto_itself { PutMode::Update(self.source.etag.clone()) } else { options.mode.clone() };
            self.bucket.require_conditions(&mode, self.site).await?;
            self.copy_under(&Condition::new(mode), &options.metadata).await?
        };
        Ok(Written::new(self.source.size, etag, self.source.sha256))
    }

    fn judge_onto_itself(&self, mode: &PutMode) -> Result<(), Error> {
        match mode {
            PutMode::Overwrite => Ok(()),
            PutMode::Update(etag) if *etag == self.source.etag => Ok(()),
            PutMode::Update(_) => Err(self.site.error(ErrorKind::PreconditionFailed)),
            PutMode::Create => Err(self.site.error(ErrorKind::AlreadyExists)),
        }
    }

    fn is_about_source(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::PreconditionFailed
            && error.key() == Some(self.from)
            && self.from != self.to
    }

    /// Copies in one request.
    async fn copy_whole(&self, metadata: &CopyMetadata) -> Result<ETag, Error> {
        let bucket = self.bucket;
        let request = bucket
            .client()
            .copy_object()
            .bucket(bucket.name())
            .key(self.to.as_str())
            .copy_source(self.copy_source())
            .copy_source_if_match(self.source.etag.to_string())
            .set_expected_bucket_owner(bucket.owner())
            .set_expected_source_bucket_owner(bucket.owner());
        let request = source_keyed!(request, bucket.customer());
        let request = match metadata {
            CopyMetadata::Keep => {
                protect!(request, &self.parameters).metadata_directive(MetadataDirective::Copy)
            }
            CopyMetadata::Replace { attributes, user } => {
                let description = self.replacement(attributes, user)?;
                let tags = self.parameters.tagging.as_ref().map(|_| TaggingDirective::Replace);
                describe!(request, description)
                    .metadata_directive(MetadataDirective::Replace)
                    .set_tagging_directive(tags)
            }
        };
        let patience = patience_for(bucket.transfer(), self.source.size, SLOWEST);
        let sent = request.customize().config_override(patience).send().await;
        let output = sent.map_err(|failure| self.source_site.failed(&failure))?;
        let result = output.copy_object_result.as_ref();
        told_etag(result.and_then(|result| result.e_tag()), self.site)
    }

    /// Copies under a condition on the target, which only the end of an upload in parts has on every server.
    async fn copy_under(&self, condition: &Condition, metadata: &CopyMetadata) -> Result<ETag, Error> {
        let mut description = match metadata {
            CopyMetadata::Keep => self.kept().await?,
            CopyMetadata::Replace { attributes, user } => self.replacement(attributes, user)?,
        };
        description.own.upload = Some(UploadName::random(self.site)?);
        if self.source.size == 0 {
            return put_single(self.bucket, self.to, &description, Bytes::new(), condition, self.site).await;
        }
        self.copy_parts(&description, condition).await
    }

    /// Describes the target as the source is described.
    async fn kept(&self) -> Result<Description, Error> {
        let mut parameters = self.parameters.clone();
        if self.head.tags > 0 {
            parameters.tagging = Some(self.tags().await?);
        }
        Ok(Description::of(self.head.headers.clone(), self.own(), parameters))
    }

    fn replacement(&self, attributes: &Attributes, user: &UserMetadata) -> Result<Description, Error> {
        let parameters = self.parameters.clone();
        let mut description =
            Description::new(self.to, attributes.clone(), user.clone(), parameters, self.site)?;
        description.own = self.own();
        Ok(description)
    }

    /// What the store itself knows of the bytes is true of the copy, too.
    fn own(&self) -> OwnEntries {
        OwnEntries { upload: None, sha256: self.source.sha256, logical_size: self.source.logical_size }
    }

    async fn tags(&self) -> Result<String, Error> {
        let request =
            self.bucket.client().get_object_tagging().bucket(self.bucket.name()).key(self.from.as_str());
        let sent = request.set_expected_bucket_owner(self.bucket.owner()).send().await;
        let output = sent.map_err(|failure| self.source_site.failed(&failure))?;
        Ok(crate::parameters::tagging(output.tag_set().iter().map(|tag| (tag.key(), tag.value()))))
    }

    /// Writes the source as the header wants it: percent-encoded.
    fn copy_source(&self) -> String {
        format!("{}/{}", self.bucket.name(), self.from.url_path())
    }
}
