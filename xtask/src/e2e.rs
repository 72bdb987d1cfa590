//! `cargo xtask e2e`: the tests that start the real `hallpass` program and talk to it.
//!
//! They are the integration tests of package `hallpass`, so `cargo xtask test` has them among all tests.

use anyhow::Result;

use crate::host;
use crate::test::tests_of;

pub(crate) fn run() -> Result<()> {
    host::need(host::CURL)?;
    tests_of(&["--package", "hallpass"])
}
