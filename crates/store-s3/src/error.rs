//! What the server's refusals mean to a caller: the one place where they are judged.

use std::error::Error as StdError;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId as _;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use store::{Backend, ErrorKind, Side};

/// Where an error of this store happens.
pub(crate) type Site = store::Site<S3>;

/// The server, whose failures are refusals, and answers that never came.
pub(crate) enum S3 {}

impl Backend for S3 {
    const NAME: &'static str = "S3 store";

    type Failure = Cause;

    fn kind(cause: &Cause, side: Side) -> ErrorKind {
        match cause.credentials {
            Credentials::Missing => ErrorKind::Forbidden,
            Credentials::Found => kind(cause.status(), cause.code(), side),
        }
    }

    fn advice(cause: &Cause) -> Option<String> {
        cause.advice()
    }
}

/// What is known of a failed request.
///
/// The SDK's own error holds the whole answer, headers and all; only what helps is kept of it.
#[derive(Debug)]
pub(crate) struct Cause {
    answer: Option<Answer>,
    code: Option<String>,
    credentials: Credentials,
    text: String,
}

/// Whether there were credentials to sign the request with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Credentials {
    Found,
    Missing,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    request_id: Option<String>,
    region: Option<String>,
}

impl Cause {
    pub(crate) fn of<E>(failure: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        let answer = failure.raw_response().map(|response| Answer {
            status: response.status().as_u16(),
            request_id: failure.request_id().map(str::to_owned),
            region: response.headers().get("x-amz-bucket-region").map(str::to_owned),
        });
        let error = failure.as_service_error();
        let text = match error.and_then(ProvideErrorMetadata::message) {
            Some(message) => message.to_owned(),
            None if error.is_some() => "no reason is given".to_owned(),
            None => chain(failure),
        };
        let code = error.and_then(ProvideErrorMetadata::code).map(str::to_owned);
        Self { answer, code, credentials: Credentials::of(failure), text }
    }

    /// Reads one line of an answer about many objects.
    pub(crate) fn listed(code: Option<&str>, message: Option<&str>) -> Self {
        let status = match code {
            Some("AccessDenied") => 403,
            Some("NoSuchKey") => 404,
            Some("PreconditionFailed") => 412,
            _ => 500,
        };
        let answer = Some(Answer { status, request_id: None, region: None });
        let text = message.unwrap_or_default().to_owned();
        Self { answer, code: code.map(str::to_owned), credentials: Credentials::Found, text }
    }

    /// Describes a transfer that broke off.
    pub(crate) fn broken_off(failure: &(dyn StdError + 'static)) -> Self {
        Self { answer: None, code: None, credentials: Credentials::Found, text: chain(failure) }
    }

    /// Returns the status of the answer; 0 when there was none.
    pub(crate) fn status(&self) -> u16 {
        self.answer.as_ref().map_or(0, |answer| answer.status)
    }

    /// Returns the server's own code.
    pub(crate) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Says what a person may do about it.
    fn advice(&self) -> Option<String> {
        if self.credentials == Credentials::Missing {
            return Some("there are no credentials: set `credentials` or what the SDK reads".to_owned());
        }
        let advice = match (self.status(), self.code()) {
            (_, Some("AccessControlListNotSupported")) => {
                "the bucket takes no ACLs (its owner is enforced, AWS's default): leave `objects.acl` out"
            }
            (_, Some("NoSuchBucket")) => "the bucket does not exist",
            (_, Some("RequestTimeTooSkewed")) => "the clock of this machine is wrong",
            (_, Some("ExpiredToken" | "TokenRefreshRequired")) => "the temporary credentials have expired",
            (_, Some("InvalidAccessKeyId" | "SignatureDoesNotMatch")) => {
                "the access key or its secret is wrong"
            }
            (301 | 307 | 400, Some("PermanentRedirect" | "AuthorizationHeaderMalformed")) | (301, None) => {
                let region = self.answer.as_ref().and_then(|answer| answer.region.as_deref());
                return Some(match region {
                    Some(region) => format!("the bucket is in the region `{region}`: set `region` to it"),
                    None => "the bucket is in another region: set `region`".to_owned(),
                });
            }
            (403, None | Some("AccessDenied" | "Forbidden")) => {
                "the credentials may not do this, or the bucket is not the expected owner's (without `s3:ListBucket` \
                 missing objects are refused, too)"
            }
            _ => return None,
        };
        Some(advice.to_owned())
    }
}

impl<E> From<&SdkError<E, HttpResponse>> for Cause
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    fn from(failure: &SdkError<E, HttpResponse>) -> Self {
        Self::of(failure)
    }
}

