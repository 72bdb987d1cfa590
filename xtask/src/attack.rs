//! `cargo xtask attack`: the attacks that the tests make, at full length and against a release build.
//!
//! In the tests they are as long as every change can bear; the numbers they print are worth reading here only.

use anyhow::Result;
use clap::ValueEnum;

use crate::command::{Run, target_dir};
use crate::host;

/// Has the tests go to their full length.
const IN_FULL: &str = "ATTACK_IN_FULL";
/// The program that is attacked, instead of the one that the tests are built with.
const PROGRAM: &str = "ATTACK_PROGRAM";

/// Everything on the machine that attacks are made with.
pub(crate) const PROGRAMS: [host::Program; 4] =
    [host::CURL, host::STRACE, host::SLOWHTTPTEST, host::FAKETIME];

/// An attack.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Attack {
    /// Directories and symlinks that change places under readers and writers.
    Renames,
    /// Listings of a million objects.
    Lists,
    /// Ten thousand ranges, and ranges of an object of 10 GiB.
    Ranges,
    /// Slow clients: heads, bodies, reading.
    Slow,
    /// Floods of HTTP/2 frames.
    Floods,
    /// `kill -9` of writers, five hundred times.
    Kills,
    /// Full disks, read-only roots, lost rights.
    Disks,
    /// No file descriptors left.
    Descriptors,
    /// Clocks that jump.
    Clocks,
    /// Hundreds of reads that wait for a slow disk.
    Cold,
    /// Up to ten thousand connections.
    Crowds,
}

impl Attack {
    /// Returns the package and the module of its tests.
    fn tests(self) -> (&'static str, &'static str) {
        match self {
            Self::Renames => ("store-fs", "rename_race::"),
            Self::Lists => ("store-fs", "long_lists::"),
            Self::Ranges => ("hallpass", "attack::ranges::"),
            Self::Slow => ("hallpass", "attack::slow::"),
            Self::Floods => ("hallpass", "attack::floods::"),
            Self::Kills => ("hallpass", "attack::kills::"),
            Self::Disks => ("hallpass", "attack::disks::"),
            Self::Descriptors => ("hallpass", "attack::descriptors::"),
            Self::Clocks => ("hallpass", "attack::clocks::"),
            Self::Cold => ("hallpass", "attack::cold::"),
            Self::Crowds => ("hallpass", "attack::crowds::"),
        }
    }
}

/// Makes the attacks named, or all of them, one after the other.
///
/// # Errors
/// When one does harm, or cannot be made.
pub(crate) fn run(names: &[Attack]) -> Result<()> {
    PROGRAMS.into_iter().try_for_each(host::need)?;
    Run::cargo(["build", "--quiet", "--release", "--package", "hallpass"]).run()?;
    let program = target_dir()?.join("release/hallpass");
    let chosen = if names.is_empty() { Attack::value_variants() } else { names };
    chosen.iter().try_for_each(|attack| {
        let (package, module) = attack.tests();
        let tests = ["test", "--quiet", "--package", package, "--test", "it", "--", module];
        let run = Run::cargo(tests.iter().chain(&["--test-threads=1", "--nocapture"]));
        run.env(IN_FULL, "1").env(PROGRAM, &program).run()
    })
}
