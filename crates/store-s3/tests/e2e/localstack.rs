//! A LocalStack of a test's own, which may be stopped and killed.

use std::env;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;

use super::http;

/// Below the ports of outgoing connections, and beside those of `cargo xtask`'s own instances.
const FIRST_PORT: u16 = 21_900;
/// Each test has so many to choose from: two that looked among the same ones at once would both take the first.
const PORTS: u16 = 20;

/// A server that runs; dropped, it is killed.
pub(crate) struct LocalStack {
    process: Child,
    origin: String,
}

impl LocalStack {
    /// Starts the server of this number, which one test has, and waits until it serves.
    pub(crate) async fn start(number: u16) -> Self {
        let python = env::var("E2E_LOCALSTACK");
        let python = PathBuf::from(python.expect("no LocalStack: run `cargo xtask e2e`, which installs one"));
        let launcher = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/localstack/launch.py");
        // Two levels above `bin/python`, beside those of `cargo xtask`.
        let place = python.ancestors().nth(3).unwrap().join(format!("state-of-a-test-{number}"));
        let _ = fs::remove_dir_all(place.join("objects"));
        let first = FIRST_PORT + PORTS * number;
        for port in first..first + PORTS {
            if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
                continue;
            }
            let mut process = Command::new(&python)
                .arg("-P")
                .arg(&launcher)
                .arg(port.to_string())
                .arg(&place)
                .env_remove("PYTHONDONTWRITEBYTECODE")
                .env_remove("PYTHONPATH")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let origin = format!("http://127.0.0.1:{port}");
            if serves(&mut process, &origin).await {
                return Self { process, origin };
            }
            let _ = process.kill();
            let _ = process.wait();
        }
        panic!("LocalStack does not start");
    }

    /// Returns its origin.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Makes it stand still, or go on.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    /// Ends it at once.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Waits until a server is well; it is not when it ended, as one whose port was taken does.
async fn serves(process: &mut Child, origin: &str) -> bool {
    for _ in 0..600 {
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        let url = format!("{origin}/_localstack/health");
        if http::try_get(&url).await.is_some_and(|answer| answer.text().contains("\"s3\": \"running\"")) {
            return true;
        }
        sleep(Duration::from_millis(100)).await;
    }
    false
}

impl Drop for LocalStack {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
