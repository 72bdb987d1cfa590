//! [`ConfigError`]: everything that is wrong with a configuration, at once.

use std::error::Error;
use std::fmt;

/// What is wrong with a configuration: one line for each problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    /// Returns the problems; there is at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns the problems of both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.problems.extend(other.problems);
        self
    }

    /// Returns an error if there are problems.
    pub(crate) fn unless_empty(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        self.problems.iter().try_for_each(|problem| {
            f.write_str(separator)?;
            separator = "\n";
            fmt::Display::fmt(problem, f)
        })
    }
}

impl Error for ConfigError {}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    at: String,
    line: Option<usize>,
    message: String,
}

impl Problem {
    /// Makes a problem of the key at this path (or of this variable).
    pub(crate) fn new(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { at: at.into(), line: None, message: message.into() }
    }

    pub(crate) fn on_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// Returns the path of the key, such as `limits.idle_timeout`, or the name of the variable; empty when the file as
    /// a whole cannot be read.
    pub fn at(&self) -> &str {
        &self.at
    }

    /// Returns the line of the file, from 1, when the problem has one.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// Returns what is wrong and what to do about it.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at.as_str(), self.line) {
            ("", None) => f.write_str(&self.message),
            ("", Some(line)) => write!(f, "line {line}: {}", self.message),
            (at, None) => write!(f, "`{at}`: {}", self.message),
            (at, Some(line)) => write!(f, "`{at}` (line {line}): {}", self.message),
        }
    }
}

/// Advises on a misspelt name, as the end of a message; empty when nothing that is known looks like it.
pub(crate) fn did_you_mean<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(name, known).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// Returns the one of `known` that `name` is probably meant to be, whatever its case.
pub(crate) fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let name = name.to_lowercase();
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(&name, &known.to_lowercase());
    let candidates = known.into_iter().map(|known| (likeness(known), known));
    let best = candidates.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(likeness, _)| *likeness >= 0.5).map(|(_, known)| known)
}
