//! `cargo xtask vectors`: our formats, checked by programs that share no code with us.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::{Run, root};
use crate::{host, node, python};

/// A program that computes the vectors of one format anew and compares.
struct Check {
    program: &'static str,
    vectors: &'static str,
    runtime: Runtime,
}

/// What runs a program.
#[derive(Clone, Copy)]
enum Runtime {
    /// Python alone.
    Python,
    /// An environment of Python, and the file that lists what is in it.
    PythonWith(&'static str, &'static str),
    /// A folder of packages for Node.js, and the folder that says which.
    Node(&'static str, &'static str),
}

const BOTOCORE: Runtime = Runtime::PythonWith("botocore", "crates/store-s3/tests/vectors/requirements.txt");
const CHECKS: &[Check] = &[
    Check {
        program: "docs/passes/vectors.py",
        vectors: "crates/token-hmac/tests/vectors/pass.json",
        runtime: Runtime::Python,
    },
    Check {
        program: "crates/store-s3/tests/vectors/presign.py",
        vectors: "crates/store-s3/tests/vectors/presign.json",
        runtime: BOTOCORE,
    },
    Check {
        program: "crates/signer-cloudfront/tests/vectors/botocore_vectors.py",
        vectors: "crates/signer-cloudfront/tests/vectors/botocore.json",
        runtime: BOTOCORE,
    },
    Check {
        program: "crates/signer-cloudfront/tests/vectors/npm/vectors.mjs",
        vectors: "crates/signer-cloudfront/tests/vectors/npm.json",
        runtime: Runtime::Node("cloudfront-signer", "crates/signer-cloudfront/tests/vectors/npm"),
    },
];

pub(crate) fn run() -> Result<()> {
    host::need(host::PYTHON)?;
    host::need(host::OPENSSL)?;
    CHECKS.iter().try_for_each(Check::run)
}

impl Check {
    fn run(&self) -> Result<()> {
        let (program, vectors) = (root().join(self.program), root().join(self.vectors));
        let (runtime, folder) = match self.runtime {
            Runtime::Python => (PathBuf::from("python3"), root().to_owned()),
            Runtime::PythonWith(name, list) => (python::provision(name, list)?, root().to_owned()),
            Runtime::Node(name, list) => (PathBuf::from("node"), node::provision(name, list)?),
        };
        Run::new(runtime, [program.as_os_str(), "--check".as_ref(), vectors.as_os_str()])
            .within(&folder)
            .run()
    }
}
