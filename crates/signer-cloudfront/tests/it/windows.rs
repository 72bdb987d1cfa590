//! S13: times at every edge.

use std::time::{Duration, SystemTime};

use signer_cloudfront::{InvalidWindow, Lifetime, Window};

use crate::fixture::{NOW, at};

const LAST: u64 = 2_147_483_647;

#[test]
fn s13_expiries_fit_into_what_cloudfront_reads() {
    let until = |seconds| Window::until_unix(seconds).map(|window| window.expires());
    assert_eq!(until(0), Err(InvalidWindow::TooEarly));
    assert_eq!(until(1), Ok(at(1)));
    assert_eq!(until(LAST), Ok(at(LAST)));
    assert_eq!(until(LAST + 1), Err(InvalidWindow::TooLate));
    assert_eq!(until(u64::from(u32::MAX) + 1), Err(InvalidWindow::TooLate));
    assert_eq!(until(NOW * 1000), Err(InvalidWindow::TooLate));
    assert_eq!(until(u64::MAX), Err(InvalidWindow::TooLate));
    assert_eq!(Window::until(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), Err(InvalidWindow::TooEarly));
    assert_eq!(Window::until(at(LAST) + Duration::from_nanos(1)), Err(InvalidWindow::TooLate));
    assert_eq!(Window::lasting(Duration::MAX, at(NOW)), Err(InvalidWindow::TooLate));
}

#[test]
fn d09_lives_are_never_cut_short() {
    let now = at(NOW) + Duration::from_millis(800);
    let expires = |life| Window::lasting(life, now).unwrap().expires();
    assert_eq!(expires(Duration::from_millis(1500)), at(NOW + 3), "2.3 s after the full second: 3");
    assert_eq!(expires(Duration::from_millis(200)), at(NOW + 1));
    assert_eq!(expires(Duration::ZERO), at(NOW + 1));
    let window = Window::between(now, now + Duration::from_secs(1)).unwrap();
    assert_eq!((window.not_before(), window.expires()), (Some(at(NOW)), at(NOW + 2)));
}

#[test]
fn s13_windows_begin_before_they_end() {
    assert!(Window::between(at(NOW), at(NOW + 1)).is_ok());
    assert_eq!(Window::between(at(NOW), at(NOW)), Err(InvalidWindow::Empty));
    assert_eq!(Window::between(at(NOW + 1), at(NOW)), Err(InvalidWindow::Empty));
    assert_eq!(Window::between(at(0), at(NOW)), Err(InvalidWindow::TooEarly));
    assert_eq!(Window::between(at(NOW), at(LAST + 1)), Err(InvalidWindow::TooLate));
}

#[test]
fn x01_lifetimes_are_quantised_with_a_least_life() {
    let (at_least, window) = (Duration::from_mins(10), Duration::from_hours(1));
    let stable = Lifetime::Stable { at_least, window };
    let mut changes = 0;
    let mut last = None;
    for now in (0..7200).map(|second| at(NOW + second) + Duration::from_millis(700)) {
        let expires = stable.window(now).unwrap().expires();
        assert!(expires >= now + at_least && expires <= now + at_least + window + Duration::from_secs(1));
        changes += usize::from(last.replace(expires) != Some(expires));
    }
    assert_eq!(changes, 3, "two hours have two windows, and the end of one before");

    let still = Lifetime::Stable { at_least, window: Duration::ZERO };
    assert_eq!(still.window(at(NOW)).unwrap().expires(), at(NOW + 600), "at least a second");
    let far = Lifetime::Stable { at_least, window: Duration::MAX };
    assert_eq!(far.window(at(NOW)), Err(InvalidWindow::TooLate));
    assert_eq!(Lifetime::Fixed(Duration::MAX).window(at(NOW)), Err(InvalidWindow::TooLate));
}
