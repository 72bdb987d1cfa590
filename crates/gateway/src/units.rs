//! Durations, sizes and times as people write them, in configuration and on the command line.

use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytesize::ByteSize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads a duration such as `90s`, `15m`, `1h30m` or `7d`: whole numbers, each with its unit (`d`, `h`, `m`, `s`, `ms`,
/// `us`, `ns`), and nothing between.
///
/// # Errors
/// The text is no duration.
///
/// ```
/// use std::time::Duration;
///
/// assert_eq!(gateway::parse_duration("1h30m")?, Duration::from_secs(5400));
/// assert!(gateway::parse_duration("90").is_err());
/// assert!(gateway::parse_duration("1 hour").is_err());
/// # Ok::<(), gateway::InvalidUnit>(())
/// ```
pub fn parse_duration(text: &str) -> Result<Duration, InvalidUnit> {
    let invalid = || InvalidUnit { text: text.to_owned(), wanted: Wanted::Duration };
    // Spaces and the many names of units that the parser knows besides would be a second way to write everything.
    let mut units = text.split(|digit: char| digit.is_ascii_digit()).filter(|unit| !unit.is_empty());
    if units.all(|unit| DURATION_UNITS.iter().any(|(_, name)| *name == unit)) {
        humantime::parse_duration(text).map_err(|_| invalid())
    } else {
        Err(invalid())
    }
}

/// The units of durations in nanoseconds, largest first.
const DURATION_UNITS: [(u128, &str); 7] = [
    (86_400_000_000_000, "d"),
    (3_600_000_000_000, "h"),
    (60_000_000_000, "m"),
    (1_000_000_000, "s"),
    (1_000_000, "ms"),
    (1_000, "us"),
    (1, "ns"),
];

/// Writes a duration as [`parse_duration`] reads it, without loss.
///
/// ```
/// use std::time::Duration;
///
/// assert_eq!(gateway::format_duration(Duration::from_secs(5400)), "1h30m");
/// assert_eq!(gateway::format_duration(Duration::ZERO), "0s");
/// ```
pub fn format_duration(duration: Duration) -> String {
    let (mut text, mut rest) = (String::new(), duration.as_nanos());
    for (unit, name) in DURATION_UNITS {
        if rest >= unit {
            text += &(rest / unit).to_string();
            text += name;
            rest %= unit;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// Reads a size in bytes such as `512`, `10MB` (millions) or `10MiB` (1,048,576 each).
///
/// # Errors
/// The text is no size.
///
/// ```
/// assert_eq!(gateway::parse_size("10MB")?, 10_000_000);
/// assert_eq!(gateway::parse_size("10MiB")?, 10_485_760);
/// # Ok::<(), gateway::InvalidUnit>(())
/// ```
pub fn parse_size(text: &str) -> Result<u64, InvalidUnit> {
    text.parse::<ByteSize>()
        .map(|size| size.as_u64())
        .map_err(|_| InvalidUnit { text: text.to_owned(), wanted: Wanted::Size })
}

/// Reads a time in RFC 3339 (`2026-12-01T00:00:00Z`) or as unix seconds.
///
/// # Errors
/// The text is no time, or lies before 1970 or after 9999.
///
/// ```
/// assert_eq!(gateway::parse_time("2026-12-01T00:00:00Z")?, gateway::parse_time("1796083200")?);
/// # Ok::<(), gateway::InvalidUnit>(())
/// ```
pub fn parse_time(text: &str) -> Result<SystemTime, InvalidUnit> {
    let invalid = || InvalidUnit { text: text.to_owned(), wanted: Wanted::Time };
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let moment = if is_number {
        let seconds = text.parse().map_err(|_| invalid())?;
        OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| invalid())?
    } else {
        OffsetDateTime::parse(text, &Rfc3339).map_err(|_| invalid())?
    };
    if moment.unix_timestamp() < 0 { Err(invalid()) } else { Ok(moment.into()) }
}

/// Writes a time in RFC 3339, in whole seconds, as [`parse_time`] reads it.
///
/// What lies before 1970 or after 9999 is shown as the nearest second that can be written.
pub fn format_time(at: SystemTime) -> String {
    const LAST_SECOND_OF_9999: u64 = 253_402_300_799;
    let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().min(LAST_SECOND_OF_9999);
    let moment = i64::try_from(seconds).ok().and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
    moment.and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
}

/// Says that a text is no duration, size or time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidUnit {
    text: String,
    wanted: Wanted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Duration,
    Size,
    Time,
}

impl fmt::Display for InvalidUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, wanted } = self;
        match wanted {
            Wanted::Duration => write!(f, "`{text}` is no duration such as `90s`, `15m`, `1h30m` or `7d`"),
            Wanted::Size => write!(f, "`{text}` is no size such as `10MB` or `10MiB`"),
            Wanted::Time => write!(f, "`{text}` is no time such as `2026-12-01T00:00:00Z` or unix seconds"),
        }
    }
}

impl Error for InvalidUnit {}

