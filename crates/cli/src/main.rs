//! The `hallpass` command.

mod app;
mod arguments;
mod command;

mod context;
mod descriptors;
mod transfer;

mod exit;
mod failure;
mod log;
mod moment;
mod object_report;
mod output;
mod progress;
mod stop;

use std::process::ExitCode;

fn main() -> ExitCode {
    app::run()
}
