//! How many files and connections this process may have open at once.

use rustix::process::{Resource, getrlimit, setrlimit};
use tracing::debug;

/// Takes what the system grants to those who ask: the usual limit is one for programs that use `select`, and leaves no
/// room for files beside a thousand connections.
pub(crate) fn raise_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        debug!(%error, "the limit of open files stays as it is");
    }
}
