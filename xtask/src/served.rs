//! [`Served`]: a server of ours for tests and benchmarks, built from a workspace of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::{Run, root};

/// Programs with a workspace and a lock file of their own, so that their dependencies are none of Hallpass's.
#[derive(Clone, Copy)]
pub(crate) struct Apart {
    pub(crate) manifest: &'static str,
    pub(crate) profile: Profile,
}

/// How they are built.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// Quickly.
    Dev,
    /// As what is measured.
    Release,
}

impl Apart {
    /// Builds one program into the folder `place`, unless it is built; returns its path.
    ///
    /// # Errors
    /// When it cannot be built.
    pub(crate) fn build(self, package: &str, place: &Path) -> Result<PathBuf> {
        let (folder, profile) = match self.profile {
            Profile::Dev => ("debug", "dev"),
            Profile::Release => ("release", "release"),
        };
        let arguments = ["build", "--quiet", "--locked", "--profile", profile, "--package", package];
        let mut arguments: Vec<&Path> = arguments.iter().map(Path::new).collect();
        let (manifest, target) = (Path::new("--manifest-path"), Path::new("--target-dir"));
        arguments.extend([manifest, Path::new(self.manifest), target, place]);
        Run::cargo(arguments).run()?;
        Ok(place.join(folder).join(package))
    }
}

/// A server that runs; dropped, it is killed.
pub(crate) struct Served {
    process: Child,
    origin: String,
}

impl Served {
    /// Starts a server that prints its origin once it serves.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn start(program: &Path, argument: &Path) -> Result<Self> {
        let mut process = Command::new(program)
            .arg(argument)
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("failed to start {}", program.display()))?;
        let output = process.stdout.take().context("the server has no output")?;
        let mut served = Self { process, origin: String::new() };
        BufReader::new(output).read_line(&mut served.origin)?;
        served.origin.truncate(served.origin.trim_end().len());
        if served.origin.is_empty() {
            bail!("{} did not start", program.display());
        }
        Ok(served)
    }

    /// Returns the origin that it serves on.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It holds nothing that could be lost.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
