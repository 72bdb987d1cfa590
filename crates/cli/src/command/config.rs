//! `hallpass config`

use std::fmt;

use clap::{Args, Subcommand};
use gateway::{Config as Settings, ConfigError, Problem};
use serde::Serialize;

use crate::context::{Context, media};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::Format;

/// Look at the configuration
#[derive(Debug, Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    look: Look,
}

/// What to look for.
#[derive(Debug, Clone, Copy, Subcommand)]
enum Look {
    /// Say whether the configuration is in order; nothing is opened or changed
    Check,
    /// Print the configuration as it is used, with defaults and variables; it names secrets and holds none
    Show,
}

impl Config {
    pub(crate) fn run(self, context: &Context) -> Outcome {
        match self.look {
            Look::Check => check(context),
            Look::Show => {
                context.output().answer(&Shown(context.config()?))?;
                Ok(Exit::Done)
            }
        }
    }
}

fn check(context: &Context) -> Outcome {
    let checked = context.read_config(&media())?.and_then(|config| config.check());
    let problems = checked.as_ref().err().map(ConfigError::problems).unwrap_or_default();
    let report = Checked { valid: checked.is_ok(), problems: problems.iter().map(Fault::from).collect() };
    // With `--quiet` the exit code says that all is well.
    if !(report.valid && context.output().is_quiet() && context.output().format() == Format::Text) {
        context.output().answer(&report)?;
    }
    Ok(if checked.is_ok() { Exit::Done } else { Exit::Usage })
}

/// Whether the configuration is in order, and what is not.
#[derive(Serialize)]
struct Checked<'c> {
    valid: bool,
    problems: Vec<Fault<'c>>,
}

/// One thing that is wrong.
#[derive(Serialize)]
struct Fault<'c> {
    at: &'c str,
    line: Option<usize>,
    message: &'c str,
    #[serde(skip)]
    text: String,
}

impl<'c> From<&'c Problem> for Fault<'c> {
    fn from(problem: &'c Problem) -> Self {
        Self { at: problem.at(), line: problem.line(), message: problem.message(), text: problem.to_string() }
    }
}

impl fmt::Display for Checked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.valid { "in order" } else { "not in order:" })?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {}", problem.text))
    }
}

/// The configuration in use: TOML for people, the same as JSON for programs.
#[derive(Serialize)]
#[serde(transparent)]
struct Shown(Settings);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_toml().trim_end())
    }
}
