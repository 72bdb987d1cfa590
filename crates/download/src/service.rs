//! [`Download`]: the service.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use http::{Method, Request, Response, Uri};
use links::{BaseUrl, Clock};
use object_key::{ObjectKey, Prefix};
use store::{ErrorKind, Store, Want};
use token_hmac::Passes;
use tower_service::Service;

use crate::access::{Access, AccessRequest};
use crate::event::Event;
use crate::outcome::{Found, Outcome};
use crate::query::Parameters;
use crate::{HeaderPolicy, Refusal, ResponseBody, Viewer, ask, render};

/// Hands out the objects of a store to whoever may have them; a tower [`Service`].
///
/// It answers GET, HEAD and OPTIONS for the paths below its mount (`/` unless set). Access comes first: a key in the
/// public namespace, or a pass verified completely before the store is touched. Missing, forbidden, expired and
/// tampered look the same: one 404 (S39).
#[derive(Clone)]
pub struct Download(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    access: Access,
    mount: String,
    headers: HeaderPolicy,
    clock: Clock,
    hint: Option<&'static str>,
}

impl Download {
    /// Makes a service over `store` that takes these passes. Nothing is public.
    pub fn new(store: impl Store + 'static, passes: Passes) -> Self {
        Self(Arc::new(Inner {
            store: Arc::new(store),
            access: Access { passes, public: Vec::new() },
            mount: "/".to_owned(),
            headers: HeaderPolicy::default(),
            clock: Clock::system(),
            hint: None,
        }))
    }

    /// Serves below the path of `base` instead of `/`: the base that the links to this mount begin with.
    #[must_use]
    pub fn with_mount(self, base: &BaseUrl) -> Self {
        self.map(|inner| base.path().clone_into(&mut inner.mount))
    }

    /// Serves what lies below `prefix` to everyone, by whole segments (S2).
    #[must_use]
    pub fn with_public(self, prefix: Prefix) -> Self {
        self.map(|inner| inner.access.public.push(prefix))
    }

    /// Sets the policy for response headers.
    #[must_use]
    pub fn with_headers(self, headers: HeaderPolicy) -> Self {
        self.map(|inner| inner.headers = headers)
    }

    /// Sets the clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        self.map(|inner| inner.clock = clock)
    }

    /// Adds to the log of a refusal what an operator can try.
    #[must_use]
    pub fn with_refusal_hint(self, hint: &'static str) -> Self {
        self.map(|inner| inner.hint = Some(hint))
    }

    /// Decides about a request, and does no more.
    pub(crate) async fn outcome(&self, request: &http::request::Parts) -> Outcome {
        let key = self.0.key(&request.uri);
        self.0.decide(request, key.as_ref().map_err(Clone::clone)).await
    }

    /// Changes a setting, which happens before the service is shared.
    fn map(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Arc::try_unwrap(self.0).unwrap_or_else(|shared| shared.copy());
        change(&mut inner);
        Self(Arc::new(inner))
    }
}

impl<B> Service<Request<B>> for Download {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let inner = Arc::clone(&self.0);
        let (request, _) = request.into_parts();
        ResponseFuture(Box::pin(async move { Ok(inner.answer(&request).await) }))
    }
}

impl Inner {
    fn copy(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            access: self.access.clone(),
            mount: self.mount.clone(),
            headers: self.headers.clone(),
            clock: self.clock.clone(),
            hint: self.hint,
        }
    }

    async fn answer(&self, request: &http::request::Parts) -> Response<ResponseBody> {
        let started = Instant::now();
        let key = self.key(&request.uri);
        let outcome = self.decide(request, key.as_ref().map_err(Clone::clone)).await;
        let event = Event { request, key: key.as_ref().ok(), hint: self.hint, started };
        event.emit(&outcome);
        render::response(&request.method, outcome, key.as_ref().ok(), &self.headers, self.clock.now())
    }

    /// Finds out what becomes of a request.
    async fn decide(&self, request: &http::request::Parts, key: Result<&ObjectKey, Refusal>) -> Outcome {
        let (want, method) = match request.method {
            Method::GET => (Want::Body, token_hmac::Method::Get),
            Method::HEAD => (Want::Head, token_hmac::Method::Head),
            Method::OPTIONS => return Outcome::Options,
            _ => return Outcome::MethodNotAllowed,
        };
        let permitted = key.and_then(|key| {
            let parameters = &Parameters::parse(request.uri.query().unwrap_or_default())?;
            let viewer = request.extensions.get::<Viewer>();
            let access = AccessRequest { method, key, parameters, viewer, now: self.clock.now() };
            Ok((key, self.access.decide(&access)?))
        });
        let (key, permit) = match permitted {
            Ok(permitted) => permitted,
            Err(refusal) => return Outcome::Refused(refusal),
        };
        let got = match self.store.get(key, &ask::read(&request.headers, want)).await {
            Ok(got) => got,
            Err(error) => return failed(error),
        };
        match permit.check_version(got.metadata()) {
            Ok(()) => Outcome::Found(Box::new(Found { got, permit })),
            Err(refusal) => Outcome::Refused(refusal),
        }
    }

    /// Reads the key from the path, decoding it once, before any decision (S7).
    fn key(&self, uri: &Uri) -> Result<ObjectKey, Refusal> {
        let below = uri.path().strip_prefix(self.mount.as_str()).ok_or(Refusal::OutsideMount)?;
        ObjectKey::from_url_path(below).map_err(Refusal::Path)
    }
}

/// What a store cannot hold does not exist there; everything else is the store's trouble.
fn failed(error: store::Error) -> Outcome {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::InvalidName => Outcome::Refused(Refusal::Missing),
        _ => Outcome::Failed(error),
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { access, mount, headers, .. } = &*self.0;
        f.debug_struct("Download")
            .field("mount", mount)
            .field("public", &access.public)
            .field("headers", headers)
            .finish_non_exhaustive()
    }
}

/// The future of a response; never fails.
pub struct ResponseFuture(Pin<Box<dyn Future<Output = Result<Response<ResponseBody>, Infallible>> + Send>>);

impl Future for ResponseFuture {
    type Output = Result<Response<ResponseBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseFuture")
    }
}
