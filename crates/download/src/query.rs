//! The query of a request: the pass and the response overrides; everything else has no effect (S12).

use std::borrow::Cow;

use links::parameter;
use percent_encoding::percent_decode_str;
use token_hmac::Overrides;

use crate::Refusal;

/// A longer query is refused before it is taken apart; no link of ours comes near.
const MAX_QUERY_BYTES: usize = 16 * 1024;

/// The parameters that mean something, each at most once.
#[derive(Debug, Default)]
pub(crate) struct Parameters<'q> {
    pub(crate) pass: Option<&'q str>,
    content_type: Option<Cow<'q, str>>,
    content_disposition: Option<Cow<'q, str>>,
    content_language: Option<Cow<'q, str>>,
    cache_control: Option<Cow<'q, str>>,
}

impl<'q> Parameters<'q> {
    /// Takes a raw query apart. Names are compared as they stand; values are percent-decoded once.
    ///
    /// # Errors
    /// A parameter that means something given twice, or a value that is not UTF-8.
    pub(crate) fn parse(query: &'q str) -> Result<Self, Refusal> {
        if query.len() > MAX_QUERY_BYTES {
            return Err(Refusal::MalformedQuery);
        }
        let mut found = Self::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let slot = match name {
                parameter::PASS => {
                    set(&mut found.pass, value)?;
                    continue;
                }
                parameter::CONTENT_TYPE => &mut found.content_type,
                parameter::CONTENT_DISPOSITION => &mut found.content_disposition,
                parameter::CONTENT_LANGUAGE => &mut found.content_language,
                parameter::CACHE_CONTROL => &mut found.cache_control,
                _ => continue,
            };
            let decoded = percent_decode_str(value).decode_utf8();
            set(slot, decoded.map_err(|_| Refusal::MalformedQuery)?)?;
        }
        Ok(found)
    }

    /// Returns the response overrides, which count only under a verified pass.
    pub(crate) fn overrides(&self) -> Overrides<'_> {
        Overrides {
            content_type: self.content_type.as_deref(),
            content_disposition: self.content_disposition.as_deref(),
            content_language: self.content_language.as_deref(),
            cache_control: self.cache_control.as_deref(),
        }
    }
}

fn set<T>(slot: &mut Option<T>, value: T) -> Result<(), Refusal> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Refusal::RepeatedParameter),
    }
}
