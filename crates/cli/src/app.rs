//! From arguments to an exit code.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tokio::runtime::Builder;

use crate::arguments::Arguments;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::{log, output};

/// How long work that cannot be interrupted (a read of standard input, a flush to the disk) may hold up the end.
const GRACE: Duration = Duration::from_secs(1);

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let outcome = match Arguments::try_parse() {
        Ok(arguments) => execute(arguments),
        Err(message) => {
            // Help and version come this way too, with code 0. Whoever closed the pipe does not want them.
            let _ = message.print();
            return u8::try_from(message.exit_code()).map_or(Exit::Usage.into(), ExitCode::from);
        }
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::error(&failure);
            failure.exit().into()
        }
    }
}

fn execute(arguments: Arguments) -> Outcome {
    let Arguments { command, common } = arguments;
    log::start(common.level());
    // A server brings threads of its own.
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io("start the runtime", &error))?;
    let outcome = runtime.block_on(command.run(&Context::new(&common)));
    runtime.shutdown_timeout(GRACE);
    outcome
}
