//! S13: times on both sides of every limit, and clocks that are wrong.

use std::time::{Duration, SystemTime};

use token_hmac::{Malformed, Method, MintError, Pass, PassSpec, Passes, Presented, Refusal};

use crate::fixture::{HOUR, NOW, WEEK, at, key, mint, passes};

fn verify_at(pass: &Pass, now: SystemTime) -> Result<(), Refusal> {
    verify_with(&passes(), pass, now)
}

fn verify_with(passes: &Passes, pass: &Pass, now: SystemTime) -> Result<(), Refusal> {
    passes.verify(pass.expose(), &Presented::new(Method::Get, &key("a")), now).map(|_| ())
}

fn pass_until(expires: SystemTime, now: SystemTime) -> Result<Pass, MintError> {
    passes().mint(&PassSpec::object(&key("a")), expires, now)
}

fn just_before(seconds: u64) -> SystemTime {
    at(seconds) - Duration::from_nanos(1)
}

#[test]
fn s13_good_until_the_very_moment_and_not_after() {
    let pass = pass_until(at(NOW + HOUR), at(NOW)).unwrap();
    assert_eq!(pass.expires(), at(NOW + HOUR));
    assert_eq!(verify_at(&pass, at(NOW)), Ok(()));
    assert_eq!(verify_at(&pass, just_before(NOW + HOUR)), Ok(()));
    let expired = Err(Refusal::Expired { at: at(NOW + HOUR) });
    for late in [0, 1, 5, WEEK, u64::from(u32::MAX)] {
        assert_eq!(verify_at(&pass, at(NOW + HOUR + late)), expired, "no skew prolongs a life");
    }
}

#[test]
fn s13_a_fraction_of_a_second_is_rounded_up() {
    let pass = pass_until(at(NOW) + Duration::from_millis(1), at(NOW)).unwrap();
    assert_eq!(pass.expires(), at(NOW + 1));
    assert_eq!(verify_at(&pass, just_before(NOW + 1)), Ok(()));
}

#[test]
fn s13_an_expiry_that_is_not_ahead_is_not_minted() {
    for expires in [
        at(0),
        at(1),
        at(NOW),
        at(NOW - 1),
        just_before(NOW),
        SystemTime::UNIX_EPOCH - Duration::from_secs(9),
    ] {
        assert_eq!(pass_until(expires, at(NOW)).unwrap_err(), MintError::AlreadyExpired);
    }
}

#[test]
fn s13_an_expiry_too_far_ahead_is_not_minted() {
    let too_long = MintError::LivesTooLong { limit_seconds: WEEK };
    assert!(pass_until(at(NOW + WEEK), at(NOW)).is_ok());
    for seconds in [NOW + WEEK + 1, 10_000_000_000, NOW * 1000, 253_402_300_800, u64::from(u32::MAX) << 24] {
        assert_eq!(pass_until(at(seconds), at(NOW)).unwrap_err(), too_long, "{seconds}");
    }
    let farthest = at(i64::MAX.unsigned_abs());
    assert_eq!(pass_until(farthest, at(NOW)).unwrap_err(), too_long);
}

#[test]
fn s13_no_limit_reaches_beyond_the_year_9999() {
    let passes = passes().with_max_lifetime(Duration::MAX);
    let mint = |seconds| passes.mint(&PassSpec::object(&key("a")), at(seconds), at(NOW));
    let last = 253_402_300_799;
    assert_eq!(verify_with(&passes, &mint(last).unwrap(), at(last - 1)), Ok(()));
    assert!(mint(last + 1).is_err());
}

