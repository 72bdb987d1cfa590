//! [`Span`]: from when until when a signature works.

use std::fmt;
use std::time::{Duration, SystemTime};

use links::Lifetime;

/// Version 4 signatures let nothing work longer than seven days.
const MAX_SECONDS: u64 = 7 * 24 * 3600;

/// The time in which a signature works, in whole seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    start: u64,
    end: u64,
}

/// Whether the credentials outlive what they sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clamped {
    No,
    Yes,
}

impl Span {
    /// Returns the span of a signature made `now`.
    ///
    /// A stable one begins where its window does, so that all its signatures have the same date.
    pub(crate) fn of(lifetime: Lifetime, now: SystemTime) -> Result<Self, InvalidSpan> {
        let instant = seconds(now).ok_or(InvalidSpan::Clock)?;
        let span = match lifetime {
            Lifetime::Fixed(life) => {
                let end = instant.checked_add(ceil(life)).ok_or(InvalidSpan::TooLong)?;
                Self { start: instant, end }
            }
            Lifetime::Stable { at_least, .. } if at_least.is_zero() => return Err(InvalidSpan::Empty),
            Lifetime::Stable { at_least, window } => {
                let end = seconds(lifetime.expiry(now)).ok_or(InvalidSpan::Clock)?;
                let longest = ceil(at_least).saturating_add(ceil(window).max(1));
                Self { start: end.saturating_sub(longest), end }
            }
        };
        match span.seconds() {
            0 => Err(InvalidSpan::Empty),
            life if life > MAX_SECONDS => Err(InvalidSpan::TooLong),
            _ => Ok(span),
        }
    }

    /// Lets the span end no later than the credentials, which are known to work `now`.
    ///
    /// # Errors
    /// When they do not work any more.
    pub(crate) fn within(
        self,
        expiry: Option<SystemTime>,
        now: SystemTime,
    ) -> Result<(Self, Clamped), InvalidSpan> {
        let Some(expiry) = expiry.and_then(seconds) else { return Ok((self, Clamped::No)) };
        if seconds(now).is_none_or(|now| expiry <= now) {
            return Err(InvalidSpan::Credentials);
        }
        let clamped = if expiry < self.end { Clamped::Yes } else { Clamped::No };
        Ok((Self { end: self.end.min(expiry), ..self }, clamped))
    }

    fn seconds(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Returns the date of the signature.
    pub(crate) fn start(self) -> SystemTime {
        time(self.start)
    }

    /// Returns the time from which it no longer works.
    pub(crate) fn end(self) -> SystemTime {
        time(self.end)
    }

    /// Returns how long after its date it works.
    pub(crate) fn duration(self) -> Duration {
        Duration::from_secs(self.seconds())
    }
}

fn seconds(time: SystemTime) -> Option<u64> {
    Some(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs())
}

/// Only of seconds that came out of a time, so there is one.
fn time(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(SystemTime::UNIX_EPOCH)
}

fn ceil(span: Duration) -> u64 {
    span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0))
}

/// Says why a signature cannot work so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvalidSpan {
    Clock,
    Empty,
    TooLong,
    Credentials,
}

impl fmt::Display for InvalidSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clock => "the clock shows no time that can be signed",
            Self::Empty => "the lifetime is zero",
            Self::TooLong => "the lifetime exceeds seven days, which is the most that S3 allows",
            Self::Credentials => "the credentials have expired",
        })
    }
}

impl std::error::Error for InvalidSpan {}
