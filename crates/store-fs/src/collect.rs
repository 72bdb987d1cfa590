//! Collecting what killed processes left in the staging folder.

use std::fs::File;

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, flock, openat, unlinkat};
use rustix::io::Errno;
use store::{Error, Operation};

use crate::error::Site;
use crate::file::Stamp;
use crate::root::Root;
use crate::staging::NAME_LEN;
use crate::{state, walk};

pub use store::Collect;

/// What the collector found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collected {
    /// The number of abandoned uploads.
    pub uploads: u64,
    /// The bytes that they had received.
    pub bytes: u64,
}

/// Goes through the staging folder. Waits for the disk, and never for a lock.
pub(crate) fn collect(root: &Root, mode: Collect) -> Result<Collected, Error> {
    let site = Site::whole(Operation::Collect);
    let dir = match root.tree.open_dir(state::STAGING.as_bytes()) {
        Err(Errno::NOENT) => return Ok(Collected::default()),
        dir => dir.map_err(|errno| site.failed(errno))?,
    };
    let names = walk::names_in(&dir).map_err(|errno| site.failed(errno))?;
    let mut collected = Collected::default();
    for name in names.iter().filter(|name| is_ours(name)) {
        match collect_one(&dir, name, mode) {
            Ok(bytes) => {
                collected.uploads = collected.uploads.saturating_add(1);
                collected.bytes = collected.bytes.saturating_add(bytes);
            }
            // At work, or finished just now.
            Err(Errno::AGAIN | Errno::NOENT | Errno::LOOP) => {}
            Err(errno) => return Err(site.failed(errno)),
        }
    }
    Ok(collected)
}

fn is_ours(name: &[u8]) -> bool {
    name.len() == NAME_LEN && name.iter().all(u8::is_ascii_hexdigit)
}

/// Removes one file unless somebody holds its lock, which is how a living upload is known (S40).
fn collect_one(dir: &OwnedFd, name: &[u8], mode: Collect) -> Result<u64, Errno> {
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = File::from(openat(dir, name, flags, Mode::empty())?);
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    let (stamp, _) = Stamp::of(&file)?;
    match mode {
        Collect::DryRun => {}
        // INVARIANT: still under the lock, so that a writer that got the lock after us finds the file without a name.
        Collect::Remove => unlinkat(dir, name, AtFlags::empty())?,
    }
    Ok(stamp.size)
}
