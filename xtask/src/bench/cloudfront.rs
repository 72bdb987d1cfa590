//! `cargo xtask bench cloudfront`: signed URLs per second of processor time, with every library, beside that library alone,
//! other signers and the `openssl` command.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::peer::Peer;
use super::report::{Aim, Line, Measured, Report, Sample, Unit};
use super::rounds::Rounds;
use crate::command::{Run, target_dir};
use crate::{host, node, python};

const PEERS: &str = "crates/signer-cloudfront/benches/peers";
const PER_SECOND: Unit = Unit::Rate("per second");
/// What a URL may cost beside its signature: 3 %.
const OF_ITS_LIBRARY: f64 = 0.97;
/// What the fastest library may be slower than OpenSSL's command: 5 %.
const OF_OPENSSL: f64 = 0.95;

/// # Errors
/// When a contender cannot be had, built or run.
pub(super) fn run(rounds: Rounds) -> Result<Vec<Report>> {
    let peers = Peers::provision()?;
    let lines = [rsa_sha256(&peers), p256_sha256(&peers), rsa_sha1(&peers), without_signature(&peers)];
    let lines = lines.into_iter().map(|(line, contenders)| measured(line, &contenders, rounds));
    Ok(vec![Report {
        title: "Signed CloudFront URLs per second of processor time".to_owned(),
        baseline: "ring",
        lines: lines.collect::<Result<_>>()?,
    }])
}

fn measured(line: Line, contenders: &[Contender], rounds: Rounds) -> Result<Line> {
    println!("{}: {} contenders, {rounds} rounds of a second each", line.name, contenders.len());
    let samples = rounds.interleave(contenders, Contender::measure)?;
    let named = contenders.iter().zip(samples);
    let results = named.map(|(contender, samples)| Measured { contender: contender.name, samples });
    Ok(Line { results: results.collect(), ..line })
}

fn line(name: &str, aims: &[(&'static str, f64, &'static str)]) -> Line {
    let aims = aims.iter().map(|(contender, times, over)| Aim { contender, times: *times, over });
    Line { name: name.to_owned(), unit: PER_SECOND, results: Vec::new(), aims: aims.collect() }
}

fn rsa_sha256(peers: &Peers) -> (Line, Vec<Contender>) {
    let aims = [
        ("aws-lc-rs", OF_OPENSSL, "openssl"),
        ("aws-lc-rs", OF_ITS_LIBRARY, "aws-lc-rs alone"),
        ("ring", OF_ITS_LIBRARY, "ring alone"),
        ("rsa", OF_ITS_LIBRARY, "rsa alone"),
    ];
    let contenders = vec![
        Peers::openssl("rsa2048"),
        peers.rust("aws-lc-rs alone", "aws-lc-rs", &["raw", "rsa-sha256"]),
        peers.rust("aws-lc-rs", "aws-lc-rs", &["url", "rsa-sha256"]),
        peers.rust("ring alone", "ring", &["raw", "rsa-sha256"]),
        peers.rust("ring", "ring", &["url", "rsa-sha256"]),
        peers.rust("rsa alone", "pure", &["raw", "rsa-sha256"]),
        peers.rust("rsa", "pure", &["url", "rsa-sha256"]),
        peers.botocore("sha256"),
        peers.npm("sha256"),
    ];
    (line("RSA with SHA-256", &aims), contenders)
}

fn p256_sha256(peers: &Peers) -> (Line, Vec<Contender>) {
    let aims = [
        ("aws-lc-rs", OF_OPENSSL, "openssl"),
        ("aws-lc-rs", OF_ITS_LIBRARY, "aws-lc-rs alone"),
        ("ring", OF_ITS_LIBRARY, "ring alone"),
        ("p256", OF_ITS_LIBRARY, "p256 alone"),
    ];
    let contenders = vec![
        Peers::openssl("ecdsap256"),
        peers.rust("aws-lc-rs alone", "aws-lc-rs", &["raw", "p256-sha256"]),
        peers.rust("aws-lc-rs", "aws-lc-rs", &["url", "p256-sha256"]),
        peers.rust("ring alone", "ring", &["raw", "p256-sha256"]),
        peers.rust("ring", "ring", &["url", "p256-sha256"]),
        peers.rust("p256 alone", "pure", &["raw", "p256-sha256"]),
        peers.rust("p256", "pure", &["url", "p256-sha256"]),
    ];
    (line("P-256 with SHA-256", &aims), contenders)
}

