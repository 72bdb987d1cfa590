//! What an object's headers say, and what this store writes among them.

use std::collections::HashMap;
use std::time::SystemTime;

use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types::ChecksumType;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use store::{Attributes, ETag, Error, ErrorKind, FieldValue, Metadata, Sha256Digest, UserMetadata};

use crate::error::Site;

/// Names the upload that wrote an object, so that it can recognise its own work.
const UPLOAD: &str = "hallpass-upload";
/// The SHA-256 of the stored bytes, in base64.
const SHA256: &str = "hallpass-sha256";
/// The size before this store compressed the object.
const LOGICAL_SIZE: &str = "hallpass-size";

/// The headers of an answer about an object that metadata is made of.
#[derive(Debug, Clone)]
pub(crate) struct Headers {
    pub(crate) etag: Option<String>,
    pub(crate) modified: Option<DateTime>,
    pub(crate) content_type: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) cache_control: Option<String>,
    pub(crate) user: Option<HashMap<String, String>>,
    pub(crate) sha256: Option<String>,
    pub(crate) checksum_type: Option<ChecksumType>,
}

/// Takes the headers out of the output of a HEAD or GET, which have the same fields but no type in common.
macro_rules! headers {
    ($output:expr) => {
        $crate::metadata::Headers {
            etag: $output.e_tag.take(),
            modified: $output.last_modified.take(),
            content_type: $output.content_type.take(),
            content_encoding: $output.content_encoding.take(),
            content_disposition: $output.content_disposition.take(),
            content_language: $output.content_language.take(),
            cache_control: $output.cache_control.take(),
            user: $output.metadata.take(),
            sha256: $output.checksum_sha256.take(),
            checksum_type: $output.checksum_type.take(),
        }
    };
}
pub(crate) use headers;

impl Headers {
    /// Reads the metadata of an object of so many bytes.
    pub(crate) fn into_metadata(self, length: u64, site: &Site) -> Result<Metadata, Error> {
        let etag = told_etag(self.etag.as_deref(), site)?;
        let modified = self.modified.and_then(|date| SystemTime::try_from(date).ok());
        let modified = modified.ok_or_else(|| site.broken("the answer has no date"))?;
        let mut metadata = Metadata::new(length, etag, modified);
        metadata.attributes = attributes(
            self.content_type,
            self.content_encoding,
            self.content_disposition,
            self.content_language,
            self.cache_control,
        );
        // The digest of an object of several parts is one of their digests, and none of its bytes.
        let whole = self.checksum_type == Some(ChecksumType::FullObject);
        let user = self.user.unwrap_or_default();
        let digest = self.sha256.filter(|_| whole).or_else(|| user.get(SHA256).cloned());
        metadata.sha256 = digest.as_deref().and_then(decode_digest);
        metadata.logical_size = user.get(LOGICAL_SIZE).and_then(|size| size.parse().ok());
        for (name, value) in user {
            // What these types cannot hold, the store's own entries among it, is left out.
            let _ = metadata.user.insert(&name, value);
        }
        Ok(metadata)
    }

    /// Returns the name of the upload that wrote the object.
    pub(crate) fn upload(&self) -> Option<&str> {
        self.user.as_ref()?.get(UPLOAD).map(String::as_str)
    }
}

fn attributes(
    content_type: Option<String>,
    content_encoding: Option<String>,
    content_disposition: Option<String>,
    content_language: Option<String>,
    cache_control: Option<String>,
) -> Attributes {
    let field = |text: Option<String>| text.and_then(|text| FieldValue::parse(text).ok());
    let mut attributes = Attributes::default();
    attributes.content_type = field(content_type);
    attributes.content_encoding = field(content_encoding);
    attributes.content_disposition = field(content_disposition);
    attributes.content_language = field(content_language);
    attributes.cache_control = field(cache_control);
    attributes
}

/// Reads an entity tag; some servers leave the quotes out.
pub(crate) fn etag(text: Option<&str>) -> Option<ETag> {
    let text = text?;
    ETag::parse_quoted(text).or_else(|_| ETag::new(text)).ok()
}

/// Reads the entity tag of an answer that has to have one.
pub(crate) fn told_etag(text: Option<&str>, site: &Site) -> Result<ETag, Error> {
    etag(text).ok_or_else(|| site.broken("the answer has no entity tag"))
}

fn decode_digest(text: &str) -> Option<Sha256Digest> {
    STANDARD.decode(text).ok()?.try_into().ok().map(Sha256Digest)
}

/// Writes a digest as S3 does.
pub(crate) fn encode_digest(digest: &Sha256Digest) -> String {
    STANDARD.encode(digest.0)
}

/// The store's own entries among the user metadata.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnEntries {
    /// Names this upload.
    pub(crate) upload: Option<UploadName>,
    pub(crate) sha256: Option<Sha256Digest>,
    pub(crate) logical_size: Option<u64>,
}

impl OwnEntries {
    /// Returns the entries.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (String, String)> {
        let own = [
            (UPLOAD, self.upload.as_ref().map(|name| name.0.clone())),
            (SHA256, self.sha256.as_ref().map(encode_digest)),
            (LOGICAL_SIZE, self.logical_size.map(|size| size.to_string())),
        ];
        own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)))
    }
}

/// Tells whether an entry is the store's own.
pub(crate) fn is_own(name: &str) -> bool {
    name.starts_with(UserMetadata::RESERVED)
}

/// A random name for one upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UploadName(String);

impl UploadName {
    /// Makes up a name.
    pub(crate) fn random(site: &Site) -> Result<Self, Error> {
        let mut bytes = [0; 16];
        let failed =
            |error| site.error(ErrorKind::Internal).with_detail("no random bytes").with_source(error);
        getrandom::fill(&mut bytes).map_err(failed)?;
        Ok(Self(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
