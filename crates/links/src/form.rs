//! [`FormSigner`]: policy → HTML form through which a browser uploads.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::SystemTime;

use object_key::{ObjectKey, Prefix};
use store::NameRule;
use token_hmac::Lifetime;

use crate::LinkFut;

/// Makes forms with which a browser uploads an object by POST (`multipart/form-data`), without our credentials.
pub trait FormSigner: Send + Sync {
    /// Returns the form that uploads under this policy, and only so.
    ///
    /// # Errors
    /// [`LinkErrorKind::Unsupported`](crate::LinkErrorKind::Unsupported) when this kind of form cannot be held to a part
    /// of the policy: a term is never dropped.
    fn form<'a>(&'a self, policy: &'a PostPolicy) -> LinkFut<'a, PostForm>;
}

/// What may be uploaded through a form.
///
/// # Security
/// A form has no condition that the object be new: as long as it lives it can be sent again, and replaces what was sent
/// before. Choose a name that nobody else has, and look at the object only after the form has expired, or copy it first.
/// Where an object has to be created only, use [`UploadSigner`](crate::UploadSigner).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PostPolicy {
    /// How long the form works.
    pub lifetime: Lifetime,
    /// Which object it makes.
    pub key: PostKey,
    /// How many bytes the object may have.
    pub length: RangeInclusive<u64>,
    /// Which content type it may have.
    pub content_type: PostType,
    /// What a success is answered with.
    pub success: PostSuccess,
    /// The names that may be written; below a prefix the client chooses them.
    pub name_rule: NameRule,
}

impl PostPolicy {
    /// Makes a policy; successes are answered with an empty 204.
    pub fn new(
        lifetime: Lifetime,
        key: PostKey,
        length: RangeInclusive<u64>,
        content_type: PostType,
    ) -> Self {
        let (success, name_rule) = (PostSuccess::NoContent, NameRule::Portable);
        Self { lifetime, key, length, content_type, success, name_rule }
    }

    /// Sets what a success is answered with.
    #[must_use]
    pub fn with_success(mut self, success: PostSuccess) -> Self {
        self.success = success;
        self
    }

    /// Sets which names may be written.
    #[must_use]
    pub fn with_name_rule(mut self, rule: NameRule) -> Self {
        self.name_rule = rule;
        self
    }
}

/// Which object a form makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostKey {
    /// This one.
    Object(ObjectKey),
    /// One below this prefix, named by the client: as the uploaded file, or otherwise.
    ///
    /// # Security
    /// The server takes any name below the prefix, also one that is no [`ObjectKey`].
    Below(Prefix),
}

/// Which content type an upload may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostType {
    /// This one.
    Exactly(String),
    /// Any that begins so, such as `image/`. The client adds the field `Content-Type` to the form.
    StartingWith(String),
}

/// What a successful upload is answered with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PostSuccess {
    /// 200 with nothing.
    Ok,
    /// 201 with a document that names the object.
    Created,
    /// 204.
    #[default]
    NoContent,
}

impl PostSuccess {
    /// Returns the status as text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "200",
            Self::Created => "201",
            Self::NoContent => "204",
        }
    }
}

/// A form: where it is sent, and its fields, which precede the field `file`.
///
/// Whoever has it can use it: the values are not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct PostForm {
    url: String,
    fields: Vec<(String, String)>,
    expires: SystemTime,
}

impl PostForm {
    /// Joins an address, fields and the time from which they no longer work.
    pub fn new(url: String, fields: Vec<(String, String)>, expires: SystemTime) -> Self {
        Self { url, fields, expires }
    }

    /// Returns the address that the form is sent to. It holds no secret.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the fields, to hand to the one person they are for. The field `file` has to come after all of them.
    pub fn expose_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the time from which the form no longer works.
    pub fn expires(&self) -> SystemTime {
        self.expires
    }
}

impl fmt::Debug for PostForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("PostForm")
            .field("url", &self.url)
            .field("fields", &names)
            .field("expires", &self.expires)
            .finish()
    }
}
