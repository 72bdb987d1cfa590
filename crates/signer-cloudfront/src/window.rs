//! [`Window`]: from when until when.

use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime};

/// When a signature is good: until an expiry, perhaps from a beginning. Counted in whole seconds.
///
/// The expiry is rounded up and the beginning down, so that a life is never shorter than asked for.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use signer_cloudfront::Window;
///
/// let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_290_400_500);
/// let window = Window::lasting(Duration::from_millis(1_500), now)?;
/// assert_eq!(window.expires(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_290_402));
///
/// // Milliseconds where seconds belong:
/// let error = Window::until_unix(1_767_290_400_000).unwrap_err();
/// assert!(error.to_string().contains("milliseconds"));
/// # Ok::<(), signer_cloudfront::InvalidWindow>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    not_before: Option<EpochSeconds>,
    expires: EpochSeconds,
}

impl Window {
    /// Ends at `expires`.
    ///
    /// # Errors
    /// The time is none that CloudFront can read.
    pub fn until(expires: SystemTime) -> Result<Self, InvalidWindow> {
        Ok(Self { not_before: None, expires: EpochSeconds::ceil(expires)? })
    }

    /// Ends at `expires`, in seconds since 1970.
    ///
    /// # Errors
    /// The time is none that CloudFront can read, such as one in milliseconds.
    pub fn until_unix(expires: u64) -> Result<Self, InvalidWindow> {
        Ok(Self { not_before: None, expires: EpochSeconds::new(expires)? })
    }

    /// Ends `life` after `now`.
    ///
    /// # Errors
    /// The time is none that CloudFront can read.
    pub fn lasting(life: Duration, now: SystemTime) -> Result<Self, InvalidWindow> {
        Self::until(now.checked_add(life).ok_or(InvalidWindow::TooLate)?)
    }

    /// Begins at `not_before` and ends at `expires`. CloudFront opens after that second, not at its beginning.
    ///
    /// # Errors
    /// One of the times is none that CloudFront can read, or the end is not after the beginning.
    pub fn between(not_before: SystemTime, expires: SystemTime) -> Result<Self, InvalidWindow> {
        let (not_before, expires) = (EpochSeconds::floor(not_before)?, EpochSeconds::ceil(expires)?);
        if not_before < expires {
            Ok(Self { not_before: Some(not_before), expires })
        } else {
            Err(InvalidWindow::Empty)
        }
    }

    /// Returns the moment from which the signature is refused.
    pub fn expires(&self) -> SystemTime {
        self.expires.system_time()
    }

    /// Returns the second after which the signature is good, where there is one.
    pub fn not_before(&self) -> Option<SystemTime> {
        self.not_before.map(EpochSeconds::system_time)
    }

    pub(crate) const fn expires_at(self) -> EpochSeconds {
        self.expires
    }

    pub(crate) const fn begins_at(self) -> Option<EpochSeconds> {
        self.not_before
    }
}

/// Says why times are no [`Window`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidWindow {
    /// A time is not after the beginning of 1970.
    TooEarly,
    /// A time does not fit into the 31 bits that CloudFront has for it.
    TooLate,
    /// The end is not after the beginning.
    Empty,
}

impl fmt::Display for InvalidWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooEarly => "the time is not after the beginning of 1970",
            Self::TooLate => {
                "the time is after 2038-01-19T03:14:07Z, the last that CloudFront reads; were milliseconds given for seconds?"
            }
            Self::Empty => "the window ends before it begins",
        })
    }
}

impl Error for InvalidWindow {}

/// A time as CloudFront writes it: seconds since 1970, from 1 to 2³¹−1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EpochSeconds(u32);

impl EpochSeconds {
    const MAX: u64 = 0x7fff_ffff;

    pub(crate) fn new(seconds: u64) -> Result<Self, InvalidWindow> {
        match u32::try_from(seconds) {
            Ok(0) => Err(InvalidWindow::TooEarly),
            Ok(short) if seconds <= Self::MAX => Ok(Self(short)),
            _ => Err(InvalidWindow::TooLate),
        }
    }

    fn floor(time: SystemTime) -> Result<Self, InvalidWindow> {
        Self::new(since_epoch(time)?.as_secs())
    }

    fn ceil(time: SystemTime) -> Result<Self, InvalidWindow> {
        Self::new(ceil_seconds(since_epoch(time)?))
    }

    pub(crate) const fn seconds(self) -> u32 {
        self.0
    }

    pub(crate) fn system_time(self) -> SystemTime {
        // Thirty-one bits of seconds: every system's clock can hold that.
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.into())
    }
}

impl fmt::Display for EpochSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Rounds up to whole seconds.
pub(crate) fn ceil_seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

fn since_epoch(time: SystemTime) -> Result<Duration, InvalidWindow> {
    time.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| InvalidWindow::TooEarly)
}
