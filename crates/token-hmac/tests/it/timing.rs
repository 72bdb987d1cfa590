//! S11: what a forger can measure.
#![expect(clippy::disallowed_methods, reason = "measures the crate, which itself reads no clock")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use token_hmac::{Method, PassSpec, Presented, Refusal};

use crate::fixture::{NOW, at, key, mint, passes};
use crate::tampering::with_bytes;

/// The least times of many short batches of each, in turn: what is left when nothing else ran.
fn least(
    rounds: usize,
    mut one: impl FnMut() -> Refusal,
    mut other: impl FnMut() -> Refusal,
) -> (Duration, Duration) {
    (0..rounds).fold((Duration::MAX, Duration::MAX), |(least_one, least_other), _| {
        (least_one.min(batch(&mut one)), least_other.min(batch(&mut other)))
    })
}

fn batch(work: &mut impl FnMut() -> Refusal) -> Duration {
    let start = Instant::now();
    for _ in 0..20 {
        black_box(work());
    }
    start.elapsed()
}

#[test]
fn s11_an_unknown_key_id_costs_what_a_bad_tag_costs() {
    let passes = passes();
    let name = key(&"a".repeat(1000));
    let pass = mint(&PassSpec::object(&name));
    let bad_tag = with_bytes(pass.expose(), 16, &[0; 16]);
    let unknown = with_bytes(pass.expose(), 4, b"2026-12");
    let refusal = |text: &str| passes.verify(text, &Presented::new(Method::Get, &name), at(NOW)).unwrap_err();
    assert_eq!(refusal(&bad_tag), Refusal::BadTag);
    assert!(matches!(refusal(&unknown), Refusal::UnknownKey { .. }));

    // Without the stand-in MAC over a thousand bytes the one would be several times as fast as the other.
    // In turn, so that a machine busy elsewhere slows both.
    let (forged, unknown) = least(300, || refusal(black_box(&bad_tag)), || refusal(black_box(&unknown)));
    assert!(unknown * 3 > forged * 2 && forged * 3 > unknown * 2, "{unknown:?} {forged:?}");
}
