//! Which operation of S3 a request is.

use hyper::{Method, Request};

/// An operation, by S3's name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    PutObject,
    CopyObject,
    CreateMultipartUpload,
    UploadPart,
    UploadPartCopy,
    CompleteMultipartUpload,
    AbortMultipartUpload,
    GetObject,
    HeadObject,
    DeleteObject,
    /// About the bucket, or about many objects.
    Other,
}

impl Operation {
    /// Tells an operation by method, path and query.
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let has = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
        let copies = request.headers().contains_key("x-amz-copy-source");
        let is_object = request
            .uri()
            .path()
            .trim_start_matches('/')
            .split_once('/')
            .is_some_and(|(_, key)| !key.is_empty());
        if !is_object || has("tagging") || has("acl") {
            return Self::Other;
        }
        match (request.method(), has("uploadId")) {
            (&Method::PUT, true) if copies => Self::UploadPartCopy,
            (&Method::PUT, true) => Self::UploadPart,
            (&Method::PUT, false) if copies => Self::CopyObject,
            (&Method::PUT, false) => Self::PutObject,
            (&Method::POST, true) => Self::CompleteMultipartUpload,
            (&Method::POST, false) if has("uploads") => Self::CreateMultipartUpload,
            (&Method::DELETE, true) => Self::AbortMultipartUpload,
            (&Method::DELETE, false) => Self::DeleteObject,
            (&Method::GET, false) => Self::GetObject,
            (&Method::HEAD, _) => Self::HeadObject,
            _ => Self::Other,
        }
    }
}
