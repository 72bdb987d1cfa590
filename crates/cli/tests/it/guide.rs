//! The examples of the guide do what the guide says: they run, with the exit codes that it names.

use crate::console::check;

#[test]
fn getting_started_runs() {
    check("getting-started.md", include_str!("../../../../docs/getting-started.md"));
}

#[test]
fn the_examples_of_the_command_line_run() {
    check("command-line.md", include_str!("../../../../docs/command-line.md"));
}
