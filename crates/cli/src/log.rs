//! The log: plain lines on standard error.

use std::io;

use tracing::Level;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use crate::output::stderr_has_colours;

/// Starts the log; the first start counts.
pub(crate) fn start(level: Level) {
    let subscriber = tracing_subscriber::fmt()
        .compact()
        .with_target(false)
        .with_ansi(stderr_has_colours())
        .with_max_level(level)
        .with_writer(BoxMakeWriter::new(io::stderr))
        .finish();
    // Only a second start fails, and the log runs already then.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
