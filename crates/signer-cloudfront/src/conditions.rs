//! [`Conditions`]: when, from where, and how it is said.

use crate::{IpCidr, Window};

/// Under which conditions a signature opens. A [`Window`] alone will do wherever conditions are asked for.
///
/// ```
/// use signer_cloudfront::{Conditions, IpCidr, PolicyForm, Window};
///
/// let conditions = Conditions::new(Window::until_unix(1_767_290_400)?)
///     .with_source_ip(IpCidr::parse("192.0.2.0/24")?)
///     .with_form(PolicyForm::Custom);
/// assert_eq!(conditions.source_ip(), Some(IpCidr::parse("192.0.2.0/24")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    window: Window,
    source_ip: Option<IpCidr>,
    form: PolicyForm,
}

/// Says how a policy travels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyForm {
    /// Canned where that says everything, custom otherwise.
    #[default]
    Shortest,
    /// Canned: only the expiry travels, and CloudFront makes the policy anew from the URL of the request.
    Canned,
    /// Custom: the policy travels, in base64.
    Custom,
}

impl Conditions {
    /// Sets when a signature is good, and nothing else.
    pub const fn new(window: Window) -> Self {
        Self { window, source_ip: None, form: PolicyForm::Shortest }
    }

    /// Adds from which addresses.
    ///
    /// # Security
    /// It is the address that CloudFront sees: phones change theirs, and whole companies share one.
    #[must_use]
    pub const fn with_source_ip(mut self, block: IpCidr) -> Self {
        self.source_ip = Some(block);
        self
    }

    /// Sets how the policy travels: [`PolicyForm::Shortest`] unless set.
    #[must_use]
    pub const fn with_form(mut self, form: PolicyForm) -> Self {
        self.form = form;
        self
    }

    /// Returns when a signature is good.
    pub const fn window(&self) -> Window {
        self.window
    }

    /// Returns from which addresses, if not from all.
    pub const fn source_ip(&self) -> Option<IpCidr> {
        self.source_ip
    }

    /// Returns how the policy travels.
    pub const fn form(&self) -> PolicyForm {
        self.form
    }
}

impl From<Window> for Conditions {
    fn from(window: Window) -> Self {
        Self::new(window)
    }
}
