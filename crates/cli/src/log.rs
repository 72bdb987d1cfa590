//! The log: plain lines on standard error.

use std::io;

use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::output::stderr_has_colours;

/// Our own crates, whose events hold no link and no secret at any level.
const OURS: [&str; 7] = ["hallpass", "gateway", "download", "store", "links", "token_hmac", "object_key"];

/// Starts the log; the first start counts.
pub(crate) fn start(level: Level) {
    let ours = OURS.map(|target| (target, LevelFilter::from_level(level)));
    // SECURITY: what others tell of their requests, and of answers to them, has signatures and tokens in it (S15). What
    // matters of it comes back to us as an error.
    let filter = Targets::new().with_default(LevelFilter::OFF).with_targets(ours);
    let lines = layer().compact().with_target(false).with_ansi(stderr_has_colours()).with_writer(io::stderr);
    // Only a second start fails, and the log runs already then.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines).with(filter));
}
