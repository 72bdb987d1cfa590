//! The independent implementation makes the committed vectors, byte for byte.

use std::process::Command;

#[test]
fn x07_python_agrees_with_the_committed_vectors() {
    let root = env!("CARGO_MANIFEST_DIR");
    let run = Command::new("python3")
        .arg("-B")
        .arg(format!("{root}/../../docs/passes/vectors.py"))
        .arg("--check")
        .arg(format!("{root}/tests/vectors/pass.json"))
        .output()
        .unwrap_or_else(|error| panic!("this test runs `python3` (3.10 or later): {error}"));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}
