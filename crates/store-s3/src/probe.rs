//! Finding out what a server honours, instead of assuming it (X15).

use aws_sdk_s3::primitives::ByteStream;
use object_key::ObjectKey;
use store::{ETag, Error, Operation};

use crate::Support;
use crate::bucket::Bucket;
use crate::error::{Cause, Site};
use crate::metadata::{UploadName, etag};

/// What was found out about a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probed {
    /// `If-None-Match: *` keeps an object from being replaced.
    pub conditional_create: Support,
    /// `If-Match` keeps another version from being replaced.
    pub conditional_update: Support,
    /// `If-Match` keeps another version from being deleted.
    pub conditional_delete: Support,
    /// The SHA-256 sent with an object is kept and told.
    pub keeps_checksums: Support,
}

/// Finds out what the server honours.
pub(crate) async fn probe(bucket: &Bucket) -> Result<Probed, Error> {
    let specimen = Specimen::place(bucket).await?;
    let found = specimen.examine().await;
    specimen.remove().await;
    found
}

/// Finds out whether conditions on writes are honoured.
pub(crate) async fn conditional_writes(bucket: &Bucket) -> Result<Support, Error> {
    let specimen = Specimen::place(bucket).await?;
    let found = async {
        let create = specimen.conditional_create().await?;
        let update = specimen.conditional_update().await?;
        Ok(if create == Support::Yes && update == Support::Yes { Support::Yes } else { Support::No })
    };
    let found = found.await;
    specimen.remove().await;
    found
}

/// A small object of our own, under a name that nobody else has.
struct Specimen<'a> {
    bucket: &'a Bucket,
    key: ObjectKey,
    site: Site,
}

/// An entity tag that no object has.
const FOREIGN: &str = "\"00000000000000000000000000000000\"";

/// The SHA-256 of `hallpass`, in base64.
const DIGEST: &str = "wpbfXuTltYmHUn8uDi+em1dyNCgiCrPHPBGDfSPHz08=";

impl<'a> Specimen<'a> {
    async fn place(bucket: &'a Bucket) -> Result<Self, Error> {
        let site = Site::whole(Operation::Open);
        let name = format!(".hallpass-probe/{}", UploadName::random(&site)?.as_str());
        let key = ObjectKey::try_from(format!("{}{name}", bucket.settings().prefix));
        let key =
            key.map_err(|error| site.broken("the prefix leaves no room for a probe").with_source(error))?;
        let specimen = Self { bucket, key, site };
        specimen.write(None, None).await?;
        Ok(specimen)
    }

    /// Writes the object under conditions; an error is only what has nothing to do with them.
    async fn write(&self, if_none_match: Option<&str>, if_match: Option<&str>) -> Result<Outcome, Error> {
        let conditional = if_none_match.is_some() || if_match.is_some();
        let sent = self
            .bucket
            .client()
            .put_object()
            .bucket(self.bucket.name())
            .key(self.key.as_str())
            .set_expected_bucket_owner(self.bucket.owner())
            .set_if_none_match(if_none_match.map(str::to_owned))
            .set_if_match(if_match.map(str::to_owned))
            .body(ByteStream::from_static(b"hallpass"))
            .send()
            .await;
        match sent {
            Ok(output) => Ok(Outcome::Written(etag(output.e_tag()))),
            Err(failure) => match Cause::of(&failure).status() {
                412 if conditional => Ok(Outcome::Refused),
                400 | 501 if conditional => Ok(Outcome::Unknown),
                _ => Err(self.site.failed(&failure)),
            },
        }
    }

    async fn examine(&self) -> Result<Probed, Error> {
        Ok(Probed {
            conditional_create: self.conditional_create().await?,
            conditional_update: self.conditional_update().await?,
            keeps_checksums: self.keeps_checksums().await?,
            conditional_delete: self.conditional_delete().await?, // last, for it may delete
        })
    }

    async fn conditional_create(&self) -> Result<Support, Error> {
        Ok(self.write(Some("*"), None).await?.means())
    }

    /// Refusing everything is no support: the right version has to pass.
    async fn conditional_update(&self) -> Result<Support, Error> {
        let refused = self.write(None, Some(FOREIGN)).await?.means();
        let Outcome::Written(Some(etag)) = self.write(None, None).await? else { return Ok(Support::No) };
        match self.write(None, Some(&etag.to_string())).await? {
            Outcome::Written(_) => Ok(refused),
            Outcome::Refused | Outcome::Unknown => Ok(Support::No),
        }
    }

    async fn conditional_delete(&self) -> Result<Support, Error> {
        let request = self.bucket.client().delete_object().bucket(self.bucket.name()).key(self.key.as_str());
        let request = request.set_expected_bucket_owner(self.bucket.owner()).if_match(FOREIGN);
        match request.send().await {
            Ok(_) => Ok(Support::No),
            Err(failure) => match Cause::of(&failure).status() {
                412 => Ok(Support::Yes),
                400 | 501 => Ok(Support::No),
                _ => Err(self.site.failed(&failure)),
            },
        }
    }

    async fn keeps_checksums(&self) -> Result<Support, Error> {
        let client = self.bucket.client();
        let request = client.put_object().bucket(self.bucket.name()).key(self.key.as_str());
        let request = request.set_expected_bucket_owner(self.bucket.owner()).checksum_sha256(DIGEST);
        match request.body(ByteStream::from_static(b"hallpass")).send().await {
            Ok(output) if output.checksum_sha256() == Some(DIGEST) => Ok(Support::Yes),
            Ok(_) => Ok(Support::No),
            Err(failure) => match Cause::of(&failure).status() {
                400 | 501 => Ok(Support::No),
                _ => Err(self.site.failed(&failure)),
            },
        }
    }

    async fn remove(&self) {
        let request = self.bucket.client().delete_object().bucket(self.bucket.name()).key(self.key.as_str());
        if let Err(failure) = request.set_expected_bucket_owner(self.bucket.owner()).send().await {
            let error = self.site.failed(&failure);
            tracing::warn!(key = %self.key, %error, "a probe was not removed");
        }
    }
}

/// What became of a write under a condition that does not hold.
enum Outcome {
    Written(Option<ETag>),
    Refused,
    /// The server does not know such conditions, and says so.
    Unknown,
}

impl Outcome {
    /// Judges a write that should have been refused.
    fn means(&self) -> Support {
        match self {
            Self::Refused => Support::Yes,
            Self::Written(_) | Self::Unknown => Support::No,
        }
    }
}
