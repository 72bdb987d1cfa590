//! [`Front`]: verifies every signature before LocalStack, which does not.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::{Run, root, target_dir};

/// A package with a lock file of its own, so that its dependencies are none of Hallpass's.
const MANIFEST: &str = "xtask/s3-front/Cargo.toml";

/// A front that runs; dropped, it is killed.
pub(crate) struct Front {
    process: Child,
    origin: String,
}

impl Front {
    /// Builds the front unless it is built, and starts it before a server.
    ///
    /// # Errors
    /// When it cannot be built or started.
    pub(crate) fn start(upstream: &str) -> Result<Self> {
        let place = target_dir()?.join("e2e/s3-front");
        let mut arguments = vec![Path::new("build"), Path::new("--quiet"), Path::new("--locked")];
        arguments.extend([
            Path::new("--manifest-path"),
            Path::new(MANIFEST),
            Path::new("--target-dir"),
            &place,
        ]);
        Run::cargo(arguments).run()?;
        let mut process = Command::new(place.join("debug/s3-front"))
            .arg(upstream)
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("failed to start the front")?;
        let output = process.stdout.take().context("the front has no output")?;
        let mut front = Self { process, origin: String::new() };
        BufReader::new(output).read_line(&mut front.origin)?;
        front.origin.truncate(front.origin.trim_end().len());
        if front.origin.is_empty() {
            bail!("the front did not start");
        }
        Ok(front)
    }

    /// Returns the origin that it serves on.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // It holds nothing that could be lost.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
