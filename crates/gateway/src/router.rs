//! [`Router`]: from the path of a request to its mount.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use download::{Download, ResponseBody, ResponseFuture};
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use tower_service::Service;

use crate::MountPath;

/// All mounts as one tower [`Service`]. The mount with the longest path wins, by whole segments; outside of all of
/// them is the same refusal as inside.
///
/// Nothing but the path decides: neither the host of the request nor what proxies say about it (S31).
#[derive(Debug, Clone)]
pub struct Router {
    /// Longest path first.
    routes: Arc<[(MountPath, Download)]>,
    /// Any mount: outside of its path it refuses, in the very same words.
    elsewhere: Download,
}

impl Router {
    /// Makes a router; `None` without mounts.
    pub(crate) fn new(mounts: impl IntoIterator<Item = (MountPath, Download)>) -> Option<Self> {
        let mut routes: Vec<_> = mounts.into_iter().collect();
        routes.sort_by_key(|(path, _)| std::cmp::Reverse(path.as_str().len()));
        let (_, elsewhere) = routes.first()?.clone();
        Some(Self { routes: routes.into(), elsewhere })
    }

    /// Finds the mount of a raw path.
    ///
    /// The path is compared decoded, so that no other spelling of a nested mount leads around it into the one above;
    /// the mount itself then insists on its own spelling (S7).
    pub(crate) fn find(&self, path: &str) -> &Download {
        let decoded: Cow<'_, [u8]> = percent_decode_str(path).into();
        let covers = |(mount, _): &&(MountPath, Download)| decoded.starts_with(mount.as_str().as_bytes());
        self.routes.iter().find(covers).map_or(&self.elsewhere, |(_, download)| download)
    }
}

impl<B> Service<Request<B>> for Router {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let mut download = self.find(request.uri().path()).clone();
        download.call(request)
    }
}
