//! [`Peer`]: a contender that is a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::{fmt, fs};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::report::Sample;
use crate::command::{root, target_dir};
use crate::served::{Apart, Profile};

/// The contenders that are written in Rust.
const WORKSPACE: Apart = Apart { manifest: "xtask/peers/Cargo.toml", profile: Profile::Release };

/// Builds one of the programs in `xtask/peers`, unless it is built; returns its path.
///
/// # Errors
/// When it cannot be built.
pub(super) fn build(package: &str) -> Result<std::path::PathBuf> {
    println!("building {package} with what it is compared with (minutes at the first time)");
    WORKSPACE.build(package, &target_dir()?.join("peers"))
}

/// A contender that is a process: it does one thing, prints `{"figure": …}`, and waits for the end of its standard input,
/// so that its memory can be looked at while it is still there.
pub(super) struct Peer {
    command: Command,
}

#[derive(Deserialize)]
struct Answer {
    figure: f64,
}

impl Peer {
    /// Names the program and what it does.
    pub(super) fn new(program: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(root()).stdin(Stdio::piped()).stdout(Stdio::piped());
        Self { command }
    }

    /// Runs it.
    ///
    /// # Errors
    /// When it cannot be started, fails or prints something else; the message is its command line.
    pub(super) fn measure(mut self) -> Result<Sample> {
        let shown = self.to_string();
        let mut process = self.command.spawn().with_context(|| format!("failed to start `{shown}`"))?;
        let output = process.stdout.take().with_context(|| format!("`{shown}` has no output"))?;
        let sample = sample(&mut process, output);
        // The end of its input, which it waits for.
        drop(process.stdin.take());
        let status = process.wait()?;
        if !status.success() {
            bail!("failed ({status}): {shown}");
        }
        sample.with_context(|| shown)
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.command.get_program().display())?;
        self.command.get_args().try_for_each(|argument| write!(f, " {}", argument.display()))
    }
}

fn sample(process: &mut Child, output: ChildStdout) -> Result<Sample> {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let Answer { figure } = serde_json::from_str(&line).with_context(|| format!("no figure: `{line}`"))?;
    let status = fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    Ok(Sample { figure, peak_kib: Some(peak_kib(&status).context("no peak of memory in /proc")?) })
}

/// Returns the most memory that a process has held (`proc(5)`, `VmHWM`).
fn peak_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn shell(script: &str) -> Result<Sample> {
        Peer::new(Path::new("sh"), &["-c", script]).measure()
    }

    #[test]
    fn a_figure_comes_with_the_peak_of_memory() {
        let sample = shell("echo '{\"figure\": 1.5}'; read end; exit 0").unwrap();
        assert_eq!(sample.figure.to_bits(), 1.5_f64.to_bits());
        assert!(sample.peak_kib.is_some_and(|peak| (100..100_000).contains(&peak)), "{sample:?}");
    }

    #[test]
    fn failures_name_the_command() {
        for script in ["exit 3", "echo '{\"figure\": 1}'; exit 3", "echo fast; read end; exit 0"] {
            let error = format!("{:#}", shell(script).unwrap_err());
            assert!(error.contains("sh -c"), "{error}");
        }
        assert!(Peer::new(Path::new("no-such-program-of-hallpass"), &[]).measure().is_err());
    }

    #[test]
    fn the_peak_is_found() {
        assert_eq!(peak_kib("VmPeak:\t 9 kB\nVmHWM:\t    3456 kB\n"), Some(3456));
        assert_eq!(peak_kib("VmPeak:\t 9 kB\n"), None);
    }
}
