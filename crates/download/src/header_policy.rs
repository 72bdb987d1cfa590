//! The header policy: content from strangers, shown without harm (X6, S20, S30).

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, HeaderMap, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use links::{Disposition, DispositionKind};
use mediatype::{MediaType, ReadParams, names};
use object_key::ObjectKey;
use store::{Attributes, FieldValue};

use crate::access::{PassPermit, Permit};

/// How responses are dressed. The default is the safe one:
///
/// - `X-Content-Type-Options: nosniff`, `Referrer-Policy: no-referrer` and `Cross-Origin-Resource-Policy` always;
/// - pictures, sound, film, plain text and PDF are shown inline; every other type, and every malformed one, is an
///   attachment under a sandboxing `Content-Security-Policy`, whatever the stored disposition says;
/// - what a pass opened is `Cache-Control: private`, never for shared caches.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HeaderPolicy {
    /// How browsers may keep private content.
    pub private_cache: PrivateCache,
    /// Which sites may embed private content; public content may be embedded by all.
    pub resource_policy: ResourcePolicy,
}

/// How a browser may keep what a pass opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrivateCache {
    /// Keep it, but ask again each time (`private, no-cache`): a pass that no longer holds shows at once.
    #[default]
    Revalidate,
    /// Keep it without asking until the pass expires, or as long as the object's own `Cache-Control` allows if that is
    /// shorter; the choice for stable links.
    UntilExpiry,
    /// Never keep it (`private, no-store`).
    NoStore,
}

/// The value of `Cross-Origin-Resource-Policy` for private content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResourcePolicy {
    /// Pages of the same origin only.
    SameOrigin,
    /// Pages of the same site: an application on `www.` may embed media from `media.`.
    #[default]
    SameSite,
    /// Pages of any site.
    CrossOrigin,
}

/// How long public content is fresh when the store says nothing.
const PUBLIC_DEFAULT: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// What an inline document of a passive type may load: itself.
const PASSIVE_CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
);

/// Nothing loads, no script runs, the origin is opaque, even if a client shows what it was told to save.
const ACTIVE_CSP: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

impl HeaderPolicy {
    /// Adds what every response carries, refusals included.
    pub(crate) fn common(headers: &mut HeaderMap) {
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }

    /// Adds how the response may be kept and embedded: the same for 200, 206, 304 and 416.
    pub(crate) fn sharing(
        &self,
        headers: &mut HeaderMap,
        permit: &Permit,
        stored: &Attributes,
        now: SystemTime,
    ) {
        let (cache, embed) = match permit {
            Permit::Public => (public_cache(stored), ResourcePolicy::CrossOrigin),
            Permit::Pass(pass) => (self.private_cache(pass, stored, now), self.resource_policy),
        };
        headers.insert(CACHE_CONTROL, cache);
        let embed = match embed {
            ResourcePolicy::SameOrigin => "same-origin",
            ResourcePolicy::SameSite => "same-site",
            ResourcePolicy::CrossOrigin => "cross-origin",
        };
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static(embed));
    }

    fn private_cache(&self, pass: &PassPermit, stored: &Attributes, now: SystemTime) -> HeaderValue {
        let wish = pass.cache_control.as_deref().or(stored.cache_control.as_ref().map(FieldValue::as_str));
        match (self.private_cache, Wish::read(wish.unwrap_or_default())) {
            (PrivateCache::NoStore, _) | (_, Wish::NoStore) => HeaderValue::from_static("private, no-store"),
            (PrivateCache::Revalidate, _) | (_, Wish::NoCache) => {
                HeaderValue::from_static("private, no-cache")
            }
            // Two people at one browser: what opens for the one must not come out of the cache for the other.
            _ if pass.is_bound() => HeaderValue::from_static("private, no-cache"),
            (PrivateCache::UntilExpiry, Wish::Fresh { at_most }) => {
                let left = pass.expires().duration_since(now).unwrap_or(Duration::ZERO).as_secs();
                HeaderValue::try_from(format!("private, max-age={}", left.min(at_most)))
                    .unwrap_or(HeaderValue::from_static("private, no-cache"))
            }
        }
    }
}

/// What a stored or fixed `Cache-Control` asks for, as far as it can tighten the policy (RFC 9111 §5.2.2).
enum Wish {
    NoStore,
    NoCache,
    Fresh { at_most: u64 },
}

impl Wish {
    fn read(cache_control: &str) -> Self {
        let directives = || cache_control.split(',').map(str::trim);
        let has = |name: &str| directives().any(|directive| directive.eq_ignore_ascii_case(name));
        if has("no-store") {
            Self::NoStore
        } else if has("no-cache") {
            Self::NoCache
        } else {
            Self::Fresh { at_most: directives().filter_map(max_age).min().unwrap_or(u64::MAX) }
        }
    }
}

/// Reads a `max-age` directive; one that is no number is stale at once (RFC 9111 §4.2.1).
fn max_age(directive: &str) -> Option<u64> {
    let (name, seconds) = directive.split_once('=')?;
    name.trim().eq_ignore_ascii_case("max-age").then(|| seconds.trim().trim_matches('"').parse().unwrap_or(0))
}

/// What the store says is followed: it can only be tighter than "everyone, for an hour" in a public namespace.
fn public_cache(stored: &Attributes) -> HeaderValue {
    stored.cache_control.as_ref().and_then(header_value).unwrap_or(PUBLIC_DEFAULT)
}

fn header_value(value: &FieldValue) -> Option<HeaderValue> {
    HeaderValue::from_str(value.as_str()).ok()
}

