//! [`curl`]: requests as anybody can make them.

use std::process::{Command, Stdio};

/// A response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: String,
    /// Names in lower case and values, in the order in which they came, without `date`.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn code(&self) -> u16 {
        self.status.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default()
    }
}

/// Prepares curl, without the user's own settings.
pub(crate) fn command() -> Command {
    let mut command = Command::new("curl");
    command.args(["--disable", "--silent", "--show-error", "--noproxy", "*", "--max-time", "20"]);
    command.stdin(Stdio::null());
    command
}

/// Makes a request and returns the response, whatever its status.
#[track_caller]
pub(crate) fn curl(arguments: &[&str]) -> Answer {
    let output = command().arg("--include").args(arguments).output();
    let output = output.expect("these tests need `curl` (Debian package `curl`)");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    parse(&output.stdout)
}

#[track_caller]
fn parse(raw: &[u8]) -> Answer {
    let end = raw.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a header");
    let head = std::str::from_utf8(&raw[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().to_owned();
    let fields = lines.map(|line| line.split_once(':').unwrap());
    let headers = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    let headers = headers.filter(|(name, _)| name != "date").collect();
    Answer { status, headers, body: raw[end + 4..].to_vec() }
}
