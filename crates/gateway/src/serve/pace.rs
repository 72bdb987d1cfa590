//! [`Pace`]: whether a client takes what it asked for, or only holds the door.

use std::time::Duration;

use tokio::time::Instant;

use crate::Limits;

/// Judges a client by what it took while it was waited for.
///
/// Time that the store needs does not count. A client that takes nothing is found out after one window, or after two
/// when it began to be waited for shortly before it stopped.
#[derive(Debug)]
pub(crate) struct Pace {
    window: Duration,
    bytes_per_window: u64,
    /// The time waited in this window, before the present wait.
    waited: Duration,
    waiting_since: Option<Instant>,
    taken: u64,
}

/// The client took less than it has to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooSlow;

impl Pace {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            window: limits.rate_window,
            bytes_per_window: bytes_per_window(limits),
            waited: Duration::ZERO,
            waiting_since: None,
            taken: 0,
        }
    }

    /// Notes that the client is waited for, and returns when to look again.
    pub(crate) fn wait(&mut self, now: Instant) -> Result<Instant, TooSlow> {
        if self.waiting_since.is_none() && self.waited.is_zero() {
            self.taken = 0; // what it took before it was waited for proves nothing
        }
        let since = *self.waiting_since.get_or_insert(now);
        let waited = self.waited.saturating_add(now.saturating_duration_since(since));
        if let Some(left) = self.window.checked_sub(waited).filter(|left| !left.is_zero()) {
            return Ok(now + left);
        }
        if self.taken < self.bytes_per_window {
            return Err(TooSlow);
        }
        (self.waited, self.waiting_since, self.taken) = (Duration::ZERO, Some(now), 0);
        Ok(now + self.window)
    }

    /// Notes that the client took so many bytes, or (with none) that it is not the one waited for.
    pub(crate) fn took(&mut self, now: Instant, bytes: usize) {
        if let Some(since) = self.waiting_since.take() {
            self.waited = self.waited.saturating_add(now.saturating_duration_since(since));
        }
        self.taken = self.taken.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }
}

/// How much the system may keep unsent for a connection.
///
/// What waits in the system's buffers has not been taken by anyone: were they to grow as they do, an honest client on a
/// slow line would seem to stand still for minutes, and each lazy one would hold megabytes.
pub(crate) fn unsent_limit(limits: &Limits) -> u32 {
    const BOUNDS: std::ops::RangeInclusive<u64> = 4 << 10..=128 << 10;
    let half_a_window = bytes_per_window(limits) / 2;
    u32::try_from(half_a_window.clamp(*BOUNDS.start(), *BOUNDS.end())).unwrap_or(u32::MAX)
}

fn bytes_per_window(limits: &Limits) -> u64 {
    let millis = u64::try_from(limits.rate_window.as_millis()).unwrap_or(u64::MAX);
    (limits.min_rate.saturating_mul(millis) / 1000).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pace of 100 bytes per second over ten seconds.
    struct Case {
        pace: Pace,
        start: Instant,
    }

    impl Case {
        fn new() -> Self {
            let limits = Limits { min_rate: 100, rate_window: Duration::from_secs(10), ..Limits::default() };
            Self { pace: Pace::new(&limits), start: Instant::now() }
        }

        #[track_caller]
        fn waits_until(&mut self, at: u64, look_again: u64) {
            let looked = self.pace.wait(self.at(at));
            assert_eq!(looked, Ok(self.at(look_again)), "after {at} s");
        }

        #[track_caller]
        fn is_too_slow(&mut self, at: u64) {
            let at = self.at(at);
            assert_eq!(self.pace.wait(at), Err(TooSlow));
        }

        fn took(&mut self, at: u64, bytes: usize) {
            self.pace.took(self.at(at), bytes);
        }

        fn at(&self, seconds: u64) -> Instant {
            self.start + Duration::from_secs(seconds)
        }
    }

    #[test]
    fn a_client_that_takes_nothing_is_dropped_after_the_window() {
        let mut case = Case::new();
        case.waits_until(0, 10);
        case.waits_until(9, 10);
        case.is_too_slow(10);
    }

    #[test]
    fn what_was_taken_before_the_wait_does_not_count() {
        let mut case = Case::new();
        case.took(0, 1_000_000);
        case.waits_until(1, 11);
        case.is_too_slow(11);
    }

    #[test]
    fn a_client_at_the_least_rate_stays() {
        let mut case = Case::new();
        for second in 0..100 {
            let window_ends = (second / 10 + 1) * 10;
            case.waits_until(second, window_ends);
            case.took(second + 1, 100);
        }
    }

    #[test]
    fn a_trickle_is_too_slow() {
        let mut case = Case::new();
        case.waits_until(0, 10);
        case.took(5, 999);
        case.waits_until(5, 10);
        case.is_too_slow(10);
    }

    #[test]
    fn time_that_the_store_needs_does_not_count() {
        let mut case = Case::new();
        case.waits_until(0, 10);
        case.took(4, 0);
        case.waits_until(1000, 1006);
        case.is_too_slow(1006);
    }

    #[test]
    fn the_unsent_limit_follows_the_rate() {
        let unsent = |min_rate| unsent_limit(&Limits { min_rate, ..Limits::default() });
        assert_eq!([unsent(1), unsent(1 << 12), unsent(u64::MAX)], [4 << 10, 60 << 10, 128 << 10]);
    }
}
