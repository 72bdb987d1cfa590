//! [`UnixSeconds`]: the only form in which this crate computes with time.

use std::fmt;
use std::time::{Duration, SystemTime};

/// Counts whole seconds since 1970. What lies before is 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UnixSeconds(u64);

impl UnixSeconds {
    /// 9999-12-31T23:59:59Z: the last second that RFC 3339 can write and that every system's clock type can hold.
    pub(crate) const MAX: Self = Self(253_402_300_799);

    #[cfg(test)]
    pub(crate) const ZERO: Self = Self(0);

    /// The length in bytes that a time has in a pass.
    pub(crate) const LEN: usize = 5;

    pub(crate) fn floor(time: SystemTime) -> Self {
        Self(since_epoch(time).as_secs())
    }

    pub(crate) fn ceil(time: SystemTime) -> Self {
        Self(ceil_seconds(since_epoch(time)))
    }

    pub(crate) const fn saturating_add(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Returns the first multiple of `window` seconds (at least one) that is not before this time.
    pub(crate) const fn next_multiple_of(self, window: u64) -> Self {
        let window = if window == 0 { 1 } else { window };
        match self.0.checked_next_multiple_of(window) {
            Some(seconds) => Self(seconds),
            None => Self::MAX,
        }
    }

    pub(crate) fn system_time(self) -> SystemTime {
        // Bounded by MAX, which every system can hold: the addition cannot overflow.
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.min(Self::MAX).0)
    }

    /// Writes the low 40 bits, big-endian. A time in a pass is at most MAX, which has 38.
    pub(crate) const fn to_bytes(self) -> [u8; Self::LEN] {
        let [_, _, _, low @ ..] = self.0.to_be_bytes();
        low
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote; later than MAX is none.
    pub(crate) fn from_bytes(bytes: [u8; Self::LEN]) -> Option<Self> {
        let mut whole = [0; size_of::<u64>()];
        let [_, _, _, low @ ..] = &mut whole;
        *low = bytes;
        let time = Self(u64::from_be_bytes(whole));
        (time <= Self::MAX).then_some(time)
    }
}

impl fmt::Display for UnixSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// One reading of a clock, rounded both ways.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) floor: UnixSeconds,
    pub(crate) ceil: UnixSeconds,
}

impl Now {
    pub(crate) fn new(time: SystemTime) -> Self {
        let since = since_epoch(time);
        Self { floor: UnixSeconds(since.as_secs()), ceil: UnixSeconds(ceil_seconds(since)) }
    }
}

/// Rounds a duration up to whole seconds.
pub(crate) fn ceil_seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
