//! [`Origin`]: what comes before the path of a link.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use links::BaseUrl;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A scheme, a host and a port: `https://media.example.com`, without anything after it.
///
/// It comes from configuration or from the listening socket, never from a request (S31).
///
/// ```
/// use gateway::Origin;
///
/// assert_eq!(Origin::parse("https://media.example.com")?.as_str(), "https://media.example.com");
/// assert!(Origin::parse("https://media.example.com/media").is_err());
/// # Ok::<(), gateway::InvalidOrigin>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Accepts `text` as an origin, exactly as it stands.
    ///
    /// # Errors
    /// The scheme is neither `http` nor `https`, there is no host, or something follows it.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        let base = BaseUrl::parse(&format!("{text}/")).map_err(|_| InvalidOrigin(()))?;
        if base.path() == "/" { Ok(Self(text.to_owned())) } else { Err(InvalidOrigin(())) }
    }

    /// Returns the origin of a listener, as a client on the same machine reaches it.
    pub fn of_listener(mut address: SocketAddr) -> Self {
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        Self(format!("http://{address}"))
    }

    /// Returns the origin as text; no `/` at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(de::Error::custom)
    }
}

/// Says that a text is no [`Origin`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidOrigin(());

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an origin such as `https://media.example.com`: scheme and host, no path and no `/` at the end")
    }
}

impl Error for InvalidOrigin {}
