//! `cargo xtask bench`: the benchmarks by name, so that nobody has to remember which crate has them.

use anyhow::Result;
use clap::ValueEnum;

use crate::command::Run;

/// A benchmark.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Bench {
    /// Minting and verifying passes.
    Pass,
    /// Answering one request.
    Serve,
}

impl Bench {
    /// Returns the package and its bench target.
    fn target(self) -> (&'static str, &'static str) {
        match self {
            Self::Pass => ("token-hmac", "pass"),
            Self::Serve => ("download", "serve"),
        }
    }
}

/// Runs the benchmarks named, or all of them.
pub(crate) fn run(names: &[Bench]) -> Result<()> {
    let chosen = if names.is_empty() { Bench::value_variants() } else { names };
    chosen.iter().try_for_each(|bench| {
        let (package, target) = bench.target();
        Run::cargo(["bench", "--package", package, "--bench", target]).run()
    })
}
