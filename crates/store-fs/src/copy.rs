//! Copying: a staging file is filled from the source, by the kernel where it can, and ends like an upload.

use std::fs::File;
use std::io::{self, Read, Write};

use object_key::ObjectKey;
use rustix::fs::{copy_file_range, ioctl_ficlone};
use rustix::io::Errno;
use sha2::{Digest, Sha256};
use store::{
    Attributes as Fields, CopyMetadata, CopyOptions, Error, ErrorKind, Metadata, Operation, Sha256Digest,
    UserMetadata, When, Written,
};

use crate::error::Site;
use crate::file::{ObjectFile, Stamp};
use crate::finish::{Complete, Description};
use crate::root::{Attributes, Root};
use crate::staging::Staging;
use crate::write::check_key;

/// So many bytes go through our memory at a time, where they have to.
const PIECE: usize = 256 * 1024;

/// Copies an object within the store. Waits for the disk.
pub(crate) fn copy(
    root: &Root,
    from: &ObjectKey,
    to: &ObjectKey,
    options: CopyOptions,
) -> Result<Written, Error> {
    let (source_site, site) = (Site::existing(Operation::Copy, from), Site::new(Operation::Copy, to));
    check_key(to, options.name_rule, &site)?;
    let source = root.open_object(from).map_err(|errno| source_site.failed(errno))?;
    let metadata = source.metadata(from, root.attributes);
    if matches!(&options.source, When::Matches(version) if *version != metadata.etag) {
        return Err(source_site.error(ErrorKind::PreconditionFailed));
    }
    let known = metadata.sha256;
    let description = describe(root, to, metadata, options.metadata);
    description.check(to, root.attributes, &site)?;
    let staging = Staging::create(root, &site)?;
    let sha256 = match known {
        Some(digest) => copy_in_kernel(&source, &staging.file, &site).map(|()| digest)?,
        None => copy_and_hash(&source, &staging.file, &site)?,
    };
    check_unchanged(&source, &staging, &source_site)?;
    Complete { staging, sha256, description }.commit(root, to, &options.mode, &site)
}

fn describe(root: &Root, to: &ObjectKey, source: Metadata, metadata: CopyMetadata) -> Description {
    match (metadata, root.attributes) {
        (CopyMetadata::Replace { attributes, user }, _) => Description::new(to, attributes, user),
        (CopyMetadata::Keep, Attributes::Kept) => Description::new(to, source.attributes, source.user),
        // The source has nothing but what its name says, and the copy has another name.
        (CopyMetadata::Keep, Attributes::Missing) => {
            Description::new(to, Fields::default(), UserMetadata::default())
        }
    }
}

/// Shares the bytes where the file system can, else has the kernel copy them.
fn copy_in_kernel(source: &ObjectFile, target: &File, site: &Site) -> Result<(), Error> {
    if ioctl_ficlone(target, &source.file).is_ok() {
        return Ok(());
    }
    let mut position = 0;
    while position < source.stamp.size {
        let left = usize::try_from(source.stamp.size.saturating_sub(position)).unwrap_or(usize::MAX);
        match copy_file_range(&source.file, Some(&mut position), target, None, left) {
            Ok(0) => return Ok(()), // the source has shrunk, which is noticed below
            Ok(_) | Err(Errno::INTR) => {}
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL | Errno::XDEV) if position == 0 => {
                return copy_and_hash(source, target, site).map(|_| ());
            }
            Err(errno) => return Err(site.failed(errno)),
        }
    }
    Ok(())
}

fn copy_and_hash(source: &ObjectFile, target: &File, site: &Site) -> Result<Sha256Digest, Error> {
    copy_hashing(&source.file, target).map_err(|error| site.failed(error))
}

fn copy_hashing(mut source: &File, mut target: &File) -> io::Result<Sha256Digest> {
    let (mut hash, mut space) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match source.read(&mut space) {
            Ok(0) => return Ok(Sha256Digest(hash.finalize().into())),
            Ok(count) => {
                let piece = space.get(..count).unwrap_or_default();
                hash.update(piece);
                target.write_all(piece)?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A foreign writer may have changed the source in place meanwhile: the copy would be neither version.
fn check_unchanged(source: &ObjectFile, staging: &Staging, site: &Site) -> Result<(), Error> {
    let stamp = |file| Stamp::of(file).map(|(stamp, _)| stamp).map_err(|errno| site.failed(errno));
    let (now, copied) = (stamp(&source.file)?, stamp(&staging.file)?);
    if now.same_bytes(&source.stamp) && copied.size == now.size {
        Ok(())
    } else {
        Err(site.error(ErrorKind::Conflict).with_detail("the source changed while it was copied"))
    }
}
