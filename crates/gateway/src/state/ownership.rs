//! Whether a file or directory is ours alone.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::process::geteuid;

/// What must not be allowed to others, and the mode to advise instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) forbidden: u32,
    pub(crate) advised: &'static str,
}

/// Says why something is not ours alone and what to do about it, if that is so. Root counts as one of us: it may do
/// anything anyway, and it is who puts secrets into place.
pub(crate) fn objection(path: &Path, metadata: &Metadata, limit: Limit) -> Option<String> {
    let (path, owner, own) = (path.display(), metadata.uid(), geteuid().as_raw());
    if owner != 0 && owner != own {
        Some(format!("it belongs to the user {owner}, who may change it; run `chown {own} {path}`"))
    } else if metadata.mode() & limit.forbidden != 0 {
        Some(format!("others may read or change it; run `chmod {} {path}`", limit.advised))
    } else {
        None
    }
}
