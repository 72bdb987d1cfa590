//! [`Method`] and [`Methods`]: which HTTP requests a pass covers.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// An HTTP method that a pass can cover (RFC 9110 §9). Names are case-sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

impl Method {
    const ALL: [Self; 5] = [Self::Get, Self::Head, Self::Put, Self::Post, Self::Delete];

    /// Returns the method's name, as it stands in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Get => 1,
            Self::Head => 1 << 1,
            Self::Put => 1 << 2,
            Self::Post => 1 << 3,
            Self::Delete => 1 << 4,
        }
    }
}

impl FromStr for Method {
    type Err = UnknownMethod;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|method| method.as_str() == text).ok_or(UnknownMethod(()))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A set of [`Method`]s.
///
/// ```
/// use token_hmac::{Method, Methods};
///
/// assert!(Methods::GET.covers(Method::Head));
/// assert!(!Methods::from(Method::Head).covers(Method::Get));
/// assert_eq!(Methods::GET.with(Method::Put).to_string(), "GET, PUT");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Methods(u8);

impl Methods {
    /// `GET` alone, which covers `HEAD` too.
    pub const GET: Self = Self(Method::Get.bit());
    /// The set without any method, which no pass can have.
    pub const NONE: Self = Self(0);

    pub(crate) const MASK: u8 = 0b1_1111;

    /// Returns this set with `method` in it.
    #[must_use]
    pub const fn with(self, method: Method) -> Self {
        Self(self.0 | method.bit())
    }

    /// Tells whether the set has no method.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Tells whether a request with `method` is covered.
    ///
    /// Each method covers itself, and `GET` covers `HEAD`: whoever may read an object may ask about it. The reverse
    /// does not hold.
    pub const fn covers(self, method: Method) -> bool {
        let sufficient = match method {
            Method::Head => Method::Head.bit() | Method::Get.bit(),
            other => other.bit(),
        };
        self.0 & sufficient != 0
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::MASK)
    }
}

impl From<Method> for Methods {
    fn from(method: Method) -> Self {
        Self::NONE.with(method)
    }
}

impl FromIterator<Method> for Methods {
    fn from_iter<I: IntoIterator<Item = Method>>(methods: I) -> Self {
        methods.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for method in Method::ALL.into_iter().filter(|method| self.0 & method.bit() != 0) {
            write!(f, "{separator}{method}")?;
            separator = ", ";
        }
        Ok(())
    }
}

impl fmt::Debug for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Methods({self})")
    }
}

/// Says that a text is none of the names of [`Method`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownMethod(());

impl fmt::Display for UnknownMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("method is none of GET, HEAD, PUT, POST, DELETE")
    }
}

impl Error for UnknownMethod {}
