//! [`ObjectParameters`]: what objects are written with, for all of them or by a function of the key (DS3).

use std::collections::BTreeMap;

use aws_sdk_s3::types::{ObjectCannedAcl, StorageClass};
use object_key::ObjectKey;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use store::{Attributes, FieldValue, UserMetadata, guess_content_type};

use crate::config::{ConfigError, Secret};
use crate::encryption::Encryption;

/// What objects are written with.
///
/// `content_type` goes before what the caller of an upload says (DS14); the other fields stand in where the caller says
/// nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ObjectParameters {
    /// `Content-Type`, whatever the caller says.
    pub content_type: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// `Content-Disposition`.
    pub content_disposition: Option<String>,
    /// `Content-Language`.
    pub content_language: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// User metadata.
    pub metadata: BTreeMap<String, String>,
    /// Tags: at most ten.
    pub tags: BTreeMap<String, String>,
    /// The storage class, by S3's name for it.
    pub storage_class: Option<String>,
    /// The canned ACL. None is sent by default, which means private.
    pub acl: Option<Acl>,
    /// How the server encrypts objects; as the bucket is configured by default.
    pub encryption: Option<EncryptionMode>,
    /// The KMS key for [`EncryptionMode::Kms`]; AWS's own by default.
    pub kms_key_id: Option<String>,
    /// The key for [`EncryptionMode::Customer`]: 32 bytes in base64.
    pub customer_key: Option<Secret>,
    /// Whether `Content-Encoding` is guessed from names such as `x.tar.gz` (DS14).
    pub guess_encoding: bool,
}

/// A canned ACL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Acl {
    /// Only the owner. Sent as no ACL at all, which buckets without ACLs accept too.
    Private,
    /// Everyone may read. Buckets with `BucketOwnerEnforced`, AWS's default, refuse it.
    PublicRead,
    /// The owner of the bucket, too, when the writer is another account.
    BucketOwnerFullControl,
}

/// How the server encrypts objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EncryptionMode {
    /// SSE-S3: with keys of S3 (AES256).
    S3,
    /// SSE-KMS: with a key in KMS.
    Kms,
    /// SSE-C: with a key that is sent along with each request and that the server does not keep.
    Customer,
}

/// Parameters that were checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters {
    content_type: Option<FieldValue>,
    attributes: Attributes,
    user: UserMetadata,
    guess_encoding: bool,
    pub(crate) tagging: Option<String>,
    pub(crate) storage_class: Option<StorageClass>,
    pub(crate) acl: Option<ObjectCannedAcl>,
    pub(crate) encryption: Encryption,
}

impl ObjectParameters {
    /// Checks every field.
    pub(crate) fn check(&self) -> Result<Parameters, ConfigError> {
        let mut attributes = Attributes::default();
        attributes.content_encoding = field("objects.content_encoding", self.content_encoding.as_deref())?;
        attributes.content_disposition =
            field("objects.content_disposition", self.content_disposition.as_deref())?;
        attributes.content_language = field("objects.content_language", self.content_language.as_deref())?;
        attributes.cache_control = field("objects.cache_control", self.cache_control.as_deref())?;
        Ok(Parameters {
            content_type: field("objects.content_type", self.content_type.as_deref())?,
            attributes,
            user: self.user()?,
            guess_encoding: self.guess_encoding,
            tagging: self.tagging()?,
            storage_class: self.storage_class()?,
            acl: match self.acl {
                None | Some(Acl::Private) => None,
                Some(Acl::PublicRead) => Some(ObjectCannedAcl::PublicRead),
                Some(Acl::BucketOwnerFullControl) => Some(ObjectCannedAcl::BucketOwnerFullControl),
            },
            encryption: Encryption::check(self)?,
        })
    }

    fn user(&self) -> Result<UserMetadata, ConfigError> {
        let mut user = UserMetadata::default();
        for (name, value) in &self.metadata {
            user.insert(name, value.clone())
                .map_err(|error| ConfigError::new("objects.metadata", format!("`{name}`: {error}")))?;
        }
        Ok(user)
    }

