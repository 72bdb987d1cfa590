//! [`Limits`]: how much a client may take, and how long.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::units;

/// The limits of connections. Every one is on; none can be switched off, only set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// How long a client may take to send the head of a request: `10s`.
    #[serde(with = "units::duration")]
    pub header_timeout: Duration,
    /// How long a connection may stay open without a request: `60s`.
    #[serde(with = "units::duration")]
    pub idle_timeout: Duration,
    /// The bytes per second that a client has to take, on average over `rate_window`: `4KiB`.
    #[serde(with = "units::size")]
    pub min_rate: u64,
    /// The time over which `min_rate` is averaged: `30s`. Only time that is spent waiting for the client counts.
    #[serde(with = "units::duration")]
    pub rate_window: Duration,
    /// How many connections are served at once: 1024. Others wait in the listen queue.
    pub max_connections: u32,
    /// How many requests one HTTP/2 connection may have open: 32.
    pub max_streams: u32,
    /// How many responses are open at once, over all connections: 4096. Further requests wait their turn.
    pub max_responses: u32,
    /// How large the head of a request may be: `16KiB`.
    #[serde(with = "units::size")]
    pub max_header_size: u64,
    /// How many header lines a request may have: 100.
    pub max_headers: u32,
    /// How long downloads may go on after the gateway was told to end: `30s`.
    #[serde(with = "units::duration")]
    pub drain_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_mins(1),
            min_rate: 4 << 10,
            rate_window: Duration::from_secs(30),
            max_connections: 1024,
            max_streams: 32,
            max_responses: 4096,
            max_header_size: 16 << 10,
            max_headers: 100,
            drain_timeout: Duration::from_secs(30),
        }
    }
}
