//! `cargo xtask bench pass`: minting and verifying passes.

use anyhow::Result;

use super::report::Report;
use crate::command::Run;

/// # Errors
/// When it cannot be built or run.
pub(super) fn run() -> Result<Vec<Report>> {
    Run::cargo(["bench", "--package", "token-hmac", "--bench", "pass"]).run()?;
    Ok(Vec::new())
}