    /// Returns the tags in the form of a query string.
    fn tagging(&self) -> Result<Option<String>, ConfigError> {
        let fits = |text: &str, most| text.chars().count() <= most;
        if self.tags.len() > 10 {
            return Err(ConfigError::new("objects.tags", "S3 takes at most ten tags"));
        }
        if let Some((name, _)) =
            self.tags.iter().find(|(name, value)| name.is_empty() || !fits(name, 128) || !fits(value, 256))
        {
            let problem = format!("`{name}`: a name has 1 to 128 characters, a value at most 256");
            return Err(ConfigError::new("objects.tags", problem));
        }
        let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || " +-=._:/@".contains(c));
        if let Some((name, _)) = self.tags.iter().find(|(name, value)| !plain(name) || !plain(value)) {
            let problem = format!("`{name}`: S3 takes letters, digits, spaces and `+-=._:/@`");
            return Err(ConfigError::new("objects.tags", problem));
        }
        let tags = tagging(self.tags.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        Ok((!tags.is_empty()).then_some(tags))
    }

    fn storage_class(&self) -> Result<Option<StorageClass>, ConfigError> {
        let Some(name) = self.storage_class.as_deref() else { return Ok(None) };
        if !StorageClass::values().contains(&name) {
            let known = StorageClass::values().join(", ");
            let problem = format!("`{name}` is no storage class; there are {known}");
            return Err(ConfigError::new("objects.storage_class", problem));
        }
        Ok(Some(StorageClass::from(name)))
    }
}

impl Parameters {
    /// Returns the type that objects get whatever the caller says.
    pub(crate) fn content_type(&self) -> Option<&FieldValue> {
        self.content_type.as_ref()
    }

    /// Tells whether objects get a content encoding anyway.
    pub(crate) fn encodes(&self) -> bool {
        self.attributes.content_encoding.is_some()
    }

    /// Completes what a caller said about an object.
    pub(crate) fn complete(&self, key: &ObjectKey, said: Attributes) -> Attributes {
        let fixed = self.attributes.clone();
        let mut whole = Attributes::default();
        let guessed = || Some(guess_content_type(key));
        whole.content_type = self.content_type.clone().or(said.content_type).or_else(guessed);
        whole.content_disposition = said.content_disposition.or(fixed.content_disposition);
        whole.content_language = said.content_language.or(fixed.content_language);
        whole.cache_control = said.cache_control.or(fixed.cache_control);
        let encoding = said.content_encoding.or(fixed.content_encoding);
        whole.content_encoding =
            encoding.or_else(|| if self.guess_encoding { guess_encoding(key) } else { None });
        whole
    }

    /// Adds user metadata that the caller did not set.
    ///
    /// # Errors
    /// When both together are too much.
    pub(crate) fn complete_user(
        &self,
        mut said: UserMetadata,
    ) -> Result<UserMetadata, store::InvalidUserMetadata> {
        for (name, value) in self.user.iter() {
            if said.get(name).is_none() {
                said.insert(name, value.to_owned())?;
            }
        }
        Ok(said)
    }
}

/// Writes tags in the form of a query string.
pub(crate) fn tagging<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let tags: Vec<String> = tags.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    tags.join("&")
}

fn guess_encoding(key: &ObjectKey) -> Option<FieldValue> {
    let encoding = match key.extension()?.to_ascii_lowercase().as_str() {
        "gz" | "tgz" | "svgz" => "gzip",
        "br" => "br",
        "zst" => "zstd",
        _ => return None,
    };
    FieldValue::parse(encoding).ok()
}

fn field(key: &'static str, text: Option<&str>) -> Result<Option<FieldValue>, ConfigError> {
    let parsed = text.map(|text| FieldValue::parse(text.to_owned())).transpose();
    parsed.map_err(|error| ConfigError::new(key, error.to_string()))
}
