//! `cargo xtask bench serve`: answering one request.

use anyhow::Result;

use super::report::Report;
use crate::command::Run;

/// # Errors
/// When it cannot be built or run.
pub(super) fn run() -> Result<Vec<Report>> {
    Run::cargo(["bench", "--package", "download", "--bench", "serve"]).run()?;
    Ok(Vec::new())
}
