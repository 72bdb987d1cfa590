//! POST policies: the document that a form carries, and its signature (AWS Signature Version 4, "Browser-based uploads
//! using POST"). The SDK has none; only `aws-sigv4`'s primitives are used.

mod document;

use std::time::SystemTime;

use aws_sdk_s3::types::{ServerSideEncryption, StorageClass};
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use links::{LinkError, LinkErrorKind, PostForm, PostKey, PostPolicy, PostType};
use object_key::{ObjectKey, Prefix};
use store::check_name;

use self::document::Document;
use crate::config::MAX_PART;
use crate::presign::{Presigner, Session, describe_upload, invalid, unsupported};
use crate::upload::Description;

/// What S3 replaces by the name of the uploaded file, wherever it stands in the field `key`.
const FILE_NAME: &str = "${filename}";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Returns the signed form for a policy.
pub(crate) async fn form(presigner: &Presigner, policy: &PostPolicy) -> Result<PostForm, LinkError> {
    check_length(policy)?;
    if presigner.bucket().owner().is_some() {
        return Err(unsupported("a form cannot ask for the owner of the bucket, and one is expected"));
    }
    let target = Target::of(presigner, policy)?;
    let description =
        describe_upload(presigner.bucket(), &target.sample()?, type_text(&policy.content_type))?;
    let session = presigner.session(policy.lifetime).await?;
    let url = presigner.bucket_url().await?;

    let mut document = Document::new(&timestamp(session.expires())?);
    document.range("content-length-range", &policy.length);
    add_content_type(&mut document, policy, &description);
    add_description(&mut document, policy, &description)?;
    document.condition("bucket", presigner.bucket_name());
    target.add(&mut document);
    let fields = sign(document, presigner.region(), &session)?;
    Ok(PostForm::new(with_path(url), fields, session.expires()))
}

fn check_length(policy: &PostPolicy) -> Result<(), LinkError> {
    if policy.length.is_empty() {
        return Err(invalid("the range of lengths is empty"));
    }
    if *policy.length.end() > MAX_PART {
        return Err(invalid("S3 takes at most 5 GiB in one request"));
    }
    Ok(())
}

/// The object that a form makes, below the prefix of the store.
enum Target {
    Object(ObjectKey),
    Below(Prefix),
}

impl Target {
    fn of(presigner: &Presigner, policy: &PostPolicy) -> Result<Self, LinkError> {
        let target = match &policy.key {
            PostKey::Object(key) => {
                check_name(key, policy.name_rule).map_err(invalid)?;
                Self::Object(presigner.key(key)?)
            }
            PostKey::Below(prefix) => {
                let prefix = presigner.settings().prefix.join_prefix(prefix).map_err(invalid)?;
                if prefix.as_str().is_empty() {
                    return Err(invalid("a form for every name would open the whole bucket"));
                }
                if presigner.bucket().depends_on_key() {
                    let why =
                        "what an object is written with depends on its name here, and the client names it";
                    return Err(unsupported(why));
                }
                Self::Below(prefix)
            }
        };
        // SECURITY: S3 puts the client's file name there before it compares: an exact key would not be exact.
        if target.as_str().contains(FILE_NAME) {
            return Err(invalid("a name with `${filename}` in it means another one to S3"));
        }
        Ok(target)
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Object(key) => key.as_str(),
            Self::Below(prefix) => prefix.as_str(),
        }
    }

    /// Returns a key that stands for those that this allows.
    fn sample(&self) -> Result<ObjectKey, LinkError> {
        match self {
            Self::Object(key) => Ok(key.clone()),
            Self::Below(prefix) => ObjectKey::try_from(format!("{prefix}x")).map_err(invalid),
        }
    }

    fn add(&self, document: &mut Document) {
        match self {
            Self::Object(key) => document.field("key", key.as_str()),
            Self::Below(prefix) => {
                document.starts_with("key", prefix.as_str());
                document.free_field("key", format!("{prefix}{FILE_NAME}"));
            }
        }
    }
}

fn type_text(content_type: &PostType) -> &str {
    match content_type {
        PostType::Exactly(text) | PostType::StartingWith(text) => text,
    }
}

/// A type that is configured goes before what the policy leaves to the client (DS14).
fn add_content_type(document: &mut Document, policy: &PostPolicy, description: &Description) {
    let configured = description.parameters.content_type().is_some();
    match &policy.content_type {
        PostType::StartingWith(text) if !configured => document.starts_with("Content-Type", text),
        _ => document.field("Content-Type", description.fields.content_type.as_deref().unwrap_or_default()),
    }
}

/// Adds what the store writes objects with. What stands in no condition, a client could not add either: S3 refuses it.
fn add_description(
    document: &mut Document,
    policy: &PostPolicy,
    description: &Description,
) -> Result<(), LinkError> {
    let (fields, parameters) = (&description.fields, &description.parameters);
    if parameters.tagging.is_some() {
        return Err(unsupported("`objects.tags` are set, and a form has tags in another notation"));
    }
    let encryption = &parameters.encryption;
    let algorithm = encryption.algorithm();
    let kms_key = encryption.kms_key();
    let optional = [
        ("Cache-Control", fields.cache_control.as_deref()),
        ("Content-Disposition", fields.content_disposition.as_deref()),
        ("Content-Encoding", fields.content_encoding.as_deref()),
        ("Content-Language", fields.content_language.as_deref()),
        ("x-amz-storage-class", parameters.storage_class.as_ref().map(StorageClass::as_str)),
        ("x-amz-server-side-encryption", algorithm.as_ref().map(ServerSideEncryption::as_str)),
        ("x-amz-server-side-encryption-aws-kms-key-id", kms_key.as_deref()),
    ];
    document.field("success_action_status", policy.success.as_str());
    for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        document.field(name, value);
    }
    let mut entries: Vec<(&String, &String)> = description.user.iter().collect();
    entries.sort();
    for (name, value) in entries {
        document.field(&format!("x-amz-meta-{name}"), value);
    }
    Ok(())
}

/// Adds who signs, and the signature of the whole.
fn sign(mut document: Document, region: &str, session: &Session) -> Result<Vec<(String, String)>, LinkError> {
    let credentials = session.credentials();
    let basic = timestamp(session.starts())?.replace(['-', ':'], "");
    let day = basic.split('T').next().unwrap_or_default();
    let scope = format!("{}/{day}/{region}/s3/aws4_request", credentials.access_key_id());
    document.field("x-amz-algorithm", ALGORITHM);
    document.field("x-amz-credential", &scope);
    document.field("x-amz-date", &basic);
    if let Some(token) = credentials.session_token() {
        document.field("x-amz-security-token", token);
    }
    let (mut fields, policy) = document.finish();
    let policy = STANDARD.encode(policy);
    let key = generate_signing_key(credentials.secret_access_key(), session.starts(), region, "s3");
    let signature = calculate_signature(key, policy.as_bytes());
    fields.push(("policy".to_owned(), policy));
    fields.push(("x-amz-signature".to_owned(), signature));
    Ok(fields)
}

/// Writes a time as RFC 3339 does, in whole seconds.
fn timestamp(time: SystemTime) -> Result<String, LinkError> {
    DateTime::from(time)
        .fmt(Format::DateTime)
        .map_err(|error| LinkError::new(LinkErrorKind::InvalidTerms, error))
}

/// A host alone is followed by `/`.
fn with_path(url: String) -> String {
    let path = url.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    if path { url } else { format!("{url}/") }
}
