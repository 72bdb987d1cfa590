//! [`Verdict`]: whether a private URL is good now, and why not.

use std::fmt;
use std::time::SystemTime;

use download::{Explanation, Viewer};
use http::{Method, Uri};
use serde::Serialize;

use crate::{Router, format_time, units};

/// The answer to `hallpass verify`: for the operator, who may know what a client may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// Whether the object would be handed out.
    pub valid: bool,
    /// Until when, or why not.
    pub reason: String,
    /// Until when, where a pass says so.
    #[serde(serialize_with = "units::moment::serialize", skip_serializing_if = "Option::is_none")]
    pub expires: Option<SystemTime>,
}

impl Verdict {
    fn good(reason: String, expires: Option<SystemTime>) -> Self {
        Self { valid: true, reason, expires }
    }

    fn bad(reason: impl fmt::Display) -> Self {
        Self { valid: false, reason: reason.to_string(), expires: None }
    }
}

/// Asks the mount that the URL leads to. The host of the URL is not compared: a gateway may have several names.
pub(crate) async fn of(router: &Router, url: &str, method: &Method, viewer: Option<Viewer>) -> Verdict {
    let Ok(uri) = url.parse::<Uri>() else {
        return Verdict::bad("not a URL");
    };
    match router.find(uri.path()).explain(method, &uri, viewer).await {
        Explanation::Opens { expires: Some(at) } => {
            Verdict::good(format!("good until {}", format_time(at)), Some(at))
        }
        Explanation::Opens { expires: None } => Verdict::good("public: no pass is needed".to_owned(), None),
        Explanation::Refused(reason) => Verdict::bad(reason),
        Explanation::ReadsNothing => Verdict::bad(format_args!("{method} reads nothing; try GET or HEAD")),
        Explanation::Failed(error) => Verdict::bad(error),
        _ => Verdict::bad("the outcome is not known to this version"),
    }
}
