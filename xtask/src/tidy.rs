//! `cargo xtask tidy`: the rules of the repository that no compiler knows.
//!
//! Every rule reads the [`Project`] and returns what breaks it; all breaches are shown at once.

mod deny;
mod direction;
mod footprint;
mod licences;
mod links;
mod manifests;
mod project;
mod purity;
mod sources;
mod supply;
mod tags;
mod threats;
mod wording;

use std::fmt;

use anyhow::{Result, bail};

pub(crate) use project::Project;

/// A rule: what of the project breaks it.
type Rule = fn(&Project) -> Vec<Breach>;

const RULES: &[Rule] = &[
    direction::check,
    manifests::check,
    purity::check,
    sources::check,
    tags::check,
    wording::check,
    links::check,
    threats::check,
    licences::check,
    supply::check,
    footprint::check,
];

/// A place where a rule is broken, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    path: String,
    line: usize,
    message: String,
}

pub(crate) fn run() -> Result<()> {
    check(&Project::load()?)
}

/// Applies every rule.
///
/// # Errors
/// When one is broken, after all breaches have been printed.
pub(crate) fn check(project: &Project) -> Result<()> {
    let breaches = breaches(project);
    for breach in &breaches {
        println!("{breach}");
    }
    println!("{}", footprint::summary());
    if !breaches.is_empty() {
        bail!("{} breaches of the repository's rules, listed above", breaches.len());
    }
    println!("tidy: {} files, {} crates", project.files().len(), project.packages().len());
    Ok(())
}

fn breaches(project: &Project) -> Vec<Breach> {
    RULES.iter().flat_map(|rule| rule(project)).collect()
}

impl Breach {
    fn new(path: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.into(), line, message: message.into() }
    }

    /// Places it on the first line of a file that holds `word`, or the first line of all.
    fn at(project: &Project, path: &str, word: &str, message: impl Into<String>) -> Self {
        let before = project.text(path).lines().position(|line| line.contains(word));
        Self::new(path, before.unwrap_or_default() + 1, message)
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let breaches: Vec<String> =
            breaches(&Project::load().unwrap()).iter().map(ToString::to_string).collect();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }
}
