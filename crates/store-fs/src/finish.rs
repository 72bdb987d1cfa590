//! Completing a file with its metadata: the common end of `Upload::finish` and `copy`.

use std::fs::FileTimes;
use std::time::SystemTime;

use object_key::ObjectKey;
use rustix::fs::{XattrFlags, fsetxattr};
use rustix::io::Errno;
use store::{
    Attributes as Fields, ETag, Error, ErrorKind, PutMode, Sha256Digest, UserMetadata, Written,
    guess_content_type,
};

use crate::error::Site;
use crate::file::{Stamp, Time};
use crate::publish::publish;
use crate::record::{self, Record, TooLong};
use crate::root::{Attributes, Permissions, Root};
use crate::staging::{Staging, random_bytes};

/// What an object says about itself.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    fields: Fields,
    user: UserMetadata,
}

impl Description {
    /// Completes what a caller gave with the content type that the name suggests.
    pub(crate) fn new(key: &ObjectKey, mut fields: Fields, user: UserMetadata) -> Self {
        fields.content_type.get_or_insert_with(|| guess_content_type(key));
        Self { fields, user }
    }

    /// Checks that the store can keep it.
    pub(crate) fn check(&self, key: &ObjectKey, attributes: Attributes, site: &Site) -> Result<(), Error> {
        let refused = |why: &str| Err(site.error(ErrorKind::InvalidMetadata).with_detail(why));
        match attributes {
            Attributes::Missing if *self != Self::new(key, Fields::default(), UserMetadata::default()) => {
                refused("the file system has no extended attributes to keep it in")
            }
            Attributes::Kept if self.longest_record().encode().is_err() => refused(RECORD_TOO_LONG),
            _ => Ok(()),
        }
    }

    /// A record with this description that is as long as one can get.
    fn longest_record(&self) -> Record {
        let modified = Time { seconds: i64::MIN, nanos: u32::MAX };
        self.clone().into_record(u64::MAX, modified, record::etag_of(&[0; 16]), Some(Sha256Digest([0; 32])))
    }

    fn into_record(self, size: u64, modified: Time, etag: ETag, sha256: Option<Sha256Digest>) -> Record {
        Record { size, modified, etag, sha256, attributes: self.fields, user: self.user }
    }
}

impl PartialEq for Description {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields && self.user == other.user
    }
}

const RECORD_TOO_LONG: &str = "all fields together are longer than an extended attribute can be";

/// A file whose bytes are complete.
#[derive(Debug)]
pub(crate) struct Complete {
    pub(crate) staging: Staging,
    pub(crate) sha256: Sha256Digest,
    pub(crate) description: Description,
}

impl Complete {
    /// Makes the object visible and durable. Waits for the disk.
    pub(crate) fn commit(
        mut self,
        root: &Root,
        key: &ObjectKey,
        mode: &PutMode,
        site: &Site,
    ) -> Result<Written, Error> {
        root.set_permissions(&self.staging.file, Permissions::Object, root.options.file_mode)
            .map_err(|errno| site.failed(errno))?;
        let now = FileTimes::new().set_modified(SystemTime::now());
        self.staging.file.set_times(now).map_err(|error| site.failed(error))?;
        let record = match root.attributes {
            Attributes::Kept => Some(self.attach_record(site)?),
            Attributes::Missing => None,
        };
        root.persist(&self.staging.file).map_err(|errno| site.failed(errno))?;
        publish(root, &mut self.staging, key, mode, site)?;
        if let Some(record) = record {
            return Ok(Written::new(record.size, record.etag, record.sha256));
        }
        // The change time is part of a derived version, and publishing changed it.
        let stamp = self.stamp(site)?;
        Ok(Written::new(stamp.size, stamp.etag(), Some(self.sha256)))
    }

    /// Writes the record while nobody sees the file, so that metadata and bytes appear together.
    fn attach_record(&self, site: &Site) -> Result<Record, Error> {
        let Stamp { size, modified, .. } = self.stamp(site)?;
        let etag = record::etag_of(&random_bytes(site)?);
        let record = self.description.clone().into_record(size, modified, etag, Some(self.sha256));
        let bytes = record
            .encode()
            .map_err(|TooLong| site.error(ErrorKind::InvalidMetadata).with_detail(RECORD_TOO_LONG))?;
        match fsetxattr(&self.staging.file, record::ATTRIBUTE, &bytes, XattrFlags::empty()) {
            Err(Errno::TOOBIG | Errno::RANGE) => {
                Err(site.error(ErrorKind::InvalidMetadata).with_detail(RECORD_TOO_LONG))
            }
            set => set.map(|()| record).map_err(|errno| site.failed(errno)),
        }
    }

    fn stamp(&self, site: &Site) -> Result<Stamp, Error> {
        Stamp::of(&self.staging.file).map(|(stamp, _)| stamp).map_err(|errno| site.failed(errno))
    }
}
