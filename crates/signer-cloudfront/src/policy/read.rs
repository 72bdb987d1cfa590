//! From a custom policy to what it grants.

use super::json::Json;
use super::word;
use crate::IpCidr;
use crate::window::EpochSeconds;

/// What a policy grants.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) resource: String,
    pub(crate) expires: EpochSeconds,
    pub(crate) not_before: Option<EpochSeconds>,
    pub(crate) source_ip: Option<IpCidr>,
}

/// The text is no policy, or one that says something else as well.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// Reads a policy of one statement with a resource, an expiry, and the two conditions that CloudFront knows besides.
///
/// SECURITY: a policy without a resource would open everything, and is refused; so is whatever is not understood.
pub(crate) fn read(policy: &[u8]) -> Result<Granted, Unreadable> {
    granted(policy).ok_or(Unreadable)
}

fn granted(policy: &[u8]) -> Option<Granted> {
    let Json::List(statements) = Json::read(policy)?.sole_member(word::STATEMENT)? else { return None };
    let [Json::Object(statement)] = <[_; 1]>::try_from(statements).ok()? else { return None };
    let (mut resource, mut condition) = (None, None);
    for (name, value) in statement {
        match (name.as_str(), value) {
            (word::RESOURCE, Json::Text(text)) => resource = Some(text),
            (word::CONDITION, Json::Object(members)) => condition = Some(members),
            _ => return None,
        }
    }
    let (mut expires, mut not_before, mut source_ip) = (None, None, None);
    for (name, value) in condition? {
        match name.as_str() {
            word::DATE_LESS_THAN => expires = Some(epoch_time(value)?),
            word::DATE_GREATER_THAN => not_before = Some(epoch_time(value)?),
            word::IP_ADDRESS => source_ip = Some(block(value)?),
            _ => return None,
        }
    }
    Some(Granted { resource: resource?, expires: expires?, not_before, source_ip })
}

fn epoch_time(value: Json) -> Option<EpochSeconds> {
    match value.sole_member(word::EPOCH_TIME)? {
        Json::Number(seconds) => EpochSeconds::new(seconds).ok(),
        _ => None,
    }
}

fn block(value: Json) -> Option<IpCidr> {
    match value.sole_member(word::SOURCE_IP)? {
        Json::Text(text) => IpCidr::around(&text).ok(),
        _ => None,
    }
}
