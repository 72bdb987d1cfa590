//! [`Span`]: from when until when a signature works.

use std::fmt;
use std::time::{Duration, SystemTime};

use links::Lifetime;

use crate::config::MAX_LIFETIME;

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
            life if life > MAX_LIFETIME.as_secs() => Err(InvalidSpan::TooLong),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    fn at(seconds: u64) -> SystemTime {
        time(seconds)
    }

    fn stable(at_least: u64, window: u64) -> Lifetime {
        Lifetime::Stable { at_least: Duration::from_secs(at_least), window: Duration::from_secs(window) }
    }

    #[track_caller]
    fn check(lifetime: Lifetime, now: u64, expected: Result<(u64, u64), InvalidSpan>) {
        assert_eq!(Span::of(lifetime, at(now)), expected.map(|(start, end)| Span { start, end }));
    }

    #[test]
    fn a_fixed_span_begins_now() {
        check(Lifetime::Fixed(Duration::from_mins(1)), 1_000, Ok((1_000, 1_060)));
        check(Lifetime::Fixed(Duration::from_millis(1)), 1_000, Ok((1_000, 1_001)));
        check(Lifetime::Fixed(7 * DAY), 1_000, Ok((1_000, 605_800)));
    }

    #[test]
    fn x01_a_stable_span_begins_with_its_window() {
        check(stable(300, 900), 10_000, Ok((9_600, 10_800)));
        check(stable(300, 900), 10_500, Ok((9_600, 10_800)));
        check(stable(300, 900), 10_501, Ok((10_500, 11_700)));
        check(stable(6 * 86_400, 86_400), 10_000_000, Ok((9_936_000, 10_540_800)));
    }

    #[test]
    fn x09_a_life_beyond_seven_days_is_an_error_and_so_is_none() {
        check(Lifetime::Fixed(7 * DAY + Duration::from_nanos(1)), 1_000, Err(InvalidSpan::TooLong));
        check(stable(6 * 86_400, 86_401), 10_000_000, Err(InvalidSpan::TooLong));
        check(Lifetime::Fixed(Duration::MAX), 1_000, Err(InvalidSpan::TooLong));
        check(Lifetime::Fixed(Duration::ZERO), 1_000, Err(InvalidSpan::Empty));
        check(stable(0, 900), 1_000, Err(InvalidSpan::Empty));
        let before_1970 = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(Span::of(Lifetime::Fixed(DAY), before_1970), Err(InvalidSpan::Clock));
    }

    #[test]
    fn x09_credentials_cut_a_span_short() {
        let span = Span { start: 1_000, end: 2_000 };
        let within = |expiry: u64| span.within(Some(at(expiry)), at(1_200));
        assert_eq!(span.within(None, at(1_200)), Ok((span, Clamped::No)));
        assert_eq!(within(2_000), Ok((span, Clamped::No)));
        assert_eq!(within(1_999), Ok((Span { start: 1_000, end: 1_999 }, Clamped::Yes)));
        assert_eq!(within(1_201), Ok((Span { start: 1_000, end: 1_201 }, Clamped::Yes)));
        assert_eq!(within(1_200), Err(InvalidSpan::Credentials));
        assert_eq!(within(0), Err(InvalidSpan::Credentials));
    }

    proptest! {
        /// The same span throughout a window, a life of at least what was promised, and a date that is not to come.
        #[test]
        fn x01_windows(
            now in 1_000_000_000u64..4_000_000_000,
            nanos in 0u32..1_000_000_000,
            at_least in 1u64..400_000,
            window in 1u64..200_000,
        ) {
            let lifetime = stable(at_least, window);
            let instant = at(now) + Duration::from_nanos(nanos.into());
            let span = Span::of(lifetime, instant).unwrap();
            prop_assert!(span.start() <= instant);
            prop_assert!(span.end() >= instant + Duration::from_secs(at_least));
            prop_assert_eq!(span.duration(), Duration::from_secs(at_least + window));
            // The window is open on the left, where the life of the one before ends.
            let first = at(span.start) + Duration::from_nanos(1);
            let last = at(span.start + window);
            prop_assert!(first <= instant && instant <= last);
            prop_assert_eq!(Span::of(lifetime, first), Ok(span));
            prop_assert_eq!(Span::of(lifetime, last), Ok(span));
            prop_assert_ne!(Span::of(lifetime, last + Duration::from_nanos(1)), Ok(span));
        }
    }
}
