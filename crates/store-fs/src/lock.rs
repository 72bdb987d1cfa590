//! [`KeyLock`]: one writer at a time for what compares and then replaces.

use rustix::fd::OwnedFd;
use rustix::fs::{FlockOperation, Mode, OFlags, flock, openat};
use rustix::io::retry_on_intr;
use sha2::{Digest, Sha256};
use store::Error;

use crate::error::Site;
use crate::root::Root;
use crate::state;

/// Holds the lock of a key's shard until it is dropped. It binds every Hallpass process, and no foreign writer.
#[derive(Debug)]
pub(crate) struct KeyLock(
    #[expect(dead_code, reason = "held, not read: closing it gives up the lock")] OwnedFd,
);

impl KeyLock {
    /// Waits for the lock. Others hold it for a look and a rename, never for a transfer.
    pub(crate) fn take(root: &Root, key: &str, site: &Site) -> Result<Self, Error> {
        let locks = state::locks(root, site)?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = retry_on_intr(|| openat(&locks, shard(key), flags, Mode::RUSR | Mode::WUSR))
            .map_err(|errno| site.failed(errno))?;
        retry_on_intr(|| flock(&file, FlockOperation::LockExclusive)).map_err(|errno| site.failed(errno))?;
        Ok(Self(file))
    }
}

/// Names the shard: the first byte of the key's SHA-256. All versions must agree, for they may run side by side.
fn shard(key: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(key).into();
    format!("{:02x}", digest.first().unwrap_or(&0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_what_they_were() {
        assert_eq!(shard("abc"), "ba"); // FIPS 180-2: SHA-256("abc") = ba7816bf…
        assert_eq!(shard(""), "e3");
    }
}
