//! [`Server`]: a running `hallpass serve`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::sandbox::Sandbox;

/// Longer than this nothing here should take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server; dropped, it is ended by its process id.
pub(crate) struct Server {
    child: Child,
    out: Option<BufReader<ChildStdout>>,
    log: PathBuf,
    /// Where it listens.
    pub(crate) origin: String,
    /// The link that it printed.
    pub(crate) url: String,
    /// The whole first line.
    pub(crate) announced: Value,
}

impl Server {
    pub(crate) fn start(sandbox: &Sandbox, arguments: &[&str]) -> Self {
        Self::start_with(sandbox, arguments, |command| command)
    }

    /// Starts it as `prepare` wants it.
    pub(crate) fn start_with(
        sandbox: &Sandbox,
        arguments: &[&str],
        prepare: impl FnOnce(Command) -> Command,
    ) -> Self {
        let log = sandbox.outer().join(format!("serve-{}.log", arguments.len()));
        let mut all = vec!["serve", "--json", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        let mut command = prepare(sandbox.command(&all));
        command.stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut server =
            Self { child, out: None, log, origin: String::new(), url: String::new(), announced: Value::Null };
        let (line, out) = first_line(out).unwrap_or_else(|| panic!("no line: {}", server.log()));
        server.out = Some(out);
        server.announced =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line:?}: {}", server.log()));
        let text = |name: &str| server.announced[name].as_str().unwrap_or_default().to_owned();
        (server.origin, server.url) = (text("listening"), text("url"));
        server
    }

    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it logged until now.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until the log has this text.
    #[track_caller]
    pub(crate) fn wait_for_log(&self, text: &str) {
        let begun = Instant::now();
        while !self.log().contains(text) {
            assert!(begun.elapsed() < PATIENCE, "no `{text}` in:\n{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks it to end: `TERM` or `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Waits for its end; returns its exit status and what else it printed.
    pub(crate) fn wait(&mut self) -> (ExitStatus, String) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                let mut rest = String::new();
                if let Some(mut out) = self.out.take() {
                    out.read_to_string(&mut rest).unwrap();
                }
                return (status, rest);
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end:\n{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a line, but does not wait for it for ever.
fn first_line(mut out: BufReader<ChildStdout>) -> Option<(String, BufReader<ChildStdout>)> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        if out.read_line(&mut line).is_ok_and(|count| count > 0) {
            let _ = sender.send((line, out));
        }
    });
    receiver.recv_timeout(PATIENCE).ok()
}
