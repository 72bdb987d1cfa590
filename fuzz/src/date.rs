//! HTTP dates (RFC 9110 §5.6.7), as the fields of a request say them and as a slow calendar reads them.

use http::{HeaderName, HeaderValue, Request, StatusCode, header};

use crate::exhibit::{Exhibit, LAST_SECOND};

/// Sends the input as each of the three fields that take a date.
///
/// The date that was understood shows at objects that are exactly as old, and one second younger.
pub fn check(input: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(input) else { return };
    let ask = |name: HeaderName, modified: u64| {
        let request = Request::get("/").header(name, &value).header(header::RANGE, "bytes=0-0");
        Exhibit { size: 2, modified }.answer(request).status
    };
    let (fresh, failed) = (StatusCode::NOT_MODIFIED, StatusCode::PRECONDITION_FAILED);
    let (part, whole) = (StatusCode::PARTIAL_CONTENT, StatusCode::OK);
    let Some(date) = std::str::from_utf8(input).ok().and_then(read) else {
        // Any date at all would have said that an object of 1970 is old, and one of the year 10000 young.
        assert_eq!(ask(header::IF_MODIFIED_SINCE, 0), part, "{value:?}");
        assert_eq!(ask(header::IF_UNMODIFIED_SINCE, LAST_SECOND + 1), part, "{value:?}");
        return;
    };
    assert_eq!(ask(header::IF_MODIFIED_SINCE, date), fresh, "{value:?}");
    assert_eq!(ask(header::IF_MODIFIED_SINCE, date + 1), part, "{value:?}");
    assert_eq!(ask(header::IF_UNMODIFIED_SINCE, date), part, "{value:?}");
    assert_eq!(ask(header::IF_UNMODIFIED_SINCE, date + 1), failed, "{value:?}");
    assert_eq!(ask(header::IF_RANGE, date), part, "{value:?}");
    assert_eq!(ask(header::IF_RANGE, date + 1), whole, "{value:?}");
}

/// Longer values are not read (S54).
const MAX_LEN: usize = 40;

/// Reads a date in one of the three forms: seconds since 1970.
///
/// Numbers are looked for where they would stand and the whole is written anew from them: a date is what comes out the
/// same. Of two-digit years 70 to 99 are of the last century.
pub(crate) fn read(text: &str) -> Option<u64> {
    let trimmed = text.trim_matches([' ', '\t']);
    let all = (0..7).flat_map(|day_of_week| {
        [
            fields(trimmed, [5, 12, 4, 8, 17]),
            fields(trimmed, [8 + day_of_week, 15 + day_of_week, 2, 11 + day_of_week, 18 + day_of_week]),
            fields(trimmed, [8, 20, 4, 4, 11]),
        ]
    });
    let written = |date: &Date| date.forms().iter().any(|form| form == trimmed);
    all.flatten().find(written).map(|date| date.seconds()).filter(|_| text.len() <= MAX_LEN)
}

/// Takes the numbers from where they stand: the first bytes of day, year, the year's width, month and time of day.
fn fields(text: &str, [day, year, width, month, time]: [usize; 5]) -> Option<Date> {
    let number =
        |start: usize, width: usize| text.get(start..start + width)?.trim_start().parse::<u64>().ok();
    let year = number(year, width)?;
    let century = if width == 4 {
        0
    } else if year < 70 {
        2000
    } else {
        1900
    };
    let date = Date {
        year: century + year,
        month: MONTHS.iter().position(|name| text.get(month..month + 3) == Some(name))?,
        day: number(day, 2)?,
        time: [number(time, 2)?, number(time + 3, 2)?, number(time + 6, 2)?],
    };
    date.exists().then_some(date)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

/// A second of the calendar; months count from 0.
struct Date {
    year: u64,
    month: usize,
    day: u64,
    time: [u64; 3],
}

impl Date {
    /// Tells whether there is such a second between 1970 and 9999. Leap seconds are none.
    fn exists(&self) -> bool {
        let [hour, minute, second] = self.time;
        (1970..=9999).contains(&self.year)
            && (1..=month_length(self.year, self.month)).contains(&self.day)
            && hour < 24
            && minute < 60
            && second < 60
    }

    /// Counts the days since 1970-01-01, which was a Thursday, year by year and month by month.
    fn days(&self) -> u64 {
        let year_length = |year: u64| if is_leap(year) { 366 } else { 365 };
        let years: u64 = (1970..self.year).map(year_length).sum();
        let months: u64 = (0..self.month).map(|month| month_length(self.year, month)).sum();
        years + months + self.day - 1
    }

    fn seconds(&self) -> u64 {
        let [hour, minute, second] = self.time;
        ((self.days() * 24 + hour) * 60 + minute) * 60 + second
    }

    /// Writes it as IMF-fixdate, RFC 850 and the two ways of asctime.
    fn forms(&self) -> [String; 4] {
        let Self { year, month, day, time: [hour, minute, second] } = self;
        let (weekday, month) = (DAYS[usize::try_from(self.days() % 7).expect("is small")], MONTHS[*month]);
        let (short, time) = (&weekday[..3], format!("{hour:02}:{minute:02}:{second:02}"));
        [
            format!("{short}, {day:02} {month} {year:04} {time} GMT"),
            format!("{weekday}, {day:02}-{month}-{:02} {time} GMT", year % 100),
            format!("{short} {month} {day:2} {time} {year:04}"),
            format!("{short} {month} {day:02} {time} {year:04}"),
        ]
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(400) || year.is_multiple_of(4) && !year.is_multiple_of(100)
}

fn month_length(year: u64, month: usize) -> u64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

/// Writes a time as IMF-fixdate.
pub(crate) fn write(seconds: u64) -> String {
    let (mut year, mut month, mut days) = (1970, 0, seconds / 86_400);
    while days >= month_length(year, month) {
        days -= month_length(year, month);
        (year, month) = if month == 11 { (year + 1, 0) } else { (year, month + 1) };
    }
    let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60];
    let [imf, ..] = Date { year, month, day: days + 1, time }.forms();
    imf
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s54_the_model_reads_the_examples_of_the_rfc() {
        for text in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(read(text), Some(784_111_777), "{text}");
        }
        assert_eq!(read("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(read("Fri, 31 Dec 9999 23:59:59 GMT"), Some(LAST_SECOND));
        for wrong in [
            "",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Wed, 31 Feb 2024 00:00:00 GMT",
            "Sun, 6 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(write(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
