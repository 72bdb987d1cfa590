//! `cargo xtask bench pass`: minting and verifying passes, beside one raw HMAC of the same bytes and what web frameworks in
//! Python sign with.
//!
//! Every measurement is a process that has its keys prepared and takes the time of the call alone.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::peer::Peer;
use super::report::{Aim, Line, Measured, Report, Unit};
use super::rounds::Rounds;
use crate::command::root;
use crate::python;

const OURS: &str = "hallpass";
const HMAC: &str = "ring HMAC-SHA-256";
const DJANGO: &str = "Django TimestampSigner";

/// Who takes part: how it is shown, and what its program calls it.
const IN_PYTHON: [(&str, &str); 3] =
    [(DJANGO, "django"), ("itsdangerous TimestampSigner", "itsdangerous"), ("PyJWT HS256", "pyjwt")];
const PROGRAM: &str = "xtask/peers/python/sign.py";
const PACKAGES: &str = "xtask/peers/python/sign.txt";

/// No more than 1.3 times the time of the HMAC that neither can do without, and an eighteenth of Django's.
const AIMS: [Aim; 2] = [
    Aim { contender: OURS, times: 1.0 / 1.3, over: HMAC },
    Aim { contender: OURS, times: 18.0, over: DJANGO },
];

/// # Errors
/// When a contender cannot be built or installed, or fails.
pub(super) fn run(rounds: Rounds) -> Result<Vec<Report>> {
    let ours = build()?;
    let python = python::provision("sign", PACKAGES)?;
    let line = |name: &str, task: &str| -> Result<Line> {
        println!("measuring: {name}");
        let contenders: Vec<&'static str> =
            [HMAC, OURS].into_iter().chain(IN_PYTHON.map(|(shown, _)| shown)).collect();
        let samples = rounds.interleave(&contenders, |contender| match *contender {
            HMAC => Peer::new(&ours, &["hmac"]).measure(),
            OURS => Peer::new(&ours, &[task]).measure(),
            other => {
                let word = IN_PYTHON.iter().find(|(shown, _)| *shown == other).map_or("", |(_, word)| word);
                Peer::new(&python, &[PROGRAM, word, task]).measure()
            }
        })?;
        let results = contenders.iter().zip(samples);
        let results = results.map(|(contender, samples)| Measured { contender, samples }).collect();
        Ok(Line { name: name.to_owned(), unit: Unit::Time("ns"), results, aims: AIMS.to_vec() })
    };
    let lines = vec![line("mint", "mint")?, line("verify", "verify")?];
    Ok(vec![Report { title: "passes".to_owned(), baseline: HMAC, lines }])
}

#[derive(Deserialize)]
struct Built {
    executable: Option<PathBuf>,
}

/// Builds our benchmark and returns its path.
fn build() -> Result<PathBuf> {
    let cargo =
        ["bench", "--package", "token-hmac", "--bench", "pass", "--no-run", "--message-format", "json"];
    let output = std::process::Command::new("cargo")
        .args(cargo)
        .current_dir(root())
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("failed to start cargo")?;
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let built = lines.lines().rev().filter_map(|line| serde_json::from_str::<Built>(line).ok());
    let found = built.filter_map(|built| built.executable).find(|path| Path::is_file(path));
    found.context("the benchmark `pass` cannot be built: try `cargo bench -p token-hmac --bench pass`")
}
