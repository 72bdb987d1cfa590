//! `cargo xtask bench store`: Hallpass's file store, `object_store`'s and `opendal`'s in one directory below `target/`.
//!
//! Every measurement is a process of its own. What is read and listed was written by Hallpass, and is in the system's
//! memory.

use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::peer::{self, Peer};
use super::report::{Aim, Line, Measured, Report, Sample, Unit};
use super::rounds::Rounds;
use crate::command::{Run, target_dir};

/// A contender: how it is shown, and what its program calls it.
type Contender = (&'static str, &'static str);

const OURS: &str = "hallpass";
const OBJECT_STORE: &str = "object_store";
const OPENDAL: &str = "opendal";

/// Flushed alike: file and directory are on the disk when the write returns.
const FLUSHED: &[Contender] =
    &[(OURS, "hallpass-flushed"), (OBJECT_STORE, "object_store-flushed"), (OPENDAL, "opendal-flushed")];
/// Nothing waits for the disk, but in opendal, whose files are flushed all the same.
const UNFLUSHED: &[Contender] =
    &[(OURS, "hallpass"), (OBJECT_STORE, "object_store"), ("opendal (flushes files)", "opendal")];
const READERS: &[Contender] = &[(OURS, "hallpass"), (OBJECT_STORE, "object_store"), (OPENDAL, "opendal")];

const AT_LEAST_OBJECT_STORE: Aim = Aim { contender: OURS, times: 1.0, over: OBJECT_STORE };
const AT_LEAST_OPENDAL: Aim = Aim { contender: OURS, times: 1.0, over: OPENDAL };

/// What is measured, for every size of objects.
const TASKS: &[(&str, &str, &[Contender])] = &[
    ("put", "put, flushed", FLUSHED),
    ("put", "put, not flushed", UNFLUSHED),
    ("read", "get into memory", READERS),
    ("stream", "get as a stream", READERS),
];
/// Few files, and much to be kept.
const LARGE_PUT: &str = "put-16m";
const SIZES: &[(&str, &str)] = &[("4k", "4 KiB"), ("64k", "64 KiB"), ("16m", "16 MiB")];

/// # Errors
/// When a contender cannot be built, or fails.
pub(super) fn run(rounds: Rounds) -> Result<Vec<Report>> {
    let mut bench = Bench { program: &peer::build("bench-files")?, rounds, written: Vec::new() };
    let seeded = tempfile::tempdir_in(target_dir()?).context("failed to make a folder")?;
    Run::new(bench.program, [Path::new(OURS), Path::new("seed"), seeded.path()]).run()?;

    let mut lines = Vec::new();
    for (verb, name, contenders) in TASKS {
        for (word, size) in SIZES {
            let name = format!("{name}, {size}");
            lines.push(bench.line(name, &format!("{verb}-{word}"), contenders, seeded.path())?);
        }
    }
    lines.push(bench.line("list 10,000".to_owned(), "list", READERS, seeded.path())?);
    let title = "files: one directory, 16 operations at once".to_owned();
    Ok(vec![Report { title, baseline: OBJECT_STORE, lines }])
}

struct Bench<'a> {
    program: &'a Path,
    rounds: Rounds,
    /// Where small objects were written, one directory for each measurement. They are kept to the end: ext4 passes by
    /// inodes that were freed in the last seconds, one by one, and whoever writes next would pay for it.
    written: Vec<TempDir>,
}

impl Bench<'_> {
    fn line(&mut self, name: String, task: &str, contenders: &[Contender], seeded: &Path) -> Result<Line> {
        println!("measuring: {name}");
        let samples = self.rounds.interleave(contenders, |(_, word)| {
            if !task.starts_with("put") {
                return self.measure(word, task, seeded);
            }
            let fresh = tempfile::tempdir_in(target_dir()?)?;
            let sample = self.measure(word, task, fresh.path());
            if task != LARGE_PUT {
                self.written.push(fresh);
            }
            sample
        })?;
        let results = contenders.iter().zip(samples);
        let results: Vec<Measured> =
            results.map(|((contender, _), samples)| Measured { contender, samples }).collect();
        let takes_part = |aim: &Aim| contenders.iter().any(|(contender, _)| *contender == aim.over);
        let aims = [AT_LEAST_OBJECT_STORE, AT_LEAST_OPENDAL].into_iter().filter(takes_part).collect();
        Ok(Line { name, unit: Unit::Rate("objects/s"), results, aims })
    }

    fn measure(&self, contender: &str, task: &str, place: &Path) -> Result<Sample> {
        let place = place.to_str().context("the folder `target` has a name that is no text")?;
        Peer::new(self.program, &[contender, task, place]).measure()
    }
}
