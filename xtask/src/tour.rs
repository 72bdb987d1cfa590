//! `cargo xtask tour`: runs the README's tour as a newcomer would, and compares what it prints.
//!
//! CONTRIBUTING.md describes how a tour is written.

mod expect;
mod script;
mod session;

use anyhow::{Context, Result, bail, ensure};

use crate::command::{Run, root, target_dir};
use crate::host;

use expect::{Extent, matches};
use script::{Script, Start, Step};
use session::Session;

pub(crate) fn run() -> Result<()> {
    host::need(host::CURL)?;
    host::need(host::PYTHON)?;
    let readme = root().join("README.md");
    let readme =
        std::fs::read_to_string(&readme).with_context(|| format!("failed to read {}", readme.display()))?;
    let script = Script::read(&readme).context("README.md")?;
    // Built alone, as a user gets it, not with the features that the rest of the workspace asks for.
    Run::cargo(["build", "--quiet", "--package", "hallpass"]).run()?;
    let mut session = Session::begin(&target_dir()?.join("debug"))?;
    for step in script.steps() {
        println!("README.md:{}: $ {}", step.line, step.command);
        walk(&mut session, step).with_context(|| {
            format!("README.md:{}: `{}` (again: cargo xtask tour)", step.line, step.command)
        })?;
    }
    println!("{} commands of the tour did as the README says", script.steps().len());
    Ok(())
}

/// Runs one command and compares its exit code and what it printed.
fn walk(session: &mut Session, step: &Step) -> Result<()> {
    match step.start {
        Start::AndWait { exits } => {
            let done = session.run(&step.command)?;
            ensure!(
                done.code == exits,
                "exited with {}, not {exits}; it printed:\n{}",
                done.code,
                done.printed
            );
            if !step.expected.is_empty() && !matches(&step.expected, &done.printed, Extent::Whole) {
                bail!("{}", difference(step, &done.printed));
            }
        }
        Start::InBackground => {
            let said = |printed: &str| matches(&step.expected, printed, Extent::Start);
            if let Err(printed) = session.start(&step.command)?.wait_until(said)? {
                bail!("{}", difference(step, &printed));
            }
        }
    }
    Ok(())
}

fn difference(step: &Step, printed: &str) -> String {
    format!("the README shows:\n{}\n--- but it printed:\n{printed}", step.expected.join("\n"))
}
