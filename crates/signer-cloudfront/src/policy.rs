//! Policies: the JSON that is signed.

mod json;
mod read;
mod write;

pub(crate) use read::{Granted, Unreadable, read};
pub(crate) use write::{canned, custom};

/// The words of the policy language (AWS, "Use a custom policy").
mod word {
    pub(super) const STATEMENT: &str = "Statement";
    pub(super) const RESOURCE: &str = "Resource";
    pub(super) const CONDITION: &str = "Condition";
    pub(super) const DATE_LESS_THAN: &str = "DateLessThan";
    pub(super) const DATE_GREATER_THAN: &str = "DateGreaterThan";
    pub(super) const IP_ADDRESS: &str = "IpAddress";
    pub(super) const EPOCH_TIME: &str = "AWS:EpochTime";
    pub(super) const SOURCE_IP: &str = "AWS:SourceIp";
}
