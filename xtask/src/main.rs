//! `cargo xtask`: everything that is checked, tested or measured here, so that CI knows nothing of its own.
//!
//! One module per command; [`command`] and [`steps`] are what they share.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people at a terminal and for CI logs"
)]

mod alone;
mod attack;
mod bench;
mod e2e;
mod fuzz;
mod test;
mod tidy;
mod tour;
mod vectors;

mod command;
mod front;
mod host;
mod localstack;
mod markdown;
mod node;
mod python;
mod served;
mod steps;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::command::Run;

/// Checks, tests and measures Hallpass.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs every check and every test, in order, and says how long each took.
    Test,
    /// Checks the rules of the repository: dependency direction, docs, licences, links.
    Tidy,
    /// Runs the end-to-end tests: the built `hallpass` program, and S3 on a server that is started for them.
    E2e {
        /// The origin of an S3 server to use instead, such as `http://127.0.0.1:4566`.
        #[arg(long, value_name = "URL")]
        endpoint: Option<String>,
    },
    /// Runs the commands of the README's tour in an empty directory and compares what they print.
    Tour,
    /// Checks the published test vectors with implementations in other languages.
    Vectors,
    /// Looks for inputs that break a property: runs the fuzz targets named, or all.
    Fuzz(fuzz::Options),
    /// Judges by the clock whether comparing a tag tells where it is wrong; wants a quiet machine.
    Timing,
    /// Makes attacks at full length: those named, or all.
    Attack {
        /// Which ones.
        names: Vec<attack::Attack>,
    },
    /// Runs benchmarks and compares: those named, or all.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Test => test::run(),
        Task::Tidy => tidy::run(),
        Task::E2e { endpoint } => e2e::run(endpoint.as_deref()),
        Task::Tour => tour::run(),
        Task::Vectors => vectors::run(),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Timing => timing(),
        Task::Attack { names } => attack::run(&names),
        Task::Bench(options) => bench::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the statistical tests of constant time, on the code as it is shipped.
fn timing() -> anyhow::Result<()> {
    let test = "s11_s14_a_forger_measures_nothing";
    Run::cargo([
        "test",
        "--release",
        "--package",
        "token-hmac",
        "--lib",
        test,
        "--",
        "--ignored",
        "--nocapture",
    ])
    .run()
}
