//! `cargo xtask bench s3`: Hallpass's store, the SDK alone, `object_store` and django-storages on one S3 server.
//!
//! The server is `s3s-fs`, started here, whose objects lie below `target/`. Every measurement is a process of its own.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::peer::{self, Peer};
use super::report::{Aim, Line, Measured, Report, Unit};
use super::rounds::Rounds;
use crate::command::{Run, target_dir};
use crate::python;
use crate::served::Served;

const BUCKET: &str = "media";
const REQUIREMENTS: &str = "xtask/peers/python/django-storages.txt";
const DJANGO: &str = "xtask/peers/python/s3.py";

const OURS: &str = "hallpass";
const OBJECT_STORE: &str = "object_store";
const OBJECT_STORE_ALIKE: &str = "object_store-alike";
const DJANGO_STORAGES: &str = "django-storages";
/// Ours creates, as it does by default, and then replaces, which is what the others do.
const CONTENDERS: &[&str] = &[OURS, "hallpass-overwrite", "aws-sdk-s3", OBJECT_STORE, DJANGO_STORAGES];
/// For small objects also `object_store` with what ours does: creating, a content type, two entries of metadata.
const SMALL_WRITERS: &[&str] =
    &[OURS, "hallpass-overwrite", "aws-sdk-s3", OBJECT_STORE, OBJECT_STORE_ALIKE, DJANGO_STORAGES];
/// Contenders that do the same at every line that only reads.
const READERS: &[&str] = &[OURS, "aws-sdk-s3", OBJECT_STORE, DJANGO_STORAGES];

/// What is measured: what the contenders call it, what we do, in which unit, and who takes part.
struct Task {
    word: &'static str,
    name: &'static str,
    unit: &'static str,
    contenders: &'static [&'static str],
    aims: &'static [Aim],
}

const AT_LEAST_OBJECT_STORE: Aim = Aim { contender: OURS, times: 1.0, over: OBJECT_STORE };
const AT_LEAST_ALIKE: Aim = Aim { contender: OURS, times: 1.0, over: OBJECT_STORE_ALIKE };
const SEVEN_TIMES_DJANGO: Aim = Aim { contender: OURS, times: 7.0, over: DJANGO_STORAGES };

const TASKS: &[Task] = &[
    Task {
        word: "put-large",
        name: "put 256 MiB",
        unit: "MiB/s",
        contenders: CONTENDERS,
        aims: &[AT_LEAST_OBJECT_STORE],
    },
    Task {
        word: "get-large",
        name: "get 256 MiB",
        unit: "MiB/s",
        contenders: READERS,
        aims: &[AT_LEAST_OBJECT_STORE],
    },
    Task {
        word: "put-small",
        name: "put 1,000 × 16 KiB, 16 at once",
        unit: "objects/s",
        contenders: SMALL_WRITERS,
        aims: &[AT_LEAST_OBJECT_STORE, AT_LEAST_ALIKE, SEVEN_TIMES_DJANGO],
    },
    Task {
        word: "list",
        name: "list 10,000",
        unit: "objects/s",
        contenders: READERS,
        aims: &[AT_LEAST_OBJECT_STORE],
    },
];

/// # Errors
/// When the server or a contender cannot be built, installed, started, or fails.
pub(super) fn run(rounds: Rounds) -> Result<Vec<Report>> {
    let programs = Programs::provide()?;
    let place = tempfile::tempdir_in(target_dir()?).context("failed to make a folder for the server")?;
    fs::create_dir(place.path().join(BUCKET))?;
    let server = Served::start(&programs.server, place.path())?;
    Run::new(&programs.rust, ["aws-sdk-s3", "seed", server.origin()]).run()?;
    let line = |task: &Task| -> Result<Line> {
        println!("measuring: {}", task.name);
        let samples = rounds.interleave(task.contenders, |contender| {
            programs.contender(contender, task.word, server.origin()).measure()
        })?;
        let measured = |(contender, samples): (&&'static str, _)| Measured { contender, samples };
        Ok(Line {
            name: task.name.to_owned(),
            unit: Unit::Rate(task.unit),
            results: task.contenders.iter().zip(samples).map(measured).collect(),
            aims: task.aims.to_vec(),
        })
    };
    let lines = TASKS.iter().map(line).collect::<Result<_>>()?;
    let title = "S3: one s3s-fs server on the same machine, default settings".to_owned();
    Ok(vec![Report { title, baseline: OBJECT_STORE, lines }])
}

/// Where the programs are.
struct Programs {
    server: PathBuf,
    rust: PathBuf,
    python: PathBuf,
}

impl Programs {
    fn provide() -> Result<Self> {
        Ok(Self {
            python: python::provision("django-storages", REQUIREMENTS)?,
            server: peer::build("s3-server")?,
            rust: peer::build("bench-s3")?,
        })
    }

    fn contender(&self, contender: &str, task: &str, origin: &str) -> Peer {
        match contender {
            DJANGO_STORAGES => Peer::new(&self.python, &[DJANGO, task, origin]),
            rust => Peer::new(&self.rust, &[rust, task, origin]),
        }
    }
}
