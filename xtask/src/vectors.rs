//! `cargo xtask vectors`: our formats, checked by programs that share no code with us.

use anyhow::Result;

use crate::command::Run;
use crate::host;

/// Each check: a Python program and its arguments, from the root of the repository.
const CHECKS: &[&[&str]] =
    &[&["docs/passes/vectors.py", "--check", "crates/token-hmac/tests/vectors/pass.json"]];

pub(crate) fn run() -> Result<()> {
    host::need(host::PYTHON)?;
    CHECKS.iter().try_for_each(|check| Run::new("python3", check.iter()).run())
}
