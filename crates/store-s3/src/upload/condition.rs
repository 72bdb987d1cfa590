//! [`Condition`]: a mode as the headers of a request, and what its failure means (rule 11).

use store::{ETag, Error, ErrorKind, PutMode};

use crate::bucket::Bucket;
use crate::error::{Cause, Site};
use crate::get;
use crate::metadata::{UploadName, etag};

/// The terms of a write.
#[derive(Debug, Clone)]
pub(crate) struct Condition(PutMode);

impl Condition {
    pub(crate) fn new(mode: PutMode) -> Self {
        Self(mode)
    }

    /// Returns the value of `If-None-Match`.
    pub(crate) fn if_none_match(&self) -> Option<String> {
        (self.0 == PutMode::Create).then(|| "*".to_owned())
    }

    /// Returns the value of `If-Match`.
    pub(crate) fn if_match(&self) -> Option<String> {
        match &self.0 {
            PutMode::Update(etag) => Some(etag.to_string()),
            PutMode::Create | PutMode::Overwrite => None,
        }
    }

    /// Names a failed precondition by what was wanted; the answer, which calls it by another name, has nothing to add.
    pub(crate) fn judge(&self, error: Error, site: &Site) -> Error {
        match (&self.0, error.kind()) {
            (PutMode::Create, ErrorKind::PreconditionFailed) => site.error(ErrorKind::AlreadyExists),
            _ => error,
        }
    }
}

/// Tells whether a refusal may be the echo of our own success: the first answer was lost, and the SDK asked again.
pub(crate) fn may_be_own_success(cause: &Cause) -> bool {
    matches!(cause.status(), 409 | 412) || cause.code() == Some("NoSuchUpload")
}

/// Looks whether the object is the one that this upload wrote; returns its entity tag then.
pub(crate) async fn own_success(
    bucket: &Bucket,
    key: &object_key::ObjectKey,
    upload: Option<&UploadName>,
    site: &Site,
) -> Option<ETag> {
    // Whoever may write but not read has to live with the refusal.
    let head = get::head(bucket, key, site).await.ok()?;
    let ours = upload.is_some_and(|upload| head.headers.upload() == Some(upload.as_str()));
    if ours { etag(head.headers.etag.as_deref()) } else { None }
}
