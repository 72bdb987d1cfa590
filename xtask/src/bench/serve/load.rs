//! [`Load`]: `wrk` on the last core; and, before, a look at every answer.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::contender::{Contender, SERVE_DIR};
use super::process::address;

/// How long one measurement takes, in seconds.
const SECONDS: &str = "2";

/// What is asked for.
pub(super) struct Ask {
    word: &'static str,
    method: &'static str,
    header: Header,
    status: u16,
}

/// The field that makes the question.
enum Header {
    None,
    Range,
    /// With the date that the server itself gives.
    IfModifiedSince,
}

impl Ask {
    pub(super) const fn get(word: &'static str) -> Self {
        Self { word, method: "GET", header: Header::None, status: 200 }
    }

    pub(super) const fn head(word: &'static str) -> Self {
        Self { word, method: "HEAD", header: Header::None, status: 200 }
    }

    pub(super) const fn unmodified(word: &'static str) -> Self {
        Self { word, method: "GET", header: Header::IfModifiedSince, status: 304 }
    }

    /// A kilobyte from a place where no block begins.
    pub(super) const fn range(word: &'static str) -> Self {
        Self { word, method: "GET", header: Header::Range, status: 206 }
    }

    /// Asks every contender once: all answer alike, and whoever checks links refuses one that was changed.
    ///
    /// # Errors
    /// When one does not.
    pub(super) fn check(self, contenders: &[&Contender]) -> Result<Checked> {
        let mut first = None;
        let mut fields = Vec::new();
        for contender in contenders {
            let target = contender.target(self.word)?;
            let field = self.field(contender, target)?;
            let answer = fetch(contender.port, self.method, target, &field)?;
            let name = contender.name;
            ensure!(answer.status == self.status, "{name} answers {}", answer.status);
            let body = first.get_or_insert_with(|| answer.body.clone());
            ensure!(answer.body == *body, "{name} sends other bytes than the others");
            let refused = fetch(contender.port, self.method, &target.replace('=', "=0"), "")?;
            ensure!(name == SERVE_DIR || refused.status == 404, "{name} takes a changed link");
            fields.push((name, field));
        }
        Ok(Checked { ask: self, fields })
    }

    /// Returns the header line, empty for none.
    fn field(&self, contender: &Contender, target: &str) -> Result<String> {
        Ok(match self.header {
            Header::None => String::new(),
            Header::Range => "Range: bytes=100-1123".to_owned(),
            Header::IfModifiedSince => {
                let date = fetch(contender.port, "HEAD", target, "")?.last_modified;
                format!("If-Modified-Since: {}", date.context("no Last-Modified")?)
            }
        })
    }
}

/// A question that everyone has answered well.
pub(super) struct Checked {
    ask: Ask,
    fields: Vec<(&'static str, String)>,
}

/// What a measurement found.
pub(super) struct Figures {
    /// Requests per second.
    pub(super) rate: f64,
    /// The server's time on the core for each of them.
    pub(super) processor_micros: f64,
}

/// The client.
pub(super) struct Load {
    core: String,
    head: PathBuf,
}

impl Load {
    /// # Errors
    /// When `wrk`'s script for HEAD cannot be written.
    pub(super) fn new(place: &Path) -> Result<Self> {
        let head = place.join("head.lua");
        fs::write(&head, "wrk.method = \"HEAD\"\n")?;
        let cores = std::thread::available_parallelism()?.get();
        Ok(Self { core: cores.saturating_sub(1).to_string(), head })
    }

    /// Asks one contender again and again.
    ///
    /// # Errors
    /// When `wrk` fails, or a single answer is an error.
    pub(super) fn run(&self, contender: &Contender, checked: &Checked) -> Result<Figures> {
        let target = contender.target(checked.ask.word)?;
        let mut wrk = Command::new("taskset");
        wrk.args(["-c", &self.core, "wrk", "--threads", "1", "--connections", "32"]);
        wrk.args(["--duration", SECONDS, "--timeout", "30s"]);
        if checked.ask.method == "HEAD" {
            wrk.arg("--script").arg(&self.head);
        }
        let field = checked.fields.iter().find(|(name, _)| *name == contender.name);
        if let Some((_, field)) = field.filter(|(_, field)| !field.is_empty()) {
            wrk.args(["--header", field]);
        }
        wrk.arg(format!("http://{}{target}", address(contender.port)));
        let before = contender.process.processor_time()?;
        let output = wrk.output().context("failed to start `wrk`")?;
        let spent = contender.process.processor_time()?.saturating_sub(before);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() || text.contains("Non-2xx") || text.contains("Socket errors") {
            bail!("{}: {text}{}", contender.name, String::from_utf8_lossy(&output.stderr));
        }
        let figures = || {
            let rate =
                text.lines().find_map(|line| line.strip_prefix("Requests/sec:"))?.trim().parse().ok()?;
            let count: f64 =
                text.lines().find_map(|line| line.split_once(" requests in "))?.0.trim().parse().ok()?;
            // None at all is no measurement.
            (count > 0.0).then_some(Figures { rate, processor_micros: spent.as_secs_f64() * 1e6 / count })
        };
        figures().with_context(|| format!("`wrk` says no figures: {text}"))
    }
}

struct Answer {
    status: u16,
    last_modified: Option<String>,
    body: Vec<u8>,
}

/// Asks once, over a connection of its own.
fn fetch(port: u16, method: &str, target: &str, field: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(address(port))?;
    let end = if field.is_empty() { "\r\n" } else { "\r\n\r\n" };
    write!(stream, "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{field}{end}")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let (head, body) = split(&answer).context("no head in the answer")?;
    let head = String::from_utf8_lossy(head);
    let status = head.split(' ').nth(1).context("no status")?.parse()?;
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    let last_modified = fields.find(|(name, _)| name.eq_ignore_ascii_case("last-modified"));
    let last_modified = last_modified.map(|(_, value)| value.trim().to_owned());
    Ok(Answer { status, last_modified, body: body.to_owned() })
}

/// Splits an answer after its head.
fn split(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    const END: &[u8] = b"\r\n\r\n";
    let at = answer.windows(END.len()).position(|window| window == END)?;
    answer.split_at_checked(at + END.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        assert_eq!(split(b"a: b\r\n\r\nbody\r\n\r\n"), Some((&b"a: b\r\n\r\n"[..], &b"body\r\n\r\n"[..])));
        assert_eq!(split(b"a: b\r\n"), None);
    }
}
