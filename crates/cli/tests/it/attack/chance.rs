//! [`Chance`]: numbers that look random, the same ones for the same seed.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// A source of numbers (`SplitMix64`).
pub(crate) struct Chance(u64);

impl Chance {
    /// Begins with the seed in `ATTACK_SEED`, or with one of its own; says which, for the next time.
    pub(crate) fn new() -> Self {
        let given = std::env::var("ATTACK_SEED").ok().map(|seed| seed.parse().unwrap());
        let seed = given.unwrap_or_else(|| RandomState::new().hash_one(0) % 1_000_000);
        println!("to have the same chances again: ATTACK_SEED={seed}");
        Self(seed)
    }

    /// Returns a number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// Returns one of several.
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len().try_into().unwrap())).unwrap()]
    }

    /// Returns a time shorter than this.
    pub(crate) fn moment(&mut self, end: Duration) -> Duration {
        Duration::from_micros(self.below(end.as_micros().try_into().unwrap()))
    }
}
