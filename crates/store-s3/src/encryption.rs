//! [`Encryption`]: server-side encryption, and the key that goes with each request where it is the customer's.

use std::fmt;

use aws_sdk_s3::types::ServerSideEncryption;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

use crate::config::{ConfigError, Secret};
use crate::parameters::{EncryptionMode, ObjectParameters};

/// How the server encrypts an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// As the bucket is configured.
    #[default]
    Bucket,
    /// SSE-S3.
    S3,
    /// SSE-KMS, with this key or AWS's own.
    Kms(Option<String>),
    /// SSE-C.
    Customer(CustomerKey),
}

/// A key that is sent with each request, in the form in which it is sent.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CustomerKey {
    key: Secret,
    md5: String,
}

impl Encryption {
    pub(crate) fn check(parameters: &ObjectParameters) -> Result<Self, ConfigError> {
        let ObjectParameters { encryption, kms_key_id, customer_key, .. } = parameters;
        let only_with = |key, mode| {
            Err(ConfigError::new(key, format!("has a meaning with `encryption = \"{mode}\"` only")))
        };
        match (encryption, kms_key_id, customer_key) {
            (Some(EncryptionMode::Customer), None, Some(key)) => CustomerKey::parse(key).map(Self::Customer),
            (Some(EncryptionMode::Customer), None, None) => {
                Err(ConfigError::new("objects.customer_key", "is missing: 32 bytes in base64"))
            }
            (Some(EncryptionMode::Kms), id, None) => Ok(Self::Kms(id.clone())),
            (Some(EncryptionMode::S3), None, None) => Ok(Self::S3),
            (None, None, None) => Ok(Self::Bucket),
            (_, _, Some(_)) => only_with("objects.customer_key", "customer"),
            (_, Some(_), None) => only_with("objects.kms_key_id", "kms"),
        }
    }

    /// Returns the value of `x-amz-server-side-encryption`.
    pub(crate) fn algorithm(&self) -> Option<ServerSideEncryption> {
        match self {
            Self::S3 => Some(ServerSideEncryption::Aes256),
            Self::Kms(_) => Some(ServerSideEncryption::AwsKms),
            Self::Bucket | Self::Customer(_) => None,
        }
    }

    /// Returns the KMS key, where one is named.
    pub(crate) fn kms_key(&self) -> Option<String> {
        match self {
            Self::Kms(id) => id.clone(),
            _ => None,
        }
    }

    /// Returns the customer's key, where that is what encrypts.
    pub(crate) fn customer(&self) -> Option<&CustomerKey> {
        match self {
            Self::Customer(key) => Some(key),
            _ => None,
        }
    }
}

impl CustomerKey {
    fn parse(text: &Secret) -> Result<Self, ConfigError> {
        match STANDARD.decode(text.expose()) {
            Ok(bytes) if bytes.len() == 32 => {
                // SECURITY: MD5 is what S3 asks for, to tell that the key arrived whole; nothing relies on more.
                Ok(Self { key: text.clone(), md5: STANDARD.encode(Md5::digest(bytes)) })
            }
            _ => Err(ConfigError::new("objects.customer_key", "is not 32 bytes in base64")),
        }
    }

    /// The only algorithm there is.
    pub(crate) const ALGORITHM: &str = "AES256";

    pub(crate) fn key(&self) -> String {
        self.key.expose().to_owned()
    }

    pub(crate) fn md5(&self) -> String {
        self.md5.clone()
    }
}

/// Puts the customer's key, where there is one, into a request; those that take one have the same setters but no trait in
/// common.
macro_rules! keyed {
    ($request:expr, $customer:expr) => {{
        let customer: Option<&$crate::encryption::CustomerKey> = $customer;
        $request
            .set_sse_customer_algorithm(
                customer.map(|_| $crate::encryption::CustomerKey::ALGORITHM.to_owned()),
            )
            .set_sse_customer_key(customer.map($crate::encryption::CustomerKey::key))
            .set_sse_customer_key_md5(customer.map($crate::encryption::CustomerKey::md5))
    }};
}
pub(crate) use keyed;

/// Does the same for the source of a copy.
macro_rules! source_keyed {
    ($request:expr, $customer:expr) => {{
        let customer: Option<&$crate::encryption::CustomerKey> = $customer;
        $request
            .set_copy_source_sse_customer_algorithm(
                customer.map(|_| $crate::encryption::CustomerKey::ALGORITHM.to_owned()),
            )
            .set_copy_source_sse_customer_key(customer.map($crate::encryption::CustomerKey::key))
            .set_copy_source_sse_customer_key_md5(customer.map($crate::encryption::CustomerKey::md5))
    }};
}
pub(crate) use source_keyed;

impl fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerKey(…)")
    }
}
