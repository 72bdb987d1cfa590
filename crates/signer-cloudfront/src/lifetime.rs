//! [`Lifetime`]: how long a signature is good, and how to get the same one again.

use std::time::{Duration, SystemTime};

use crate::window::ceil_seconds;
use crate::{InvalidWindow, Window};

/// Says when a signature made now expires. Everything is counted in whole seconds, rounded up.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use signer_cloudfront::Lifetime;
///
/// let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
/// let hour = Duration::from_secs(3600);
///
/// assert_eq!(Lifetime::Fixed(hour).window(at(10_000))?.expires(), at(13_600));
/// // Lives an hour at least and two at most; the same for all who ask within the window.
/// let stable = Lifetime::Stable { at_least: hour, window: hour };
/// assert_eq!(stable.window(at(10_000))?.expires(), at(14_400));
/// assert_eq!(stable.window(at(10_800))?.expires(), at(14_400));
/// assert_eq!(stable.window(at(10_801))?.expires(), at(18_000));
/// # Ok::<(), signer_cloudfront::InvalidWindow>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Ends this long after now: another signature every second.
    Fixed(Duration),
    /// Ends at a multiple of `window`: who asks for the same URL within one window gets the same bytes (with RSA keys, or
    /// from [`StableUrls`](crate::StableUrls)), which lets browsers cache.
    Stable {
        /// The life that every signature has, however late in its window it is made.
        at_least: Duration,
        /// How long the bytes stay the same; at least a second. The longest life is `at_least` and one window.
        window: Duration,
    },
}

impl Lifetime {
    /// Returns until when a signature made at `now` is good.
    ///
    /// # Errors
    /// That is later than CloudFront can read.
    pub fn window(self, now: SystemTime) -> Result<Window, InvalidWindow> {
        match self {
            Self::Fixed(life) => Window::lasting(life, now),
            Self::Stable { at_least, window } => {
                let earliest = Window::lasting(at_least, now)?.expires_at().seconds();
                let step = ceil_seconds(window).max(1);
                let expires = u64::from(earliest).checked_next_multiple_of(step);
                Window::until_unix(expires.ok_or(InvalidWindow::TooLate)?)
            }
        }
    }
}
