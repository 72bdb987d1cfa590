//! [`Explanation`]: what a request would get, and why, for whoever runs the server.

use std::time::SystemTime;

use http::{Method, Request, Uri};

use crate::outcome::Outcome;
use crate::{Download, Refusal, Viewer};

/// What becomes of a request, in the words of the log.
///
/// # Security
/// It tells apart what a response must not: show it to operators only.
#[derive(Debug)]
#[non_exhaustive]
pub enum Explanation {
    /// The object is handed out.
    Opens {
        /// When the pass ends; `None` for what is public.
        expires: Option<SystemTime>,
    },
    /// It is refused.
    Refused(Refusal),
    /// The method reads nothing.
    ReadsNothing,
    /// The store failed.
    Failed(store::Error),
}

impl Download {
    /// Explains what becomes of a request: by the decision that a request gets, without a response and without an event.
    ///
    /// The object is looked up, so that a missing one and a changed version show.
    pub async fn explain(&self, method: &Method, uri: &Uri, viewer: Option<Viewer>) -> Explanation {
        let mut request = Request::new(());
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri.clone();
        if let Some(viewer) = viewer {
            request.extensions_mut().insert(viewer);
        }
        let (request, ()) = request.into_parts();
        match self.outcome(&request).await {
            Outcome::Found(found) => Explanation::Opens { expires: found.permit.expires() },
            Outcome::Refused(refusal) => Explanation::Refused(refusal),
            Outcome::Options | Outcome::MethodNotAllowed => Explanation::ReadsNothing,
            Outcome::Failed(error) => Explanation::Failed(error),
        }
    }
}
