//! `cargo xtask vectors`: our formats, checked by programs that share no code with us.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::Run;
use crate::{host, python};

/// A Python program that computes the vectors of one format anew and compares.
struct Check {
    program: &'static str,
    vectors: &'static str,
    /// An environment, and the file that lists what is in it, where Python alone does not do.
    packages: Option<(&'static str, &'static str)>,
}

const CHECKS: &[Check] = &[
    Check {
        program: "docs/passes/vectors.py",
        vectors: "crates/token-hmac/tests/vectors/pass.json",
        packages: None,
    },
    Check {
        program: "crates/store-s3/tests/vectors/presign.py",
        vectors: "crates/store-s3/tests/vectors/presign.json",
        packages: Some(("botocore", "crates/store-s3/tests/vectors/requirements.txt")),
    },
];

pub(crate) fn run() -> Result<()> {
    host::need(host::PYTHON)?;
    CHECKS.iter().try_for_each(|check| {
        let python = match check.packages {
            Some((name, requirements)) => python::provision(name, requirements)?,
            None => PathBuf::from("python3"),
        };
        Run::new(python, [check.program, "--check", check.vectors]).run()
    })
}
