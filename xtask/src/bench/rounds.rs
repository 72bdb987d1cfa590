//! [`Rounds`]: contenders measured in turn, again and again.

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use anyhow::{Context, Result};

use super::report::Sample;

/// How often every contender has its turn.
#[derive(Clone, Copy)]
pub(crate) struct Rounds(NonZeroU16);

impl Rounds {
    /// Enough for a median that one disturbed round does not move.
    pub(super) const USUAL: Self = Self(NonZeroU16::new(5).unwrap());

    /// Measures every contender once per round, in their order (A B C A B C …); returns the samples of each.
    ///
    /// # Errors
    /// The first one of `measure`: what could not be measured is not left out.
    pub(super) fn interleave<C>(
        self,
        contenders: &[C],
        mut measure: impl FnMut(&C) -> Result<Sample>,
    ) -> Result<Vec<Vec<Sample>>> {
        let mut samples: Vec<Vec<Sample>> = contenders.iter().map(|_| Vec::new()).collect();
        for round in 1..=self.0.get() {
            for (contender, own) in contenders.iter().zip(&mut samples) {
                own.push(measure(contender).with_context(|| format!("round {round}"))?);
            }
        }
        Ok(samples)
    }
}

impl fmt::Display for Rounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Rounds {
    type Err = <NonZeroU16 as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn contenders_take_turns() {
        let mut turns = String::new();
        let mut count = 0.0;
        let samples = "3".parse::<Rounds>().unwrap().interleave(&["a", "b"], |name| {
            turns.push_str(name);
            count += 1.0;
            Ok(Sample::of(count))
        });
        assert_eq!(turns, "ababab");
        let figures: Vec<Vec<f64>> =
            samples.unwrap().iter().map(|own| own.iter().map(|sample| sample.figure).collect()).collect();
        assert_eq!(figures, [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]);
    }

    #[test]
    fn a_failure_ends_it() {
        let mut turns = 0;
        let outcome = Rounds::USUAL.interleave(&["a", "b", "c"], |name| {
            turns += 1;
            if *name == "b" {
                bail!("b is not there");
            }
            Ok(Sample::of(1.0))
        });
        let error = outcome.unwrap_err();
        assert_eq!((turns, format!("{error:#}")), (2, "round 1: b is not there".to_owned()));
    }

    #[test]
    fn none_is_no_number_of_rounds() {
        assert!("0".parse::<Rounds>().is_err());
        assert_eq!("7".parse::<Rounds>().unwrap().to_string(), "7");
    }
}