impl Credentials {
    fn of(failure: &(dyn StdError + 'static)) -> Self {
        let mut cause = Some(failure);
        while let Some(error) = cause {
            if error.is::<CredentialsError>() {
                return Self::Missing;
            }
            cause = error.source();
        }
        Self::Found
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.text)?;
        match &self.answer {
            Some(Answer { status, request_id: Some(id), .. }) => {
                write!(f, " (status {status}, request {id})")
            }
            Some(Answer { status, .. }) => write!(f, " (status {status})"),
            None => Ok(()),
        }
    }
}

impl StdError for Cause {}

/// Writes an error and what caused it in one line.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let part = source.to_string();
        if !text.contains(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        cause = source.source();
    }
    text
}

fn kind(status: u16, code: Option<&str>, side: Side) -> ErrorKind {
    match (status, code) {
        // Not "no such object": who asks whether one exists is to hear that the store is not there.
        (_, Some("NoSuchBucket")) => ErrorKind::Internal,
        (_, Some("NoSuchUpload")) => ErrorKind::Conflict,
        (_, Some("KeyTooLongError")) => match side {
            Side::Existing => ErrorKind::NotFound,
            Side::New => ErrorKind::InvalidName,
        },
        (_, Some("MetadataTooLarge")) => ErrorKind::InvalidMetadata,
        (_, Some("EntityTooLarge")) => ErrorKind::TooLarge,
        (_, Some("SlowDown" | "RequestTimeout" | "InternalError" | "ServiceUnavailable")) => {
            ErrorKind::Unavailable
        }
        (
            _,
            Some("RequestTimeTooSkewed" | "ExpiredToken" | "TokenRefreshRequired" | "InvalidAccessKeyId"),
        ) => ErrorKind::Forbidden,
        (_, Some("QuotaExceeded" | "XMinioStorageFull")) | (507, _) => ErrorKind::Exhausted,
        (404, _) => match side {
            Side::Existing => ErrorKind::NotFound,
            Side::New => ErrorKind::PreconditionFailed,
        },
        (401 | 403, _) => ErrorKind::Forbidden,
        (409, _) => ErrorKind::Conflict,
        (412, _) => ErrorKind::PreconditionFailed,
        (501, _) => ErrorKind::Unsupported,
        (0 | 408 | 429 | 500 | 502 | 503 | 504, _) => ErrorKind::Unavailable,
        _ => ErrorKind::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, code: &str, existing: ErrorKind, new: ErrorKind) {
        let code = (!code.is_empty()).then_some(code);
        assert_eq!(kind(status, code, Side::Existing), existing, "{status} {code:?} while reading");
        assert_eq!(kind(status, code, Side::New), new, "{status} {code:?} while writing");
    }

    #[test]
    fn answers_have_a_kind() {
        use ErrorKind::{
            Conflict, Exhausted, Forbidden, Internal, InvalidMetadata, InvalidName, NotFound,
            PreconditionFailed, TooLarge, Unavailable, Unsupported,
        };
        check(404, "NoSuchKey", NotFound, PreconditionFailed);
        check(404, "", NotFound, PreconditionFailed);
        check(404, "NoSuchBucket", Internal, Internal);
        check(404, "NoSuchUpload", Conflict, Conflict);
        check(409, "ConditionalRequestConflict", Conflict, Conflict);
        check(412, "PreconditionFailed", PreconditionFailed, PreconditionFailed);
        check(403, "AccessDenied", Forbidden, Forbidden);
        check(400, "ExpiredToken", Forbidden, Forbidden);
        check(400, "KeyTooLongError", NotFound, InvalidName);
        check(400, "MetadataTooLarge", InvalidMetadata, InvalidMetadata);
        check(400, "EntityTooLarge", TooLarge, TooLarge);
        check(400, "RequestTimeout", Unavailable, Unavailable);
        check(503, "SlowDown", Unavailable, Unavailable);
        check(0, "", Unavailable, Unavailable);
        check(501, "NotImplemented", Unsupported, Unsupported);
        check(507, "", Exhausted, Exhausted);
        check(400, "InvalidRequest", Internal, Internal);
    }

    #[test]
    fn d10_advice_is_for_people() {
        let cause = |status, code: &str| Cause {
            answer: Some(Answer { status, request_id: None, region: Some("eu-west-1".to_owned()) }),
            code: (!code.is_empty()).then(|| code.to_owned()),
            credentials: Credentials::Found,
            text: "text".to_owned(),
        };
        assert!(cause(301, "").advice().unwrap().contains("`eu-west-1`"));
        assert!(cause(400, "AccessControlListNotSupported").advice().unwrap().contains("`objects.acl`"));
        assert_eq!(cause(500, "").advice(), None);
        assert_eq!(cause(403, "AccessDenied").to_string(), "AccessDenied: text (status 403)");
    }
}
