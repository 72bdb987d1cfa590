//! X1: the same pass for all who ask within a window, with a guaranteed least life.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use token_hmac::{Lifetime, MintError, PassSpec};

use crate::fixture::{HOUR, NOW, at, key, passes};

fn stable(at_least: u64, window: u64) -> Lifetime {
    Lifetime::Stable { at_least: Duration::from_secs(at_least), window: Duration::from_secs(window) }
}

fn mint_at(lifetime: Lifetime, now: SystemTime) -> Result<String, MintError> {
    let spec = PassSpec::object(&key("a"));
    passes().mint(&spec, lifetime.expiry(now), now).map(|pass| pass.expose().to_owned())
}

#[test]
fn x01_the_same_bytes_within_a_window_and_others_in_the_next() {
    let lifetime = stable(600, HOUR);
    // With 600 s at least, a window ends 600 s before the full hour.
    let end = NOW - NOW % HOUR + HOUR - 600;
    let first = mint_at(lifetime, at(end - HOUR + 1)).unwrap();
    for seconds in [end - HOUR + 2, end - 1800, end - 1, end] {
        assert_eq!(mint_at(lifetime, at(seconds)).unwrap(), first);
    }
    assert_eq!(mint_at(lifetime, at(end) - Duration::from_nanos(1)).unwrap(), first);
    assert_ne!(mint_at(lifetime, at(end) + Duration::from_nanos(1)).unwrap(), first);
    assert_ne!(mint_at(lifetime, at(end - HOUR)).unwrap(), first);
}

#[test]
fn x01_odd_windows_and_clocks_do_no_harm() {
    assert_eq!(stable(0, 0).expiry(at(NOW)), at(NOW));
    assert_eq!(Lifetime::Fixed(Duration::from_millis(1500)).expiry(at(NOW)), at(NOW + 2));
    let before = SystemTime::UNIX_EPOCH - Duration::from_secs(100);
    assert_eq!(stable(50, 10).expiry(before), at(0));
    // What no clock can hold is the end of time, and no pass lives until then.
    let end = at(253_402_300_799);
    for lifetime in
        [Lifetime::Fixed(Duration::MAX), stable(u64::MAX, 1), stable(1, u64::MAX), stable(u64::MAX, u64::MAX)]
    {
        assert_eq!(lifetime.expiry(at(NOW)), end);
        assert!(matches!(mint_at(lifetime, at(NOW)), Err(MintError::LivesTooLong { .. })));
    }
}

proptest! {
    #[test]
    fn x01_every_life_is_long_enough_and_less_than_a_window_longer(
        nanos in 0_u64..2_000_000_000_000_000_000, at_least in 0_u64..100_000, window in 1_u64..100_000,
    ) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos);
        let expiry = stable(at_least, window).expiry(now);
        let life = expiry.duration_since(now).unwrap();
        prop_assert!(life >= Duration::from_secs(at_least));
        prop_assert!(life < Duration::from_secs(at_least + window + 1));
        prop_assert_eq!(expiry.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() % window, 0);
    }

    #[test]
    fn x01_a_later_minute_never_expires_sooner(start in 0..NOW, step in 0_u64..10_000, window in 1_u64..9_999) {
        let expiry = |seconds| stable(60, window).expiry(at(seconds));
        prop_assert!(expiry(start) <= expiry(start + step));
    }
}
