//! Programs of the machine that some steps need: found, installed where we may, or asked for.

use std::os::unix::fs::MetadataExt;

use anyhow::{Result, bail};

use crate::command::Run;

/// A program that is not built here, and the Debian package that brings it.
#[derive(Clone, Copy)]
pub(crate) struct Program {
    name: &'static str,
    package: &'static str,
}

/// Fetches URLs in the README's tour and in end-to-end tests.
pub(crate) const CURL: Program = Program { name: "curl", package: "curl" };
/// Shows what tests flush to the disk.
pub(crate) const STRACE: Program = Program { name: "strace", package: "strace" };
/// Counts the instructions of what must take as long for every input.
pub(crate) const VALGRIND: Program = Program { name: "valgrind", package: "valgrind" };
/// Comes to the gateway as slow clients.
pub(crate) const SLOWHTTPTEST: Program = Program { name: "slowhttptest", package: "slowhttptest" };
/// Lets tests set the clock of a program.
pub(crate) const FAKETIME: Program = Program { name: "faketime", package: "faketime" };
/// Runs the implementations of our formats in Python, and reads JSON in the tour.
pub(crate) const PYTHON: Program = Program { name: "python3", package: "python3" };

/// What the serving of files is compared with.
pub(crate) const NGINX: Program = Program { name: "nginx", package: "nginx" };
/// Asks servers again and again.
pub(crate) const WRK: Program = Program { name: "wrk", package: "wrk" };
/// Keeps a process on its core.
pub(crate) const TASKSET: Program = Program { name: "taskset", package: "util-linux" };

/// Signs and verifies beside us.
pub(crate) const OPENSSL: Program = Program { name: "openssl", package: "openssl" };
/// Runs the signer of AWS's SDK for JavaScript.
pub(crate) const NODE: Program = Program { name: "node", package: "nodejs" };
/// Fetches it.
pub(crate) const NPM: Program = Program { name: "npm", package: "npm" };

/// Makes sure that `program` can be started.
///
/// As root on Debian a missing one is installed; nobody else's machine is changed.
///
/// # Errors
/// When it is missing and cannot be installed; the message says what to install.
pub(crate) fn need(program: Program) -> Result<()> {
    let Program { name, package } = program;
    if found(name) { Ok(()) } else { install(name, package) }
}

/// Makes sure that Python can make environments of its own, for which Debian has a package apart.
///
/// # Errors
/// As [`need`], and when Python is too old.
pub(crate) fn need_python_venv() -> Result<()> {
    need(PYTHON)?;
    if !Run::new("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]).succeeds() {
        bail!("`python3` is older than 3.11, which LocalStack needs: install a newer one and run this again");
    }
    if Run::new("python3", ["-c", "import ensurepip, venv"]).succeeds() {
        return Ok(());
    }
    install("python3 -m venv", "python3-venv")
}

fn install(name: &str, package: &str) -> Result<()> {
    if !(is_root() && found("apt-get")) {
        bail!("`{name}` is missing: install it (on Debian: `apt-get install {package}`) and run this again");
    }
    println!("`{name}` is missing: installing the Debian package `{package}`");
    Run::new("apt-get", ["update", "-qq"]).run()?;
    Run::new("apt-get", ["install", "-y", "-qq", "--no-install-recommends", package])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()
}

fn found(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_looked_up_in_path() {
        assert!(found("sh"));
        assert!(!found("no-such-program-of-hallpass"));
        assert!(need(Program { name: "sh", package: "dash" }).is_ok());
    }
}
