//! [`Moment`]: a point in time, as it is written here.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time, written as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(SystemTime);

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        Self(time)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = utc(self.0).and_then(|time| time.format(&Rfc3339).ok());
        f.pad(text.as_deref().unwrap_or("beyond the year 9999"))
    }
}

fn utc(time: SystemTime) -> Option<OffsetDateTime> {
    let nanos = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i128::try_from(after.as_nanos()).ok()?,
        Err(before) => i128::try_from(before.duration().as_nanos()).ok()?.checked_neg()?,
    };
    OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[track_caller]
    fn check(time: Option<SystemTime>, written: &str) {
        assert_eq!(Moment(time.unwrap()).to_string(), written);
    }

    #[test]
    fn times_are_written_in_utc_as_finely_as_they_are_known() {
        let at = |nanos| UNIX_EPOCH.checked_add(Duration::from_nanos(nanos));
        check(at(0), "1970-01-01T00:00:00Z");
        check(at(1_767_290_400_000_000_000), "2026-01-01T18:00:00Z");
        check(at(1_767_290_400_000_001_500), "2026-01-01T18:00:00.0000015Z");
        check(UNIX_EPOCH.checked_sub(Duration::from_millis(1500)), "1969-12-31T23:59:58.5Z");
    }

    #[test]
    fn a_time_that_the_format_cannot_hold_is_said_in_words() {
        let last = UNIX_EPOCH.checked_add(Duration::from_secs(253_402_300_799));
        check(last, "9999-12-31T23:59:59Z");
        check(last.and_then(|last| last.checked_add(Duration::from_secs(1))), "beyond the year 9999");
    }
}
