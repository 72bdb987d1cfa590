//! `cargo xtask e2e`: the tests that start the real `hallpass` program, and those that need an S3 server.
//!
//! The server is LocalStack, provisioned below `target/` and started for the time of the tests, or any other one that is
//! named. Without a server the tests fail: none of them is skipped.

use anyhow::Result;

use crate::command::Run;
use crate::host;
use crate::localstack::LocalStack;
use crate::test::{EVERYTHING, tests};

/// Where tests look for the origin of the server.
const VARIABLE: &str = "HALLPASS_E2E_S3";

pub(crate) fn run(endpoint: Option<&str>) -> Result<()> {
    host::need(host::CURL)?;
    with_server(endpoint, |server| server.test(&["--package", "hallpass"], EVERYTHING))
}

/// Does `work` while there is a server, then runs the tests of S3 itself.
///
/// # Errors
/// When there is no server to be had, and those of `work`.
pub(crate) fn with_server(endpoint: Option<&str>, work: impl FnOnce(&Server) -> Result<()>) -> Result<()> {
    let test_all = |server: &Server| {
        work(server)?;
        server.test(&["--package", "store-s3"], &["--test", "e2e"])
    };
    if let Some(endpoint) = endpoint {
        return test_all(&Server { endpoint: endpoint.to_owned() });
    }
    let localstack = LocalStack::start()?;
    let tested = test_all(&Server { endpoint: localstack.endpoint().to_owned() });
    let stopped = localstack.stop();
    tested.and(stopped)
}

/// An S3 server that runs.
pub(crate) struct Server {
    endpoint: String,
}

impl Server {
    /// Runs the tests of some packages, which are told where the server is.
    ///
    /// # Errors
    /// When a test fails; the message is the command to repeat, for a server that still runs.
    pub(crate) fn test(&self, packages: &[&str], targets: &[&str]) -> Result<()> {
        let run: Run = tests(packages, targets);
        run.env(VARIABLE, &self.endpoint).run()
    }
}
