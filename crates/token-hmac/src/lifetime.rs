//! [`Lifetime`]: how long a pass lives, and how to get the same pass again.

use std::time::{Duration, SystemTime};

use crate::unix_seconds::{UnixSeconds, ceil_seconds};

/// Says when a pass minted now expires. Everything is counted in whole seconds, rounded up.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use token_hmac::Lifetime;
///
/// let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
/// let hour = Duration::from_secs(3600);
///
/// assert_eq!(Lifetime::Fixed(hour).expiry(at(10_000)), at(13_600));
/// // Lives an hour at least and two at most; the same for all who ask within the window.
/// let stable = Lifetime::Stable { at_least: hour, window: hour };
/// assert_eq!(stable.expiry(at(10_000)), at(14_400));
/// assert_eq!(stable.expiry(at(10_800)), at(14_400));
/// assert_eq!(stable.expiry(at(10_801)), at(18_000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Ends this long after now: a new pass every second.
    Fixed(Duration),
    /// Ends at a multiple of `window`: who asks for the same pass within one window gets the same bytes, which lets
    /// browsers and CDNs cache.
    Stable {
        /// The life that every pass has, however late in its window it is minted.
        at_least: Duration,
        /// How long the bytes stay the same; at least a second. The longest life is `at_least` and one window.
        window: Duration,
    },
}

impl Lifetime {
    /// Returns when a pass minted at `now` expires, in whole seconds.
    ///
    /// A time that no clock can hold becomes the end of the year 9999, which [`Passes::mint`](crate::Passes::mint)
    /// refuses as too long a life.
    pub fn expiry(self, now: SystemTime) -> SystemTime {
        match self {
            Self::Fixed(life) => after(now, life),
            Self::Stable { at_least, window } => after(now, at_least).next_multiple_of(ceil_seconds(window)),
        }
        .system_time()
    }
}

fn after(now: SystemTime, life: Duration) -> UnixSeconds {
    now.checked_add(life).map_or(UnixSeconds::MAX, UnixSeconds::ceil)
}
