//! `cargo xtask e2e`: the tests that start the real `hallpass` program, and those that need an S3 server.
//!
//! The server is LocalStack, provisioned below `target/` and started for the time of the tests, or any other one that is
//! named. Before it stands a front that verifies every signature, for the tests that are about them. Without a server the
//! tests fail: none of them is skipped. Those that stop and kill a server start a LocalStack of their own.

use anyhow::Result;

use crate::command::Run;
use crate::front::Front;
use crate::localstack::LocalStack;
use crate::steps::Steps;
use crate::test::{EVERYTHING, tests};
use crate::{attack, host};

/// Where tests look for the origin of the server.
const VARIABLE: &str = "E2E_S3";
/// Where they look for the origin of the front.
const FRONT_VARIABLE: &str = "E2E_S3_FRONT";
/// Where they look for what starts a LocalStack of their own, to be stopped and killed.
const LOCALSTACK_VARIABLE: &str = "E2E_LOCALSTACK";

/// Packages with tests that need the server, and what those show.
const ON_S3: [(&str, &str); 2] =
    [("hallpass", "the program on S3: every command, the gateway, links"), ("store-s3", "the store in S3")];

pub(crate) fn run(endpoint: Option<&str>) -> Result<()> {
    attack::PROGRAMS.into_iter().try_for_each(host::need)?;
    let mut steps = Steps::new();
    with_server(endpoint, &mut steps, "the program", |server| {
        server.test(&["--package", "hallpass"], EVERYTHING)
    })?;
    // Who leaves S3 out gets a program that says so. Only a package by itself is built without.
    steps.run("the gateway without S3", || tests(&["--package", "gateway"], EVERYTHING).run())?;
    steps.conclude();
    Ok(())
}

/// Does `work`, which is a step of this name, while there is a server, and then runs the tests of S3 itself.
///
/// # Errors
/// When there is no server to be had, and those of `work`.
pub(crate) fn with_server(
    endpoint: Option<&str>,
    steps: &mut Steps,
    name: &str,
    work: impl FnOnce(&Server) -> Result<()>,
) -> Result<()> {
    let test_all = |server: &Server| {
        println!("tests on {}, and on the front {} before it", server.endpoint, server.front.origin());
        steps.run(name, || work(server))?;
        ON_S3.into_iter().try_for_each(|(package, shows)| {
            steps.run(shows, || server.test(&["--package", package], &["--test", "e2e"]))
        })
    };
    if let Some(endpoint) = endpoint {
        return test_all(&Server::with_front(endpoint)?);
    }
    let localstack = LocalStack::start()?;
    let tested = Server::with_front(localstack.endpoint()).and_then(|server| test_all(&server));
    let stopped = localstack.stop();
    tested.and(stopped)
}

/// An S3 server that runs, and a front before it.
pub(crate) struct Server {
    endpoint: String,
    front: Front,
}

impl Server {
    fn with_front(endpoint: &str) -> Result<Self> {
        Ok(Self { endpoint: endpoint.to_owned(), front: Front::start(endpoint)? })
    }

    /// Runs the tests of some packages, which are told where the server is.
    ///
    /// # Errors
    /// When a test fails; the message is the command to repeat, for a server that still runs.
    pub(crate) fn test(&self, packages: &[&str], targets: &[&str]) -> Result<()> {
        let run: Run = tests(packages, targets);
        let localstack = LocalStack::provisioned()?;
        let run = run.env(VARIABLE, &self.endpoint).env(FRONT_VARIABLE, self.front.origin());
        run.env(LOCALSTACK_VARIABLE, localstack).run()
    }
}
