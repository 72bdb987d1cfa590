//! [`ObjectFile`]: an object opened for reading, and what its file says about it.

use std::fs::File;
use std::mem::MaybeUninit;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use object_key::ObjectKey;
use rustix::fs::{FileType, Stat, fgetxattr, fstat};
use rustix::io::Errno;
use sha2::{Digest, Sha256};
use store::{ETag, Metadata, guess_content_type};

use crate::record::{self, Record};
use crate::root::Attributes;

/// A regular file below the root, opened.
#[derive(Debug)]
pub(crate) struct ObjectFile {
    pub(crate) file: File,
    pub(crate) stamp: Stamp,
}

impl ObjectFile {
    /// Takes a file just opened, if it is a regular one.
    ///
    /// # Errors
    /// [`Errno::NOENT`] for a FIFO, a device or a directory: none of them is an object (S56).
    pub(crate) fn new(file: File) -> Result<Self, Errno> {
        let (stamp, kind) = Stamp::of(&file)?;
        if kind == Kind::Regular { Ok(Self { file, stamp }) } else { Err(Errno::NOENT) }
    }

    /// Reads the object's record, if it has one that belongs to these bytes.
    pub(crate) fn record(&self, attributes: Attributes) -> Option<Record> {
        if attributes == Attributes::Missing {
            return None;
        }
        let mut space = [const { MaybeUninit::uninit() }; record::MAX_LEN];
        let (text, _) = fgetxattr(&self.file, record::ATTRIBUTE, &mut space).ok()?;
        let record = Record::decode(text)?;
        // Other bytes than the record was written for: somebody replaced them by hand, and it says nothing any more.
        (record.size == self.stamp.size && record.modified == self.stamp.modified).then_some(record)
    }

    /// Puts together what is known of the object, from its record or from the file alone.
    pub(crate) fn metadata(&self, key: &ObjectKey, attributes: Attributes) -> Metadata {
        match self.record(attributes) {
            Some(record) => record.into_metadata(),
            None => self.stamp.metadata(key),
        }
    }

    /// Returns the object's version.
    pub(crate) fn etag(&self, attributes: Attributes) -> ETag {
        self.record(attributes).map_or_else(|| self.stamp.etag(), |record| record.etag)
    }
}

/// What tells two states of a file apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) size: u64,
    pub(crate) modified: Time,
    changed: Time,
    inode: u64,
    is_linked: bool,
}

/// What lies behind a file descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Regular,
    Other,
}

impl Stamp {
    pub(crate) fn of(file: &File) -> Result<(Self, Kind), Errno> {
        let status = fstat(file)?;
        let is_file = FileType::from_raw_mode(status.st_mode) == FileType::RegularFile;
        Ok((Self::from_status(&status), if is_file { Kind::Regular } else { Kind::Other }))
    }

    fn from_status(status: &Stat) -> Self {
        Self {
            size: u64::try_from(status.st_size).unwrap_or(0),
            modified: Time::new(status.st_mtime, status.st_mtime_nsec),
            changed: Time::new(status.st_ctime, status.st_ctime_nsec),
            inode: status.st_ino,
            is_linked: status.st_nlink > 0,
        }
    }

    /// Tells whether the last change of any kind lies further back than that.
    pub(crate) fn is_older_than(&self, age: Duration, now: SystemTime) -> bool {
        now.duration_since(self.changed.to_system()).is_ok_and(|since| since > age)
    }

    /// Tells whether the file has a name.
    pub(crate) fn is_linked(&self) -> bool {
        self.is_linked
    }

    /// Tells whether the bytes can be the same as when `earlier` was taken.
    pub(crate) fn same_bytes(&self, earlier: &Self) -> bool {
        (self.size, self.modified, self.inode) == (earlier.size, earlier.modified, earlier.inode)
    }

    /// Derives what a file without a record has.
    pub(crate) fn metadata(&self, key: &ObjectKey) -> Metadata {
        let mut metadata = Metadata::new(self.size, self.etag(), self.modified.to_system());
        metadata.attributes.content_type = Some(guess_content_type(key));
        metadata
    }

    /// Derives a version: other bytes come with another change time, size or inode.
    pub(crate) fn etag(&self) -> ETag {
        let mut hash = Sha256::new();
        hash.update(self.inode.to_be_bytes());
        hash.update(self.size.to_be_bytes());
        for time in [self.modified, self.changed] {
            hash.update(time.seconds.to_be_bytes());
            hash.update(time.nanos.to_be_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        record::etag_of(digest.first_chunk().unwrap_or(&[0; 16]))
    }
}

/// A time as files have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time {
    pub(crate) seconds: i64,
    pub(crate) nanos: u32,
}

impl Time {
    /// Takes the numbers of a file's status; the width of the second one is the machine's.
    fn new(seconds: i64, nanos: impl TryInto<u32>) -> Self {
        Self { seconds, nanos: nanos.try_into().unwrap_or(0) }
    }

    pub(crate) fn to_system(self) -> SystemTime {
        let whole = Duration::from_secs(self.seconds.unsigned_abs());
        let start =
            if self.seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        start
            .and_then(|start| start.checked_add(Duration::from_nanos(self.nanos.into())))
            .unwrap_or(UNIX_EPOCH)
    }
}
