//! `cargo xtask test`: every check and every test, in one go.

use anyhow::Result;

use crate::command::Run;
use crate::steps::Steps;
use crate::tidy::Project;
use crate::{alone, attack, e2e, fuzz, host, tidy, tour, vectors};

pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::new();
    let project = Project::load()?;

    steps.run("format", || Run::cargo(["fmt", "--all", "--check"]).run())?;
    steps.run("clippy", || {
        clippy(&["--workspace", "--all-targets", "--all-features"])?;
        // All targets but those that say `test = false`: these have to be named.
        clippy(&["--workspace", "--test", "e2e", "--all-features"])
    })?;
    steps.run("clippy, each library alone", || {
        project.libraries().into_iter().try_for_each(|name| clippy(&["--package", name]))?;
        clippy(&["--package", "hallpass", "--no-default-features"])?;
        clippy(&["--package", "signer-cloudfront", "--no-default-features"])
    })?;
    steps.run("programs that tests need", || {
        [host::OPENSSL, host::PYTHON, host::VALGRIND].into_iter().try_for_each(host::need)?;
        attack::PROGRAMS.into_iter().try_for_each(host::need)
    })?;
    e2e::with_server(None, &mut steps, "tests", |server| server.test(&["--workspace"], EVERYTHING))?;
    // The workspace has it with `ring` alone, as most who take it have.
    steps.run("tests of signer-cloudfront with all that signs", || {
        tests(&["--package", "signer-cloudfront", "--all-features"], EVERYTHING).run()
    })?;
    steps.run("programs outside of the workspace", alone::run)?;
    steps.run("doctests", || Run::cargo(["test", "--quiet", "--workspace", "--doc"]).run())?;
    steps.run("docs", || {
        Run::cargo(["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings").run()
    })?;
    steps.run("tidy", || tidy::check(&project))?;
    steps.run("vectors", vectors::run)?;
    steps.run("fuzz targets and their corpus", fuzz::check)?;
    steps.run("tour of the README", tour::run)?;

    steps.conclude();
    Ok(())
}

/// Lints with warnings refused.
///
/// The libraries are also linted alone: inside the workspace a crate can use a feature of a dependency that only its
/// neighbour asked for.
fn clippy(selection: &[&str]) -> Result<()> {
    let arguments = [&["clippy", "--quiet"], selection, &["--", "-D", "warnings"]].concat();
    Run::cargo(arguments).run()
}

/// The targets of a package that have tests and need no server; nextest finds them by itself.
pub(crate) const EVERYTHING: &[&str] = &["--tests", "--examples"];

/// Prepares to run the tests of some packages, doctests aside: with nextest where it is installed, else with cargo's own
/// runner, which is told the targets.
pub(crate) fn tests(packages: &[&str], targets: &[&str]) -> Run {
    if Run::cargo(["nextest", "--version"]).succeeds() {
        let targets = if targets == EVERYTHING { &[] } else { targets };
        return Run::cargo([&["nextest", "run"], packages, targets].concat());
    }
    Run::cargo([&["test"], packages, targets].concat())
}
