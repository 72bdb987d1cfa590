//! [`Run`]: one external program, started in the repository, whose failure says how to run it again.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A program with its arguments, ready to run in the root of the repository with nothing on its standard input.
pub(crate) struct Run {
    command: Command,
}

impl Run {
    /// Names a program and its arguments.
    pub(crate) fn new<S: AsRef<OsStr>>(
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = S>,
    ) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(root()).stdin(Stdio::null());
        Self { command }
    }

    /// Names a cargo command.
    pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let mut run = Self::new("cargo", arguments);
        // `cargo run` describes this package to us in variables. Passed on, they look like changed inputs to build
        // scripts that watch them (`ring`'s does), and everything above would be built again and again.
        for (name, _) in std::env::vars_os().filter(|(name, _)| describes_a_package(name)) {
            run.command.env_remove(name);
        }
        run
    }

    /// Sets a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts the program in another folder than the root.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs the program and returns what it prints.
    ///
    /// # Errors
    /// As [`run`](Self::run), and when that is no text.
    pub(crate) fn output(mut self) -> Result<String> {
        let output = self.command.stderr(Stdio::inherit()).output();
        let output = output.with_context(|| format!("failed to start `{self}`"))?;
        if !output.status.success() {
            bail!("failed ({}); to run it again:\n    {self}", output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{self}` does not print text"))
    }

    /// Runs the program, which prints to our own output.
    ///
    /// # Errors
    /// When it cannot be started or does not exit with 0; the message is the command line to try again.
    pub(crate) fn run(mut self) -> Result<()> {
        let status = self.command.status().with_context(|| format!("failed to start `{self}`"))?;
        if !status.success() {
            bail!("failed ({status}); to run it again:\n    {self}");
        }
        Ok(())
    }

    /// Tells whether the program can be started and exits with 0, printing nothing.
    pub(crate) fn succeeds(mut self) -> bool {
        let status = self.command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                write!(f, "{}={} ", name.display(), quoted(value))?;
            }
        }
        write!(f, "{}", quoted(self.command.get_program()))?;
        self.command.get_args().try_for_each(|argument| write!(f, " {}", quoted(argument)))
    }
}

/// Returns the root of the repository.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Returns where cargo puts what it builds.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let metadata = cargo_metadata::MetadataCommand::new().current_dir(root()).no_deps().exec()?;
    Ok(metadata.target_directory.into())
}

fn describes_a_package(variable: &OsString) -> bool {
    let name = variable.to_string_lossy();
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

/// Writes a word as a shell would need it.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_as_it_can_be_typed() {
        let run = Run::new("cargo", ["test", "it's", ""]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(run.to_string(), r"RUSTDOCFLAGS='-D warnings' cargo test 'it'\''s' ''");
    }

    #[test]
    fn failure_names_the_command() {
        let error = Run::new("false", ["x"]).run().unwrap_err().to_string();
        assert!(error.contains("false x"), "{error}");
        assert!(Run::new("true", ["x"]).run().is_ok());
        assert!(Run::new("false", ["x"]).output().is_err());
    }

    #[test]
    fn output_is_what_is_printed_where_it_runs() {
        let folder = Path::new("/").canonicalize().unwrap();
        assert_eq!(Run::new("pwd", [""; 0]).within(&folder).output().unwrap(), "/\n");
    }
}
