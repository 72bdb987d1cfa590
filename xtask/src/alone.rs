//! Programs outside of the workspace that take one of our crates: what works here has to work there.

use std::fs;

use anyhow::{Context, Result};

use crate::command::{Run, root, target_dir};

/// Each crate that is useful alone, and the program that takes it.
const PROGRAMS: &[(&str, &str)] = &[("signer-cloudfront", "crates/signer-cloudfront/tests/alone")];

/// Builds and runs each, with the versions of our lock file and without the network.
///
/// # Errors
/// When one does not build or fails.
pub(crate) fn run() -> Result<()> {
    PROGRAMS.iter().try_for_each(|(name, folder)| {
        let folder = root().join(folder);
        // Cargo takes out of it what the program does not need.
        fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))
            .with_context(|| format!("failed to copy Cargo.lock for {name}"))?;
        // The same folder for what is built: most of it is there already.
        let run = Run::cargo(["run", "--quiet", "--offline"]).within(&folder);
        run.env("CARGO_TARGET_DIR", target_dir()?).run()
    })
}
