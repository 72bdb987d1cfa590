//! A signer with a clock that stands where a test wants it.

use std::time::{Duration, SystemTime};

use links::{BaseUrl, Clock, PassLinks};
use object_key::ObjectKey;
use token_hmac::{Audience, KeyId, KeyRing, Passes, Purpose, Secret};

pub(crate) const BASE: &str = "https://media.example.com/media/";
pub(crate) const NOW: u64 = 1_767_000_000;

pub(crate) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

pub(crate) fn passes() -> Passes {
    let ring = KeyRing::new(KeyId::parse("2026-11").unwrap(), Secret::new([7; 32]).unwrap());
    Passes::new(&ring, Purpose::Download, &Audience::new("media").unwrap())
}

pub(crate) fn links_at(seconds: u64) -> PassLinks {
    let clock = Clock::new(move || at(seconds));
    PassLinks::new(BaseUrl::parse(BASE).unwrap(), passes()).with_clock(clock)
}

/// Splits a link into the part before its query and the query's parameters, decoded by hand.
pub(crate) fn parts(url: &str) -> (&str, Vec<(&str, String)>) {
    let (plain, query) = url.split_once('?').unwrap();
    let parameters = query.split('&').map(|pair| pair.split_once('=').unwrap());
    (plain, parameters.map(|(name, value)| (name, percent_decoded(value))).collect())
}

/// A tiny percent-decoder, independent of the encoder under test.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
