//! `cargo xtask fuzz`: runs the fuzz targets for a while, with cargo-fuzz and libFuzzer.
//!
//! What a target finds on the way is kept below `target/`; `--minimise` takes what adds coverage into the committed
//! corpus, which [`check`] replays as ordinary tests.

mod stats;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use self::stats::Stats;
use crate::command::{Run, root, target_dir};

/// What to fuzz, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    /// Which targets; without a name all.
    targets: Vec<Target>,
    /// How long each of them runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Replaces the committed corpus by the least set of inputs with the same coverage, instead of fuzzing.
    #[arg(long)]
    minimise: bool,
}

/// A fuzz target: a module of `fuzz/src` and a program of `fuzz/fuzz_targets`.
#[derive(Clone, Copy, ValueEnum)]
enum Target {
    /// Keys, and keys in the path of a URL.
    Key,
    /// Prefixes against whole segments.
    Prefix,
    /// Passes: minting, reading, verifying.
    Pass,
    /// `Range` against the bytes of a small object.
    Range,
    /// Preconditions against RFC 9110.
    Preconditions,
    /// HTTP dates against a slow calendar.
    Date,
    /// Operations on a file store against a map.
    Objects,
    /// The gateway's configuration file.
    Config,
    /// Keys for CloudFront, in PEM and DER.
    CloudfrontKey,
    /// URLs and patterns to be signed for CloudFront.
    CloudfrontUrl,
    /// CloudFront's policies, signed as they are.
    CloudfrontPolicy,
    /// Signed requests to CloudFront, and damage to them.
    CloudfrontRequest,
}

/// The version of cargo-fuzz that is installed where it is missing.
const CARGO_FUZZ: &str = "0.13.2";
const MANIFEST: &str = "fuzz/Cargo.toml";

/// Runs the targets named, or all, one after the other.
///
/// # Errors
/// When they cannot be built, or an input breaks a property; the message names the input.
pub(crate) fn run(options: &Options) -> Result<()> {
    let place = Place::prepare()?;
    let all = Target::value_variants();
    let chosen = if options.targets.is_empty() { all } else { &options.targets };
    if options.minimise {
        return chosen.iter().try_for_each(|target| place.minimise(*target));
    }
    let mut broken = Vec::new();
    println!("\n{}", Stats::HEADER);
    for target in chosen {
        let outcome = place.fuzz(*target, options.seconds)?;
        println!("{}", outcome.row(&target.name()));
        broken.extend(outcome.artifact);
    }
    ensure!(
        broken.is_empty(),
        "inputs that break a property; give one to its target to see it:\n{}",
        broken.join("\n")
    );
    Ok(())
}

/// Lints the targets, without the fuzzer's C++ runtime, and replays the committed corpus.
///
/// # Errors
/// When a target does not compile, or an input of the corpus breaks its property.
pub(crate) fn check() -> Result<()> {
    let common = ["--quiet", "--manifest-path", MANIFEST, "--no-default-features", "--target-dir"];
    let target = target_dir()?;
    let cargo = |before: &[&str], after: &[&str]| {
        let place = target.to_string_lossy();
        Run::cargo([before, &common, &[place.as_ref()], after].concat()).run()
    };
    Run::cargo(["fmt", "--manifest-path", MANIFEST, "--check"]).run()?;
    cargo(&["clippy"], &["--all-targets", "--", "-D", "warnings"])?;
    cargo(&["test"], &["--lib"])
}

impl Target {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The inputs that are part of the repository.
    fn committed(self) -> PathBuf {
        root().join("fuzz/corpus").join(self.name())
    }
}

/// Where the targets are built and keep what they find.
struct Place(PathBuf);

impl Place {
    /// Builds every target, with cargo-fuzz, which is installed below `target/` the first time.
    fn prepare() -> Result<Self> {
        let tools = target_dir()?.join("tools");
        let place = Self(target_dir()?.join("fuzz"));
        let program = tools.join("bin/cargo-fuzz");
        if !Run::new(&program, ["--version"]).succeeds() {
            println!("installing cargo-fuzz {CARGO_FUZZ} into {} (once)", tools.display());
            let version = format!("={CARGO_FUZZ}");
            let arguments = ["install", "cargo-fuzz", "--quiet", "--locked", "--version", &version, "--root"];
            Run::cargo([&arguments[..], &[&tools.to_string_lossy()]].concat()).run()?;
        }
        // Coverage and AddressSanitizer are switched on by flags that the stable compiler has and does not promise.
        let folder = place.0.to_string_lossy();
        Run::new(&program, ["fuzz", "build", "--fuzz-dir", "fuzz", "--target-dir", &folder])
            .env("RUSTC_BOOTSTRAP", "1")
            .run()?;
        Ok(place)
    }

    /// Runs one target, and reads from its log how far it came.
    fn fuzz(&self, target: Target, seconds: u32) -> Result<Stats> {
        let (found, artifacts) = (self.folder("corpus", target)?, self.folder("artifacts", target)?);
        let limit = format!("-max_total_time={seconds}");
        let artifact = format!("-artifact_prefix={}/", artifacts.display());
        let options = [&limit, &artifact, "-print_final_stats=1", "-timeout=20", "-rss_limit_mb=2048"];
        let (success, log) = self.start(target, &options, &[&found, &target.committed()])?;
        let stats = Stats::read(&log);
        if success != stats.artifact.is_none() || stats.executions == 0 {
            bail!("target `{}` ended strangely; the end of its log:\n{}", target.name(), stats::tail(&log));
        }
        Ok(stats)
    }

    /// Merges what was found and what is committed, and commits the least set with the same coverage.
    fn minimise(&self, target: Target) -> Result<()> {
        let (found, merged) = (self.folder("corpus", target)?, self.folder("merged", target)?);
        fs::remove_dir_all(&merged)?;
        let merged = self.folder("merged", target)?;
        let committed = target.committed();
        let (success, log) = self.start(target, &["-merge=1"], &[&merged, &found, &committed])?;
        ensure!(success, "failed to merge `{}`:\n{}", target.name(), stats::tail(&log));
        fs::remove_dir_all(&committed)?;
        fs::create_dir_all(&committed)?;
        let mut bytes = 0;
        let inputs: Vec<_> = fs::read_dir(&merged)?.collect::<Result<_, _>>()?;
        for input in &inputs {
            bytes += fs::copy(input.path(), committed.join(input.file_name()))?;
        }
        println!("{}: {} inputs, {bytes} bytes", target.name(), inputs.len());
        Ok(())
    }

    /// Starts a target's program with its log in a file; returns whether it exited with 0, and the log.
    fn start(&self, target: Target, options: &[&str], corpora: &[&Path]) -> Result<(bool, String)> {
        let name = target.name();
        let log = self.folder("logs", target)?.join("last");
        let program = self.0.join(format!("{}-unknown-linux-gnu/release/{name}", std::env::consts::ARCH));
        let file = fs::File::create(&log).with_context(|| format!("failed to write {}", log.display()))?;
        let status = Command::new(&program)
            .args(options)
            .args(corpora)
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .status()
            .with_context(|| format!("failed to start {}", program.display()))?;
        let log = fs::read(&log).with_context(|| format!("failed to read {}", log.display()))?;
        Ok((status.success(), String::from_utf8_lossy(&log).into_owned()))
    }

    fn folder(&self, kind: &str, target: Target) -> Result<PathBuf> {
        let folder = self.0.join(kind).join(target.name());
        fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
        Ok(folder)
    }
}
