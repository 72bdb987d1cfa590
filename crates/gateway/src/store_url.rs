//! [`StoreUrl`]: where a store is.

#[cfg(feature = "store-s3")]
mod s3;

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

#[cfg(feature = "store-s3")]
pub use s3::S3Url;

/// What to do without S3 in the program.
#[cfg(not(feature = "store-s3"))]
pub(crate) const WITHOUT_S3: &str = "this program was built without S3; build it with the feature `store-s3`, which is on \
                                     by default";

/// The address of a store: `file:///srv/media`, `file:media` (seen from the working directory), `memory:`, or
/// `s3://bucket/prefix?region=eu-west-1`.
///
/// ```
/// use gateway::StoreUrl;
///
/// assert_eq!("file:///srv/media".parse(), Ok(StoreUrl::File("/srv/media".into())));
/// assert!("ftp://media".parse::<StoreUrl>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreUrl {
    /// A directory.
    File(PathBuf),
    /// The memory of this process: empty at start, gone at its end.
    Memory,
    /// A bucket of S3, or of a server like it.
    #[cfg(feature = "store-s3")]
    S3(Box<S3Url>),
}

impl StoreUrl {
    /// Shows a text that is no address as far as it can hold no secret: without parameters, and without what stands
    /// before an `@`.
    ///
    /// ```
    /// use gateway::StoreUrl;
    ///
    /// assert_eq!(StoreUrl::elided("s3://id:secret@media/app?regoin=eu-west-1"), "s3:…@media/app?…");
    /// assert_eq!(StoreUrl::elided("ftp://media"), "ftp://media");
    /// ```
    #[must_use]
    pub fn elided(text: &str) -> String {
        let (place, parameters) = match text.split_once('?') {
            Some((place, _)) => (place, "?…"),
            None => (text, ""),
        };
        match (place.split_once(':'), place.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, rest))) => format!("{scheme}:…@{rest}{parameters}"),
            _ => format!("{place}{parameters}"),
        }
    }

    /// Returns the same address with a relative path seen from `directory`.
    #[must_use]
    pub fn seen_from(&self, directory: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(directory.join(path)),
            other => other.clone(),
        }
    }
}

impl FromStr for StoreUrl {
    type Err = InvalidStoreUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("file", path)) => file(path).map(Self::File),
            #[cfg(feature = "store-s3")]
            Some(("s3", rest)) => S3Url::parse(rest).map(|url| Self::S3(Box::new(url))),
            #[cfg(not(feature = "store-s3"))]
            Some(("s3", _)) => Err(InvalidStoreUrl::S3(WITHOUT_S3.to_owned())),
            _ => Err(InvalidStoreUrl::Scheme),
        }
    }
}

/// RFC 8089: `///path`, `/path`, or (ours) a relative `path`; no other host than this one.
fn file(rest: &str) -> Result<PathBuf, InvalidStoreUrl> {
    let path = match rest.strip_prefix("//") {
        Some(local) => local.strip_prefix("localhost").unwrap_or(local),
        None => rest,
    };
    let names_a_host = rest.starts_with("//") && !path.starts_with('/');
    if path.is_empty() || names_a_host || path.contains(['?', '#']) {
        return Err(InvalidStoreUrl::Path);
    }
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    if bytes.contains(&0) {
        return Err(InvalidStoreUrl::Path);
    }
    Ok(PathBuf::from(OsString::from_vec(bytes)))
}

/// What RFC 3986 leaves unreserved, and the `/` between folders, stays.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => {
                let slashes = if path.is_absolute() { "//" } else { "" };
                write!(f, "file:{slashes}{}", percent_encode(path.as_os_str().as_bytes(), PATH))
            }
            Self::Memory => f.write_str("memory:"),
            #[cfg(feature = "store-s3")]
            Self::S3(url) => url.fmt(f),
        }
    }
}

impl Serialize for StoreUrl {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StoreUrl {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

/// Says why a text is no [`StoreUrl`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidStoreUrl {
    /// The scheme is not known.
    Scheme,
    /// The path is missing, or another host, a query or a fragment is there.
    Path,
    /// What is wrong with an address of S3.
    S3(String),
}

impl fmt::Display for InvalidStoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => {
                "not a store's URL such as `file:///srv/media`, `file:media`, `s3://bucket/prefix` or `memory:`"
            }
            Self::Path => {
                "`file:` is followed by a path such as `///srv/media`, without host, query or fragment"
            }
            Self::S3(problem) => problem,
        })
    }
}

impl Error for InvalidStoreUrl {}
