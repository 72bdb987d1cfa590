//! Who may: the public namespace, or a pass verified completely before anything is looked up.

use std::fmt;
use std::time::SystemTime;

use object_key::{ObjectKey, Prefix};
use store::Metadata;
use token_hmac::{Epochs, Method, Overrides, Passes, Presented, SubjectKind, Verified};

use crate::Refusal;
use crate::query::Parameters;

/// Who makes the request, as the application's own authentication found out.
///
/// An application puts it into the request's extensions; passes bound to a user or a session are held against it.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Viewer {
    /// The user's identifier.
    pub user: Option<String>,
    /// The session's identifier.
    pub session: Option<String>,
}

impl Viewer {
    /// Returns a viewer known as this user.
    pub fn user(id: impl Into<String>) -> Self {
        Self { user: Some(id.into()), session: None }
    }

    /// Returns a viewer known by this session only.
    pub fn session(id: impl Into<String>) -> Self {
        Self { user: None, session: Some(id.into()) }
    }
}

// SECURITY: whoever has a session's identifier has the session.
impl fmt::Debug for Viewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let session = self.session.as_ref().map(|_| format_args!(".."));
        f.debug_struct("Viewer").field("user", &self.user).field("session", &session).finish()
    }
}

/// What opens a mount.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) passes: Passes,
    pub(crate) public: Vec<Prefix>,
}

/// A request for one object, as far as access is concerned.
pub(crate) struct AccessRequest<'r> {
    pub(crate) method: Method,
    pub(crate) key: &'r ObjectKey,
    pub(crate) parameters: &'r Parameters<'r>,
    pub(crate) viewer: Option<&'r Viewer>,
    pub(crate) now: SystemTime,
}

/// The terms under which an object is handed out.
#[derive(Debug)]
pub(crate) enum Permit {
    /// It lies in the public namespace.
    Public,
    /// A pass opens it.
    Pass(Box<PassPermit>),
}

#[derive(Debug)]
pub(crate) struct PassPermit {
    verified: Verified,
    pub(crate) content_type: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) cache_control: Option<String>,
}

impl Access {
    /// Decides by the request alone; no store is touched.
    pub(crate) fn decide(&self, request: &AccessRequest<'_>) -> Result<Permit, Refusal> {
        if self.public.iter().any(|prefix| prefix.contains(request.key)) {
            return Ok(Permit::Public);
        }
        let token = request.parameters.pass.ok_or(Refusal::NoPass)?;
        let overrides = request.parameters.overrides();
        let viewer = request.viewer;
        let presented = Presented::new(request.method, request.key)
            .with_user(viewer.and_then(|viewer| viewer.user.as_deref()))
            .with_session(viewer.and_then(|viewer| viewer.session.as_deref()))
            .with_overrides(overrides);
        let verified = self.passes.verify(token, &presented, request.now)?;
        // Nothing can be revoked without a ledger: every epoch is the first one.
        verified.check_epochs(Epochs::default())?;
        Ok(Permit::Pass(Box::new(PassPermit::new(verified, overrides))))
    }
}

impl PassPermit {
    fn new(verified: Verified, overrides: Overrides<'_>) -> Self {
        Self {
            verified,
            content_type: overrides.content_type.map(str::to_owned),
            content_disposition: overrides.content_disposition.map(str::to_owned),
            content_language: overrides.content_language.map(str::to_owned),
            cache_control: overrides.cache_control.map(str::to_owned),
        }
    }

    pub(crate) fn expires(&self) -> SystemTime {
        self.verified.expires()
    }

    /// Tells whether the pass is for one user or session only.
    pub(crate) fn is_bound(&self) -> bool {
        self.verified.subject() != SubjectKind::Bearer
    }
}

impl Permit {
    /// Returns when it ends, if it does.
    pub(crate) fn expires(&self) -> Option<SystemTime> {
        match self {
            Self::Public => None,
            Self::Pass(pass) => Some(pass.expires()),
        }
    }

    /// Compares the version that the pass is bound to, if it is, with the object that was opened.
    pub(crate) fn check_version(&self, metadata: &Metadata) -> Result<(), Refusal> {
        match self {
            Self::Public => Ok(()),
            Self::Pass(pass) => Ok(pass.verified.check_version(metadata.etag.as_str())?),
        }
    }
}