/// Adds the fields that describe the content, tamed.
pub(crate) fn describe(headers: &mut HeaderMap, key: &ObjectKey, permit: &Permit, stored: &Attributes) {
    let content = Content::new(permit, stored);
    headers.insert(CONTENT_TYPE, content.content_type());
    headers.insert(CONTENT_DISPOSITION, content.disposition(key));
    if let Some(policy) = content.security_policy() {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    let encoding = stored.content_encoding.as_ref().and_then(header_value);
    headers.extend(encoding.map(|value| (CONTENT_ENCODING, value)));
    let language = match permit.overrides().and_then(|pass| pass.content_language.as_deref()) {
        Some(fixed) => HeaderValue::from_str(fixed).ok(),
        None => stored.content_language.as_ref().and_then(header_value),
    };
    headers.extend(language.map(|value| (CONTENT_LANGUAGE, value)));
}

/// The type and disposition of content: as the pass fixes them, else as stored.
struct Content<'a> {
    /// As it was given; empty where nothing was.
    text: &'a str,
    media_type: Option<MediaType<'a>>,
    harm: Harm,
    disposition: Option<&'a str>,
}

/// What a browser does with a type when it is shown inline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    /// It shows it and runs nothing.
    Passive,
    /// It shows it in a viewer of its own, which a policy only breaks.
    Document,
    /// It may run what is in it, or nobody knows.
    Active,
}

impl Harm {
    fn of(media_type: &MediaType<'_>) -> Self {
        let main = media_type.ty.as_str().to_ascii_lowercase();
        let sub = media_type.subty.as_str().to_ascii_lowercase();
        match (main.as_str(), sub.as_str()) {
            _ if media_type.suffix.is_some() => Self::Active,
            ("image", "png" | "jpeg" | "gif" | "webp" | "avif" | "bmp" | "x-icon" | "vnd.microsoft.icon")
            | ("audio" | "video", _)
            | ("text", "plain") => Self::Passive,
            ("application", "pdf") => Self::Document,
            _ => Self::Active,
        }
    }
}

impl<'a> Content<'a> {
    fn new(permit: &'a Permit, stored: &'a Attributes) -> Self {
        let pass = permit.overrides();
        let text = pass.and_then(|pass| pass.content_type.as_deref());
        let text = text.or(stored.content_type.as_ref().map(FieldValue::as_str));
        let disposition = pass.and_then(|pass| pass.content_disposition.as_deref());
        let disposition = disposition.or(stored.content_disposition.as_ref().map(FieldValue::as_str));
        // A list of types or a parameter without a value is taken apart differently by every browser: no type at all.
        let strict = |text: &&str| !text.contains(',');
        let media_type = text.filter(strict).and_then(|text| MediaType::parse(text).ok());
        let harm = media_type.as_ref().map_or(Harm::Active, Harm::of);
        Self { text: text.unwrap_or_default(), media_type, harm, disposition }
    }

    fn content_type(&self) -> HeaderValue {
        let value = self.media_type.as_ref().and_then(|media_type| match plain_name(media_type, self.text) {
            Some(name) => HeaderValue::from_str(name).ok(),
            None => HeaderValue::try_from(with_charset(media_type)).ok(),
        });
        value.unwrap_or(HeaderValue::from_static("application/octet-stream"))
    }

    /// Returns the given disposition where it is harmless, else one made of the key's file name.
    fn disposition(&self, key: &ObjectKey) -> HeaderValue {
        let (kind, given) = match (self.harm, self.disposition.map(kind_of)) {
            (_, Some(Some(DispositionKind::Attachment))) => (DispositionKind::Attachment, self.disposition),
            (Harm::Active, _) | (_, Some(None)) => (DispositionKind::Attachment, None),
            (_, given) => (DispositionKind::Inline, given.and(self.disposition)),
        };
        let given = given.and_then(|given| HeaderValue::from_str(given).ok());
        let own = || HeaderValue::try_from(written(&Disposition::of_key(kind, key))).ok();
        given.or_else(own).unwrap_or(HeaderValue::from_static("attachment"))
    }

    fn security_policy(&self) -> Option<HeaderValue> {
        match self.harm {
            Harm::Passive => Some(PASSIVE_CSP),
            Harm::Document => None,
            Harm::Active => Some(ACTIVE_CSP),
        }
    }
}

fn written(disposition: &Disposition) -> String {
    let mut text = String::with_capacity(128);
    // Writing to a string cannot fail.
    let _ = write!(text, "{disposition}");
    text
}

/// Returns the text that a type was read from where it is the type's name, whole and without more: it need not be put
/// together again.
fn plain_name<'t>(media_type: &MediaType<'_>, text: &'t str) -> Option<&'t str> {
    let name = media_type.ty.as_str().len() + "/".len() + media_type.subty.as_str().len();
    (name == text.len() && media_type.ty != names::TEXT).then_some(text)
}

/// Says that plain text is UTF-8 where nothing is said, rather than let each browser guess from the bytes.
fn with_charset(media_type: &MediaType<'_>) -> String {
    let plain = media_type.ty == names::TEXT && media_type.subty == names::PLAIN;
    let silent = plain && media_type.get_param(names::CHARSET).is_none();
    format!("{media_type}{}", if silent { "; charset=utf-8" } else { "" })
}

/// Reads the disposition type; `None` for one that is neither of the two.
fn kind_of(disposition: &str) -> Option<DispositionKind> {
    let kind = disposition.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("inline") {
        Some(DispositionKind::Inline)
    } else if kind.eq_ignore_ascii_case("attachment") {
        Some(DispositionKind::Attachment)
    } else {
        None
    }
}

impl Permit {
    fn overrides(&self) -> Option<&PassPermit> {
        match self {
            Self::Public => None,
            Self::Pass(pass) => Some(pass),
        }
    }
}
