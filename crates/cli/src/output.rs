//! [`Output`]: the only place that prints. Answers go to standard output, messages to standard error.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use serde::Serialize;

use crate::failure::Failure;

/// Where and how a command speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    format: Format,
    voice: Voice,
}

/// For whom answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs: one JSON object on each line.
    Json,
}

/// What is said besides answers and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// Nothing.
    Quiet,
    /// What was done, warnings, progress.
    Normal,
}

impl Output {
    /// Makes an output.
    pub(crate) fn new(format: Format, voice: Voice) -> Self {
        Self { format, voice }
    }

    /// Returns for whom answers are written.
    pub(crate) fn format(self) -> Format {
        self.format
    }

    /// Tells whether people want to hear more than answers and errors.
    pub(crate) fn is_quiet(self) -> bool {
        self.voice == Voice::Quiet
    }

    /// Prints what was asked for, in the wanted format.
    pub(crate) fn answer(self, answer: &(impl Serialize + Display)) -> Result<(), Failure> {
        let mut lines = self.lines();
        lines.push(answer)?;
        lines.finish()
    }

    /// Says what was done: an object for programs, a message for people.
    pub(crate) fn done(self, report: &impl Serialize, message: impl Display) -> Result<(), Failure> {
        self.note(message);
        self.report(report)
    }

    /// Prints an object for programs; people are not told.
    pub(crate) fn report(self, report: &impl Serialize) -> Result<(), Failure> {
        if self.format == Format::Text {
            return Ok(());
        }
        let mut lines = self.lines();
        lines.push_json(report)?;
        lines.finish()
    }

    /// Opens standard output for many answers.
    pub(crate) fn lines(self) -> Lines {
        Lines { format: self.format, writer: BufWriter::new(io::stdout().lock()) }
    }

    /// Tells people something; programs are not told.
    pub(crate) fn note(self, message: impl Display) {
        if self.voice == Voice::Normal && self.format == Format::Text {
            to_stderr(format_args!("{message}"));
        }
    }

    /// Warns.
    pub(crate) fn warn(self, message: impl Display) {
        if self.voice == Voice::Normal {
            to_stderr(format_args!("{} {message}", label("warning:", "33")));
        }
    }

    /// Tells whether a progress bar has somebody to look at it.
    pub(crate) fn shows_progress(self) -> bool {
        self.voice == Voice::Normal && self.format == Format::Text && io::stderr().is_terminal()
    }
}

/// Prints why the program failed. Not even `--quiet` keeps it from that.
pub(crate) fn error(failure: &Failure) {
    if let Some(text) = failure.text() {
        to_stderr(format_args!("{} {text}", label("error:", "31")));
    }
}

/// Tells whether standard error shows colours.
pub(crate) fn stderr_has_colours() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn label(word: &str, colour: &str) -> String {
    if stderr_has_colours() { format!("\x1b[1;{colour}m{word}\x1b[0m") } else { word.to_owned() }
}

/// A message that cannot be written has nobody left to be told of it.
fn to_stderr(message: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{message}");
}

/// Standard output, one answer on each line.
pub(crate) struct Lines {
    format: Format,
    writer: BufWriter<StdoutLock<'static>>,
}

impl Lines {
    /// Adds an answer in the wanted format.
    pub(crate) fn push(&mut self, answer: &(impl Serialize + Display)) -> Result<(), Failure> {
        match self.format {
            Format::Json => self.push_json(answer),
            Format::Text => writeln!(self.writer, "{answer}").map_err(|error| Failure::stdout(&error)),
        }
    }

    /// Adds an object for programs, whatever the format.
    fn push_json(&mut self, answer: &impl Serialize) -> Result<(), Failure> {
        let written = serde_json::to_writer(&mut self.writer, answer).map_err(io::Error::from);
        written.and_then(|()| writeln!(self.writer)).map_err(|error| Failure::stdout(&error))
    }

    /// Adds text as it stands.
    pub(crate) fn push_raw(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.writer.write_all(bytes).map_err(|error| Failure::stdout(&error))
    }

    /// Sends what is held back.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| Failure::stdout(&error))
    }
}