fn rsa_sha1(peers: &Peers) -> (Line, Vec<Contender>) {
    let contenders = vec![
        peers.rust("rsa alone", "pure", &["raw", "rsa-sha1"]),
        peers.rust("rsa", "pure", &["url", "rsa-sha1"]),
        peers.rust("cloudfront_sign", "pure", &["cloudfront_sign"]),
        peers.botocore("sha1"),
        peers.npm("sha1"),
    ];
    (line("RSA with SHA-1", &[("rsa", OF_ITS_LIBRARY, "rsa alone")]), contenders)
}

/// Twenty million per second are 50 ns each, and five million are 200 ns.
fn without_signature(peers: &Peers) -> (Line, Vec<Contender>) {
    let contenders = vec![
        peers.rust("a grant applied", "ring", &["apply"]),
        peers.rust("a stable URL again", "ring", &["stable"]),
    ];
    (line("without a signature", &[]), contenders)
}

/// What is measured, built and installed.
struct Peers {
    programs: PathBuf,
    python: PathBuf,
    packages: PathBuf,
}

/// Who signs.
struct Contender {
    name: &'static str,
    program: Program,
}

/// What measures one thing once.
enum Program {
    /// One of ours, with its arguments.
    Peer(PathBuf, Vec<String>),
    /// `openssl speed`, with this key.
    OpenSsl(&'static str),
}

impl Peers {
    fn provision() -> Result<Self> {
        host::need(host::OPENSSL)?;
        let programs = target_dir()?.join("peers");
        let manifest = format!("{PEERS}/rust/Cargo.toml");
        for library in ["aws-lc-rs", "ring", "pure"] {
            println!("building the contenders with {library} (minutes at the first time)");
            let arguments = ["build", "--quiet", "--release", "--locked", "--manifest-path", &manifest];
            let build = Run::cargo([&arguments[..], &["--features", library]].concat());
            build.env("CARGO_TARGET_DIR", &programs).run()?;
            fs::copy(programs.join("release/cloudfront-peer"), programs.join(library))
                .context("failed to copy what was built")?;
        }
        let python = python::provision("cloudfront-peers", &format!("{PEERS}/requirements.txt"))?;
        let packages = node::provision("cloudfront-signer", "crates/signer-cloudfront/tests/vectors/npm")?;
        Ok(Self { programs, python, packages })
    }

    fn rust(&self, name: &'static str, library: &str, arguments: &[&str]) -> Contender {
        Contender::peer(name, &self.programs.join(library), arguments)
    }

    fn botocore(&self, hash: &str) -> Contender {
        Contender::peer("botocore", &self.python, &[&format!("{PEERS}/botocore_peer.py"), hash])
    }

    fn npm(&self, hash: &str) -> Contender {
        let packages = self.packages.display().to_string();
        Contender::peer("npm", Path::new("node"), &[&format!("{PEERS}/npm_peer.mjs"), hash, &packages])
    }

    fn openssl(key: &'static str) -> Contender {
        Contender { name: "openssl", program: Program::OpenSsl(key) }
    }
}

impl Contender {
    fn peer(name: &'static str, program: &Path, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { name, program: Program::Peer(program.to_owned(), arguments) }
    }

    fn measure(&self) -> Result<Sample> {
        match &self.program {
            Program::Peer(program, arguments) => {
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                Peer::new(program, &arguments).measure()
            }
            Program::OpenSsl(key) => {
                let output = Run::new("openssl", ["speed", "-seconds", "1", key]).output()?;
                let figure = signatures(&output).with_context(|| format!("no figure: {output}"))?;
                Ok(Sample::of(figure))
            }
        }
    }
}

/// Reads the last line of `openssl speed`: signatures and verifications per second end it.
fn signatures(output: &str) -> Option<f64> {
    output.lines().last()?.split_whitespace().rev().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read() {
        let output = "                  sign    verify    sign/s verify/s\nrsa 2048 bits 0.000786s 0.000021s   1272.7  47962.1\n";
        assert_eq!(signatures(output), Some(1272.7));
        assert_eq!(signatures(""), None);
    }
}
