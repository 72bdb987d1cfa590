//! [`LocalStack`]: an S3 server for tests, without Docker, account or token.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::command::{root, target_dir};
use crate::python::provision;

/// Every version and hash that it is made of.
const REQUIREMENTS: &str = "xtask/localstack/requirements.txt";
/// Starts it in a Python process of ours.
const LAUNCHER: &str = "xtask/localstack/launch.py";
/// Ports are tried from here on: below those that systems hand out for outgoing connections.
const FIRST_PORT: u16 = 21_700;
const PORTS: u16 = 100;
/// The first start on a slow machine takes some seconds, this is another order of magnitude.
const START: Duration = Duration::from_mins(2);
const STOP: Duration = Duration::from_secs(20);

/// A server that runs; dropped, it is killed.
pub(crate) struct LocalStack {
    process: Child,
    endpoint: String,
    log: PathBuf,
}

impl LocalStack {
    /// Installs LocalStack below `target/` unless it is there, starts it and waits until it serves S3.
    ///
    /// # Errors
    /// When it cannot be installed or does not come up; the message names the log.
    pub(crate) fn start() -> Result<Self> {
        let place = target_dir()?.join("e2e");
        fs::create_dir_all(&place).with_context(|| format!("failed to make {}", place.display()))?;
        let python = Self::provisioned()?;
        let port = free_port()?;
        let state = place.join(format!("state-{port}"));
        let log = place.join(format!("localstack-{port}.log"));
        let process = launch(&python, port, &state, &log)?;
        let mut server = Self { process, endpoint: format!("http://127.0.0.1:{port}"), log };
        let begun = Instant::now();
        server.wait_until_healthy(port)?;
        let took = begun.elapsed().as_secs_f64();
        println!("LocalStack serves S3 at {} after {took:.1} s", server.endpoint);
        Ok(server)
    }

    /// Installs LocalStack unless it is there; returns the Python that has it, for tests that stop or kill their own.
    ///
    /// # Errors
    /// When it cannot be installed.
    pub(crate) fn provisioned() -> Result<PathBuf> {
        provision("localstack", REQUIREMENTS)
    }

    /// Returns the origin of the server.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Ends the server as it wants to be ended.
    ///
    /// # Errors
    /// When it does not end, or had failed before.
    pub(crate) fn stop(mut self) -> Result<()> {
        if let Some(status) = self.process.try_wait()? {
            bail!("LocalStack ended by itself ({status}): see {}", self.log.display());
        }
        kill_process(Pid::from_child(&self.process), Signal::TERM)?;
        match self.wait_for_end()? {
            Some(status) if status.success() => {
                println!("LocalStack at {} is stopped", self.endpoint);
                Ok(())
            }
            Some(status) => bail!("LocalStack ended with {status}: see {}", self.log.display()),
            None => bail!("LocalStack did not end within {} s and was killed", STOP.as_secs()),
        }
    }

    fn wait_for_end(&mut self) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + STOP;
        while Instant::now() < deadline {
            if let Some(status) = self.process.try_wait()? {
                return Ok(Some(status));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(None)
    }

    fn wait_until_healthy(&mut self, port: u16) -> Result<()> {
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            if let Some(status) = self.process.try_wait()? {
                bail!("LocalStack did not start ({status}): see {}", self.log.display());
            }
            if health(port).is_ok_and(|health| serves_s3(&health)) {
                return Ok(());
            }
            sleep(Duration::from_millis(100));
        }
        bail!("LocalStack did not serve within {} s: see {}", START.as_secs(), self.log.display())
    }
}

impl Drop for LocalStack {
    fn drop(&mut self) {
        // After `stop` both do nothing.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn launch(python: &Path, port: u16, state: &Path, log: &Path) -> Result<Child> {
    // Objects are lost when the server ends; what lies there is of one that was killed.
    let _ = fs::remove_dir_all(state.join("objects"));
    let output = File::create(log).with_context(|| format!("failed to write {}", log.display()))?;
    Command::new(python)
        .arg("-P")
        .arg(root().join(LAUNCHER))
        .arg(port.to_string())
        .arg(state)
        // Its catalogue of plugins lies in compiled modules, and is made anew at each start without them.
        .env_remove("PYTHONDONTWRITEBYTECODE")
        .env_remove("PYTHONPATH")
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()
        .context("failed to start LocalStack")
}

/// Returns the first port that nobody listens on.
fn free_port() -> Result<u16> {
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    (FIRST_PORT..FIRST_PORT + PORTS).find(is_free).context("no port is free for LocalStack")
}

/// Asks the server how it is.
fn health(port: u16) -> std::io::Result<String> {
    let patience = Duration::from_secs(2);
    let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
    let mut connection = TcpStream::connect_timeout(&address.into(), patience)?;
    connection.set_read_timeout(Some(patience))?;
    write!(connection, "GET /_localstack/health HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

fn serves_s3(health: &str) -> bool {
    ["\"s3\": \"running\"", "\"s3\": \"available\""].iter().any(|state| health.contains(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_is_that_of_s3() {
        assert!(serves_s3(
            "HTTP/1.1 200 OK\r\n\r\n{\"services\": {\"rds\": \"disabled\", \"s3\": \"running\"}}"
        ));
        assert!(!serves_s3(
            "HTTP/1.1 200 OK\r\n\r\n{\"services\": {\"rds\": \"running\", \"s3\": \"disabled\"}}"
        ));
        assert!(!serves_s3(""));
    }

    #[test]
    fn ports_are_free_and_below_those_of_outgoing_connections() {
        let port = free_port().unwrap();
        assert!((FIRST_PORT..32_768).contains(&port));
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        assert!(taken.is_err() || free_port().unwrap() != port);
    }
}
