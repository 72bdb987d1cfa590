//! `cargo xtask bench`: the benchmarks by name. Each is one module below.
//!
//! What is compared with others runs in rounds, every contender once per round, so that a machine that gets slower or
//! busier gets so for all of them ([`rounds`]); medians and ratios make one table ([`report`]).

mod cloudfront;
mod machine;
mod pass;
mod peer;
mod report;
mod rounds;
mod s3;
mod serve;
mod store;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use self::machine::Machine;
use self::report::{Report, Run};
use self::rounds::Rounds;
use crate::command::root;

/// What to measure, and how.
#[derive(Args)]
pub(crate) struct Options {
    /// Which ones; without a name all.
    names: Vec<Bench>,
    /// How often every contender is measured at every line.
    #[arg(long, default_value_t = Rounds::USUAL)]
    rounds: Rounds,
    /// A file that the figures are also written to, every round of them.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// A benchmark.
#[derive(Clone, Copy, ValueEnum)]
enum Bench {
    /// Signing CloudFront URLs.
    Cloudfront,
    /// Minting and verifying passes.
    Pass,
    /// Handing out files whose links are checked.
    Serve,
    /// Files in a directory: put, get, list.
    Store,
    /// Objects in S3: put, get, list.
    S3,
}

impl Bench {
    /// Runs it; returns what it compared, nothing where it only prints.
    fn run(self, rounds: Rounds) -> Result<Vec<Report>> {
        match self {
            Self::Cloudfront => cloudfront::run(rounds),
            Self::Pass => pass::run(rounds),
            Self::Serve => serve::run(rounds),
            Self::Store => store::run(rounds),
            Self::S3 => s3::run(rounds),
        }
    }
}

/// Runs the benchmarks named, or all of them.
///
/// # Errors
/// When one cannot be run, such as for a contender that cannot be had: nothing is left out in silence.
pub(crate) fn run(options: &Options) -> Result<()> {
    let all = Bench::value_variants();
    let chosen = if options.names.is_empty() { all } else { &options.names };
    let mut run = Run { machine: Machine::look()?, reports: Vec::new() };
    for bench in chosen {
        let reports = bench.run(options.rounds)?;
        for report in &reports {
            println!("\n{report}");
        }
        run.reports.extend(reports);
    }
    println!("\n{}", run.machine);
    options.json.as_deref().map_or(Ok(()), |file| run.write(&root().join(file)))
}
