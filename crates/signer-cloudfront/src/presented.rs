//! [`Presented`]: a request taken apart, nothing of it believed yet.

use crate::Refusal;
use crate::cookies;
use crate::url::{MAX_URL, parameter};

/// The longest value of a cookie that is looked at. (A custom policy is no longer than the longest URL.)
const MAX_VALUE: usize = MAX_URL;

/// A request's URL without CloudFront's parameters, and what is to prove that it may be opened.
pub(crate) struct Presented<'a> {
    pub(crate) url: String,
    pub(crate) proof: Proof<'a>,
}

/// The values of CloudFront's parameters or cookies.
pub(crate) struct Proof<'a> {
    pub(crate) expires: Option<&'a str>,
    pub(crate) policy: Option<&'a str>,
    pub(crate) signature: &'a str,
    pub(crate) key_pair_id: &'a str,
    pub(crate) hash_algorithm: Option<&'a str>,
}

impl<'a> Presented<'a> {
    /// Takes the parameters out of a URL; the others stay as and where they are.
    pub(crate) fn from_url(url: &'a str) -> Result<Self, Refusal> {
        check_url(url)?;
        let mut found = Found::default();
        let Some((place, query)) = url.split_once('?') else { return Err(Refusal::Unsigned) };
        let mut rest = Vec::new();
        for parameter in query.split('&') {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if !found.take(name, value)? {
                rest.push(parameter);
            }
        }
        let url = if rest.is_empty() { place.to_owned() } else { format!("{place}?{}", rest.join("&")) };
        Ok(Self { url, proof: found.proof()? })
    }

    /// Takes the values out of cookies.
    pub(crate) fn from_cookies(
        url: &str,
        cookies: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Refusal> {
        check_url(url)?;
        let mut found = Found::default();
        for (name, value) in cookies {
            if let Some(name) = cookies::parameter_of(name) {
                if value.len() > MAX_VALUE {
                    return Err(Refusal::Malformed);
                }
                found.take(name, value)?;
            }
        }
        Ok(Self { url: url.to_owned(), proof: found.proof()? })
    }
}

/// Checks that no two readers can disagree about the URL, and that it does not cost much.
fn check_url(url: &str) -> Result<(), Refusal> {
    let scheme = url.starts_with("http://") || url.starts_with("https://");
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'#');
    if scheme && url.len() <= MAX_URL && url.bytes().all(plain) { Ok(()) } else { Err(Refusal::Malformed) }
}

/// One place for the value of each parameter, in the order of [`parameter::ALL`].
#[derive(Default)]
struct Found<'a>([Option<&'a str>; parameter::ALL.len()]);

impl<'a> Found<'a> {
    /// Takes a parameter if it is one of CloudFront's.
    fn take(&mut self, name: &str, value: &'a str) -> Result<bool, Refusal> {
        let Some((own, place)) = parameter::ALL.iter().zip(&mut self.0).find(|(own, _)| **own == name) else {
            return Ok(false);
        };
        match place.replace(value) {
            None => Ok(true),
            Some(_) => Err(Refusal::Repeated { parameter: own }),
        }
    }

    fn proof(self) -> Result<Proof<'a>, Refusal> {
        let Self([expires, policy, signature, key_pair_id, hash_algorithm]) = self;
        if [expires, policy, signature, key_pair_id].iter().all(Option::is_none) {
            return Err(Refusal::Unsigned);
        }
        if expires.is_some() && policy.is_some() {
            return Err(Refusal::Ambiguous);
        }
        let signature = signature.ok_or(Refusal::Incomplete)?;
        let key_pair_id = key_pair_id.ok_or(Refusal::Incomplete)?;
        Ok(Proof { expires, policy, signature, key_pair_id, hash_algorithm })
    }
}