#[test]
fn s13_an_altered_expiry_never_lives() {
    // Bytes 11 to 15 of a pass with a seven-character key id: the expiry.
    let pass = mint(&PassSpec::object(&key("a")));
    for expiry in [[0; 5], [0, 0xFF, 0xFF, 0xFF, 0xFF], [0x3A, 0xFF, 0xF4, 0x41, 0x7F]] {
        let altered = crate::tampering::with_bytes(pass.expose(), 11, &expiry);
        let result = passes().verify(&altered, &Presented::new(Method::Get, &key("a")), at(NOW)).map(|_| ());
        assert_eq!(result, Err(Refusal::BadTag));
    }
    let beyond = crate::tampering::with_bytes(pass.expose(), 11, &[0xFF; 5]);
    let result = passes().verify(&beyond, &Presented::new(Method::Get, &key("a")), at(NOW)).map(|_| ());
    assert_eq!(result, Err(Refusal::Malformed(Malformed::Time)));
}

#[test]
fn s13_not_before_has_the_skew_and_is_rounded_down() {
    let start = at(NOW + 100) + Duration::from_millis(900);
    let pass = mint(&PassSpec::object(&key("a")).with_not_before(start));
    let not_yet = Err(Refusal::NotYet { from: at(NOW + 100) });
    assert_eq!(verify_at(&pass, at(NOW)), not_yet);
    assert_eq!(verify_at(&pass, just_before(NOW + 95)), not_yet);
    assert_eq!(verify_at(&pass, at(NOW + 95)), Ok(()));

    let strict = passes().with_skew(Duration::ZERO);
    assert_eq!(verify_with(&strict, &pass, just_before(NOW + 100)), not_yet);
    assert_eq!(verify_with(&strict, &pass, at(NOW + 100)), Ok(()));
    let generous = passes().with_skew(Duration::MAX);
    assert_eq!(verify_with(&generous, &pass, at(NOW)), Ok(()));
}

#[test]
fn s13_a_pass_that_could_never_be_good_is_not_minted() {
    let mint = |start| {
        passes()
            .mint(&PassSpec::object(&key("a")).with_not_before(start), at(NOW + HOUR), at(NOW))
            .map(|_| ())
    };
    assert_eq!(mint(at(NOW + HOUR - 1)), Ok(()));
    assert_eq!(mint(at(NOW + HOUR)), Err(MintError::NeverGood));
    assert_eq!(mint(at(i64::MAX.unsigned_abs())), Err(MintError::NeverGood));
    assert_eq!(mint(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), Ok(()));
}

#[test]
fn s13_a_clock_that_jumps() {
    let pass = mint(&PassSpec::object(&key("a")));
    let far = Err(Refusal::TooFarAhead { expires: at(NOW + HOUR) });
    // Back by less than a week: the life ends when it was to end, whatever the clock says in between.
    assert_eq!(verify_at(&pass, at(NOW + HOUR - WEEK)), Ok(()));
    assert_eq!(verify_at(&pass, at(NOW + HOUR - WEEK - 5)), Ok(()));
    assert_eq!(verify_at(&pass, at(NOW + HOUR - WEEK - 6)), far);
    assert_eq!(verify_at(&pass, at(0)), far);
    assert_eq!(verify_at(&pass, SystemTime::UNIX_EPOCH - Duration::from_secs(1)), far);
    // Ahead: expired.
    assert!(matches!(verify_at(&pass, at(u64::from(u32::MAX) << 8)), Err(Refusal::Expired { .. })));
}

#[test]
fn s13_a_verifier_has_its_own_longest_life() {
    let pass = mint(&PassSpec::object(&key("a")));
    let strict = passes().with_max_lifetime(Duration::from_mins(10));
    assert_eq!(verify_with(&strict, &pass, at(NOW)), Err(Refusal::TooFarAhead { expires: at(NOW + HOUR) }));
    // Once it is near enough its end, it could have been minted now.
    assert_eq!(verify_with(&strict, &pass, at(NOW + HOUR - 600)), Ok(()));
}

#[test]
fn s13_two_machines_half_a_second_apart_agree_on_the_longest_life() {
    let ahead = at(NOW) + Duration::from_millis(500);
    let pass = pass_until(ahead + Duration::from_secs(WEEK), ahead).unwrap();
    assert_eq!(verify_at(&pass, at(NOW)), Ok(()));
}
