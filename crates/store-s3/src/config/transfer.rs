//! [`TransferConfig`]: how much is sent at once, and how long is waited.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::units::Span;
use super::{ByteSize, ConfigError};

const MIB: u64 = 1 << 20;
/// S3 refuses smaller parts, but for the last one.
pub(crate) const MIN_PART: u64 = 5 * MIB;
/// S3 takes no larger part, and copies no more in one request.
pub(crate) const MAX_PART: u64 = 5 << 30;
/// S3 takes no more parts of one upload.
pub(crate) const MAX_PARTS: u64 = 10_000;

/// How much is sent at once, and how long is waited.
///
/// An upload holds at most `concurrency + 1` parts in memory; when parts grow, because there can be no more than 10,000,
/// fewer of them.
///
/// A request is sent up to `attempts` times, with pauses of some seconds. One attempt is over
/// - when connecting takes longer than `connect_timeout`, or nobody listens: at once;
/// - when the answer does not begin within `read_timeout`, and a second more for each 64 KiB that are sent (each 4 MiB of a
///   copy);
/// - when the server takes nothing of what is sent for 20 to 40 seconds;
/// - when nothing more of an answer comes for 20 seconds; the rest is asked for then.
///
/// By default a server that accepts connections and then stands still is so given up on after four minutes, and in the
/// middle of a part, which the system may have taken over already, after 13 minutes at the latest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TransferConfig {
    /// The size of a part in bytes; what is no larger is sent in one request. 8 MiB by default, 5 MiB to 5 GiB.
    #[serde(with = "ByteSize")]
    pub part_size: u64,
    /// How many parts of one object are sent at once: 4 by default.
    pub concurrency: usize,
    /// The size in bytes above which an object is copied in parts: 1 GiB by default, at most 5 GiB.
    #[serde(with = "ByteSize")]
    pub copy_threshold: u64,
    /// The size in bytes of the parts of a copy, which pass through no memory of ours: 256 MiB by default.
    #[serde(with = "ByteSize")]
    pub copy_part_size: u64,
    /// How often a request is sent at most: 4 times by default, with pauses that grow.
    pub attempts: u32,
    /// How long connecting may take: 5 seconds by default.
    #[serde(with = "Span")]
    pub connect_timeout: Duration,
    /// How long the server may take to begin its answer, besides the time for what is sent: 60 seconds by default.
    #[serde(with = "Span")]
    pub read_timeout: Duration,
    /// How long an idle connection is kept: 20 seconds by default, as AWS closes them after some more.
    #[serde(with = "Span")]
    pub idle_timeout: Duration,
    /// How many idle connections are kept: 64 by default.
    pub pool_size: usize,
}

impl Default for TransferConfig {
    fn default() -> Self {
        Self {
            part_size: 8 * MIB,
            concurrency: 4,
            copy_threshold: 1 << 30,
            copy_part_size: 256 * MIB,
            attempts: 4,
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_mins(1),
            idle_timeout: Duration::from_secs(20),
            pool_size: 64,
        }
    }
}

impl TransferConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, problem: &str| Err(ConfigError::new(key, problem));
        let sizes =
            [("transfer.part_size", self.part_size), ("transfer.copy_part_size", self.copy_part_size)];
        for (key, size) in sizes {
            if !(MIN_PART..=MAX_PART).contains(&size) {
                return wrong(key, "S3 takes parts of 5 MiB to 5 GiB");
            }
        }
        if self.copy_threshold > MAX_PART {
            return wrong("transfer.copy_threshold", "S3 copies at most 5 GiB in one request");
        }
        if !(1..=64).contains(&self.concurrency) {
            return wrong("transfer.concurrency", "choose 1 to 64");
        }
        if !(1..=10).contains(&self.attempts) {
            return wrong("transfer.attempts", "choose 1 to 10");
        }
        if self.connect_timeout.is_zero() || self.read_timeout.is_zero() {
            return wrong("transfer", "a timeout of 0 lets nothing through");
        }
        Ok(())
    }
}
