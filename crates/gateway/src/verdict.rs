//! [`Verdict`]: whether a private URL is good now, and why not.

use std::fmt;

use download::{Explanation, Viewer};
use http::{Method, Uri};
use serde::Serialize;

use crate::{Router, format_time};

/// The answer to `hallpass verify`: for the operator, who may know what a client may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// Whether the object would be handed out.
    pub valid: bool,
    /// Until when, or why not.
    pub reason: String,
}

impl Verdict {
    fn good(reason: String) -> Self {
        Self { valid: true, reason }
    }

    fn bad(reason: impl fmt::Display) -> Self {
        Self { valid: false, reason: reason.to_string() }
    }
}

/// Asks the mount that the URL leads to. The host of the URL is not compared: a gateway may have several names.
pub(crate) async fn of(router: &Router, url: &str, method: &Method, viewer: Option<Viewer>) -> Verdict {
    let Ok(uri) = url.parse::<Uri>() else {
        return Verdict::bad("not a URL");
    };
    match router.find(uri.path()).explain(method, &uri, viewer).await {
        Explanation::Opens { expires: Some(at) } => Verdict::good(format!("good until {}", format_time(at))),
        Explanation::Opens { expires: None } => Verdict::good("public: no pass is needed".to_owned()),
        Explanation::Refused(reason) => Verdict::bad(reason),
        Explanation::ReadsNothing => Verdict::bad(format_args!("{method} reads nothing; try GET or HEAD")),
        Explanation::Failed(error) => Verdict::bad(error),
        _ => Verdict::bad("the outcome is not known to this version"),
    }
}
