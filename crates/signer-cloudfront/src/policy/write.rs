//! From conditions to a policy.
//!
//! serde writes the JSON, and no character of a URL can change its structure (S23). The order of members is CloudFront's:
//! a canned policy is made anew there, and has to come out as the same bytes.

use serde_core::ser::{Serialize, SerializeMap as _, Serializer};

use super::word;
use crate::window::EpochSeconds;
use crate::{Conditions, IpCidr};

/// Writes what CloudFront makes of a URL and an expiry.
pub(crate) fn canned(resource: &str, expires: EpochSeconds) -> Vec<u8> {
    json(&Statement { resource, condition: Condition { expires, not_before: None, source_ip: None } })
}

/// Writes everything that the conditions say.
pub(crate) fn custom(resource: &str, conditions: &Conditions) -> Vec<u8> {
    let window = conditions.window();
    let (expires, not_before) = (window.expires_at(), window.begins_at());
    json(&Statement {
        resource,
        condition: Condition { expires, not_before, source_ip: conditions.source_ip() },
    })
}

#[expect(clippy::expect_used, reason = "texts and numbers in memory: neither can fail to be written")]
fn json(statement: &Statement<'_>) -> Vec<u8> {
    // What is not the URL has at most some 170 bytes: room for all of it at once.
    let mut json = Vec::with_capacity(statement.resource.len().saturating_add(192));
    serde_json::to_writer(&mut json, &Member(word::STATEMENT, [statement])).expect("texts and numbers");
    json
}

struct Statement<'a> {
    resource: &'a str,
    condition: Condition,
}

struct Condition {
    expires: EpochSeconds,
    not_before: Option<EpochSeconds>,
    source_ip: Option<IpCidr>,
}

impl Serialize for Statement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry(word::RESOURCE, self.resource)?;
        map.serialize_entry(word::CONDITION, &self.condition)?;
        map.end()
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(word::DATE_LESS_THAN, &Member(word::EPOCH_TIME, self.expires.seconds()))?;
        if let Some(start) = self.not_before {
            map.serialize_entry(word::DATE_GREATER_THAN, &Member(word::EPOCH_TIME, start.seconds()))?;
        }
        if let Some(block) = self.source_ip {
            map.serialize_entry(word::IP_ADDRESS, &Member(word::SOURCE_IP, block.to_string()))?;
        }
        map.end()
    }
}

/// An object with one member.
struct Member<T>(&'static str, T);

impl<T: Serialize> Serialize for Member<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0, &self.1)?;
        map.end()
    }
}
