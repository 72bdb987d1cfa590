//! How a server is addressed: [`Endpoint`], [`Addressing`], [`SignatureVersion`].

use std::net::IpAddr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::ConfigError;

/// Where the name of the bucket stands in a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Addressing {
    /// In the host on AWS, in the path on other servers.
    #[default]
    Auto,
    /// In the path.
    Path,
    /// In the host.
    Virtual,
}

/// How requests are signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SignatureVersion {
    /// AWS Signature Version 4.
    #[default]
    V4,
}

impl<'de> Deserialize<'de> for SignatureVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "v4" | "s3v4" => Ok(Self::V4),
            "v2" | "s3" | "s3v2" => Err(D::Error::custom(
                "`signature_version`: version 2 signs too little of a request and AWS no longer takes it; use `v4`",
            )),
            other => Err(D::Error::custom(format!("`signature_version`: `{other}` is unknown; use `v4`"))),
        }
    }
}

/// The origin of a server: scheme, host and port, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    origin: String,
    tls: bool,
    ip: Option<IpAddr>,
    local: bool,
}

impl Endpoint {
    /// Reads an origin.
    pub(crate) fn parse(key: &'static str, text: &str) -> Result<Self, ConfigError> {
        let wrong = |problem: &str| Err(ConfigError::new(key, problem));
        let (tls, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return wrong("begin with `https://` or `http://`"),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return wrong(NO_PASSWORD);
        }
        if authority.contains(['/', '?', '#']) {
            return wrong(ONLY_ORIGIN);
        }
        let (host, port) = split_port(authority);
        if port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return wrong("the port is not a number below 65536");
        }
        let ip = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let is_name =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
        if ip.is_none() && (host.is_empty() || !host.bytes().all(is_name)) {
            return wrong(ONLY_ORIGIN);
        }
        let local = ip.map_or(host == "localhost", |ip| ip.is_loopback());
        Ok(Self { origin: format!("{}://{authority}", if tls { "https" } else { "http" }), tls, ip, local })
    }

    /// Returns the origin, without a slash at its end.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Tells whether nobody on the way can read along: TLS, or no way at all.
    pub(crate) fn is_confidential(&self) -> bool {
        self.tls || self.local
    }

    /// Tells whether the host is an IP address, before which no name of a bucket can stand.
    pub(crate) fn is_ip(&self) -> bool {
        self.ip.is_some()
    }
}

/// Reads a field that will be parsed, but shown before: for `#[serde(deserialize_with = …)]`.
// SECURITY: without its text, so that no password is repeated.
pub(crate) fn without_password<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    match Option::<String>::deserialize(deserializer)? {
        Some(text) if text.contains('@') => Err(D::Error::custom(NO_PASSWORD)),
        text => Ok(text),
    }
}

const NO_PASSWORD: &str = "no user name or password belongs here: they would show in logs; use `credentials`";

const ONLY_ORIGIN: &str =
    "only a scheme, a lower-case host and a port belong here, no path, query or fragment";

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn accepted(text: &str, origin: &str) {
        assert_eq!(Endpoint::parse("endpoint", text).unwrap().origin(), origin);
    }

    #[track_caller]
    fn refused(text: &str, why: &str) {
        let error = Endpoint::parse("endpoint", text).unwrap_err().to_string();
        assert!(error.starts_with("`endpoint`: ") && error.contains(why), "{text}: {error}");
    }

    #[test]
    fn an_endpoint_is_an_origin() {
        accepted("https://s3.example.com", "https://s3.example.com");
        accepted("http://127.0.0.1:4566/", "http://127.0.0.1:4566");
        accepted("http://[::1]:4566", "http://[::1]:4566");
        refused("s3.example.com", "begin with");
        refused("ftp://s3.example.com", "begin with");
        refused("https://key:secret@s3.example.com", "no user name");
        refused("https://s3.example.com/bucket", "no path");
        refused("https://s3.example.com:9000/bucket", "no path");
        refused("https://s3.example.com?x=y", "no path");
        refused("https://s3.example.com#x", "no path");
        refused("https://", "no path");
        refused("https://s3.example.com:99999", "port");
    }

    #[test]
    fn confidential_is_tls_or_this_machine() {
        let is = |text| Endpoint::parse("endpoint", text).unwrap().is_confidential();
        assert!(
            is("https://s3.example.com")
                && is("http://127.0.0.1:1")
                && is("http://[::1]")
                && is("http://localhost")
        );
        assert!(!is("http://s3.example.com") && !is("http://10.0.0.1"));
    }
}