/// Durations in configuration files.
pub(crate) mod duration {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&super::format_duration(*duration))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        super::parse_duration(&String::deserialize(from)?).map_err(de::Error::custom)
    }
}

/// Sizes in configuration files: a text with a unit, or a number of bytes.
pub(crate) mod size {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a size such as \"10MiB\", or a number of bytes")]
    enum Written {
        Bytes(u64),
        Text(String),
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(size: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&super::ExactSize(*size))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        match Written::deserialize(from)? {
            Written::Bytes(bytes) => Ok(bytes),
            Written::Text(text) => super::parse_size(&text).map_err(de::Error::custom),
        }
    }
}

/// Times in configuration files: a TOML date and time, or a text.
pub(crate) mod moment {
    use std::time::SystemTime;

    use serde::{Deserialize, Deserializer, Serializer, de};

    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a time such as 2026-12-01T00:00:00Z")]
    enum Written {
        Toml(toml::value::Datetime),
        Text(String),
    }

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(at: &Option<SystemTime>, to: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => to.serialize_str(&super::format_time(*at)),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SystemTime>, D::Error> {
        let text = match Written::deserialize(from)? {
            Written::Toml(datetime) => datetime.to_string(),
            Written::Text(text) => text,
        };
        super::parse_time(&text).map(Some).map_err(de::Error::custom)
    }
}

/// Shows a size so that reading it gives the same number: in the largest binary unit that divides it.
struct ExactSize(u64);

impl fmt::Display for ExactSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        let fits = |(unit, _): &&(u64, &str)| self.0 > 0 && self.0.is_multiple_of(*unit);
        match UNITS.iter().find(fits) {
            Some((unit, name)) => write!(f, "{}{name}", self.0 / unit),
            None => write!(f, "{}B", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_duration(text: &str, seconds: Option<u64>) {
        assert_eq!(parse_duration(text).ok(), seconds.map(Duration::from_secs), "{text}");
    }

    #[test]
    fn durations() {
        check_duration("90s", Some(90));
        check_duration("15m", Some(900));
        check_duration("1h30m", Some(5400));
        check_duration("7d", Some(7 * 86_400));
        for wrong in [
            "",
            "90",
            "-1s",
            "1 parsec",
            "s",
            "99999999999999999999s",
            "1h 30m",
            "7days",
            "1 h",
            "1M",
            "1w",
            "1.5h",
        ] {
            check_duration(wrong, None);
        }
    }

    #[test]
    fn a_shown_duration_reads_as_the_same() {
        for (nanos, shown) in [(0, "0s"), (1, "1ns"), (1_500_000_000, "1s500ms"), (604_800_000_000_000, "7d")]
        {
            let duration = Duration::from_nanos(nanos);
            assert_eq!(format_duration(duration), shown);
            assert_eq!(parse_duration(shown), Ok(duration));
        }
        assert_eq!(parse_duration(&format_duration(Duration::MAX)), Ok(Duration::MAX));
    }

    #[track_caller]
    fn check_size(text: &str, bytes: Option<u64>) {
        assert_eq!(parse_size(text).ok(), bytes, "{text}");
    }

    #[test]
    fn sizes() {
        check_size("0", Some(0));
        check_size("512", Some(512));
        check_size("10MB", Some(10_000_000));
        check_size("10MiB", Some(10 << 20));
        check_size("1.5KiB", Some(1536));
        for wrong in ["", "-1", "MiB", "10 parsecs", "1e9", "NaN"] {
            check_size(wrong, None);
        }
    }

    #[test]
    fn a_shown_size_reads_as_the_same_number() {
        for bytes in [0, 1, 1000, 1024, 1536, 10 << 20, 3 << 30, 10_000_001] {
            assert_eq!(parse_size(&ExactSize(bytes).to_string()), Ok(bytes));
        }
    }

    #[track_caller]
    fn check_time(text: &str, seconds: Option<u64>) {
        let wanted = seconds.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(parse_time(text).ok(), wanted, "{text}");
    }

    #[test]
    fn times() {
        check_time("0", Some(0));
        check_time("1796083200", Some(1_796_083_200));
        check_time("2026-12-01T00:00:00Z", Some(1_796_083_200));
        check_time("2026-12-01T01:00:00+01:00", Some(1_796_083_200));
        for wrong in ["", "-5", "1e10", "NaN", "2026-12-01", "99999999999999999999", "1969-12-31T23:59:59Z"] {
            check_time(wrong, None);
        }
        assert_eq!(format_time(parse_time("1796083200").unwrap()), "2026-12-01T00:00:00Z");
    }

    #[test]
    fn every_time_can_be_shown() {
        let (second, day) = (Duration::from_secs(1), Duration::from_hours(24));
        let last = parse_time("9999-12-31T23:59:59Z").unwrap();
        for early in [UNIX_EPOCH, UNIX_EPOCH - second, UNIX_EPOCH - 1_000_000 * day] {
            assert_eq!(format_time(early), "1970-01-01T00:00:00Z");
        }
        for late in [last, last + second, last + 1_000_000_000 * day] {
            assert_eq!(format_time(late), "9999-12-31T23:59:59Z");
        }
    }
}
