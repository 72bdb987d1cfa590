//! [`PassSpec`]: what a pass to be minted lets its holder do.

use std::fmt;
use std::time::SystemTime;

use object_key::{ObjectKey, Prefix};

use crate::{Methods, Nonce, Overrides, Subject};

/// Describes a pass to be minted. All but the scope has a default: `GET` (and so `HEAD`) by whoever holds the pass.
///
/// ```
/// use object_key::ObjectKey;
/// use token_hmac::{Method, Methods, PassSpec, Subject};
///
/// let key = ObjectKey::parse("reports/q1.pdf")?;
/// let spec = PassSpec::object(&key)
///     .with_methods(Methods::from(Method::Head))
///     .with_subject(Subject::User("42".into()))
///     .with_version("\"5f3a\"");
/// # Ok::<(), object_key::InvalidKey>(())
/// ```
#[derive(Clone)]
pub struct PassSpec<'a> {
    pub(crate) scope: Scope,
    pub(crate) breadth: Breadth,
    pub(crate) methods: Methods,
    pub(crate) subject: Subject,
    pub(crate) not_before: Option<SystemTime>,
    pub(crate) version: Option<&'a str>,
    pub(crate) overrides: Overrides<'a>,
    pub(crate) nonce: Option<Nonce>,
    pub(crate) epochs: Epochs,
    pub(crate) payload: &'a [u8],
}

/// Tells a pass meant to open the whole store from one whose prefix happens to be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breadth {
    Named,
    WholeStore,
}

impl<'a> PassSpec<'a> {
    /// The longest payload in bytes.
    pub const MAX_PAYLOAD: usize = 1024;

    /// Describes a pass for one object.
    pub fn object(key: &ObjectKey) -> Self {
        Self::new(Scope::Object(key.clone()), Breadth::Named)
    }

    /// Describes a pass for everything below a prefix.
    ///
    /// The empty prefix is refused at minting: see [`whole_store`](Self::whole_store).
    pub fn prefix(prefix: &Prefix) -> Self {
        Self::new(Scope::Prefix(prefix.clone()), Breadth::Named)
    }

    /// Describes a pass for everything its audience has.
    ///
    /// # Security
    /// Such a pass is a master key until it expires.
    pub fn whole_store() -> Self {
        Self::new(Scope::Prefix(Prefix::root()), Breadth::WholeStore)
    }

    fn new(scope: Scope, breadth: Breadth) -> Self {
        Self {
            scope,
            breadth,
            methods: Methods::GET,
            subject: Subject::Bearer,
            not_before: None,
            version: None,
            overrides: Overrides::default(),
            nonce: None,
            epochs: Epochs::default(),
            payload: &[],
        }
    }

    /// Sets the methods that the pass covers, instead of `GET`.
    #[must_use]
    pub fn with_methods(mut self, methods: Methods) -> Self {
        self.methods = methods;
        self
    }

    /// Binds the pass to a subject.
    #[must_use]
    pub fn with_subject(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// Sets when the pass begins to be good, rounded down to whole seconds.
    #[must_use]
    pub fn with_not_before(mut self, start: SystemTime) -> Self {
        self.not_before = Some(start);
        self
    }

    /// Binds the pass to one version of the object: the text that tells versions apart, such as a strong etag.
    ///
    /// Bind only what is known: a pass for an object that does not exist yet is bound to its name alone.
    #[must_use]
    pub fn with_version(mut self, version: &'a str) -> Self {
        self.version = Some(version);
        self
    }

    /// Fixes response headers, which the link then also has to carry.
    #[must_use]
    pub fn with_overrides(mut self, overrides: Overrides<'a>) -> Self {
        self.overrides = overrides;
        self
    }

    /// Makes the pass good for one use. It is only as good as the verifier's ledger: [`OneTime`](crate::OneTime).
    #[must_use]
    pub fn with_nonce(mut self, nonce: Nonce) -> Self {
        self.nonce = Some(nonce);
        self
    }

    /// Ties the pass to the revocation epochs of its object and subject.
    #[must_use]
    pub fn with_epochs(mut self, epochs: Epochs) -> Self {
        self.epochs = epochs;
        self
    }

    /// Adds bytes that the verifier gets back: at most [`PassSpec::MAX_PAYLOAD`]. None at all is the same as no payload.
    ///
    /// # Security
    /// The payload is authentic, not secret: whoever holds the pass can read it.
    #[must_use]
    pub fn with_payload(mut self, payload: &'a [u8]) -> Self {
        self.payload = payload;
        self
    }
}

impl fmt::Debug for PassSpec<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassSpec")
            .field("scope", &self.scope)
            .field("methods", &self.methods)
            .field("subject", &self.subject)
            .field("not_before", &self.not_before)
            .field("version", &self.version)
            .field("overrides", &self.overrides)
            .field("nonce", &self.nonce)
            .field("epochs", &self.epochs)
            .field("payload_length", &self.payload.len())
            .finish_non_exhaustive()
    }
}

/// Says which objects a pass opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One object.
    Object(ObjectKey),
    /// Everything below a prefix.
    Prefix(Prefix),
}

/// Counts the revocations of an object and of a subject: to revoke all their passes, raise the count.
///
/// A pass is good while neither count has gone beyond the one it was minted with. Zero is "never revoked" and what a
/// pass minted without epochs has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Epochs {
    /// How often the passes of the object were revoked.
    pub object: u32,
    /// How often the passes of the subject were revoked.
    pub subject: u32,
}
