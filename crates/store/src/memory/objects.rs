//! What lies behind the lock of a [`MemoryStore`](super::MemoryStore).

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

use bytes::Bytes;
use object_key::ObjectKey;

use crate::{
    Attributes, ETag, Error, ErrorKind, Metadata, Operation, PutMode, Sha256Digest, UserMetadata, When,
    Written,
};

/// The objects, in the order of their keys.
pub(super) struct Objects {
    pub(super) stored: BTreeMap<ObjectKey, Stored>,
    instance: u64,
    writes: u64,
}

/// One version of an object.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) metadata: Metadata,
    pub(super) bytes: Bytes,
}

/// A version to be.
pub(super) struct Draft {
    pub(super) bytes: Bytes,
    pub(super) sha256: Option<Sha256Digest>,
    pub(super) attributes: Attributes,
    pub(super) user: UserMetadata,
}

impl Default for Objects {
    /// Another instance at each start: a tag kept by a browser must not match an object of a later run.
    fn default() -> Self {
        Self { stored: BTreeMap::new(), instance: RandomState::new().hash_one(()), writes: 0 }
    }
}

impl Objects {
    pub(super) fn find(&self, key: &ObjectKey, operation: Operation) -> Result<Stored, Error> {
        self.stored.get(key).cloned().ok_or_else(|| failure(ErrorKind::NotFound, operation, key))
    }

    pub(super) fn remove(&mut self, key: &ObjectKey, when: &When) -> Result<(), Error> {
        if *when != When::Always {
            let stored = self.find(key, Operation::Delete)?;
            stored.check(when).map_err(|kind| failure(kind, Operation::Delete, key))?;
        }
        self.stored.remove(key);
        Ok(())
    }

    pub(super) fn insert(
        &mut self,
        key: &ObjectKey,
        draft: Draft,
        mode: &PutMode,
        operation: Operation,
    ) -> Result<Written, Error> {
        self.check(key, mode).map_err(|kind| failure(kind, operation, key))?;
        let size = u64::try_from(draft.bytes.len()).unwrap_or(u64::MAX);
        let metadata = Metadata {
            sha256: draft.sha256,
            attributes: draft.attributes,
            user: draft.user,
            ..Metadata::new(size, self.next_etag(), SystemTime::now())
        };
        let written = metadata.clone().into();
        self.stored.insert(key.clone(), Stored { metadata, bytes: draft.bytes });
        Ok(written)
    }

    fn check(&self, key: &ObjectKey, mode: &PutMode) -> Result<(), ErrorKind> {
        match (mode, self.stored.get(key)) {
            (PutMode::Create, Some(_)) => Err(ErrorKind::AlreadyExists),
            (PutMode::Update(etag), Some(stored)) if stored.metadata.etag == *etag => Ok(()),
            (PutMode::Update(_), _) => Err(ErrorKind::PreconditionFailed),
            (PutMode::Create | PutMode::Overwrite, _) => Ok(()),
        }
    }

    fn next_etag(&mut self) -> ETag {
        self.writes += 1;
        ETag::from_valid(&format!("{:016x}-{:x}", self.instance, self.writes))
    }
}

impl Stored {
    pub(super) fn check(&self, when: &When) -> Result<(), ErrorKind> {
        match when {
            When::Matches(etag) if *etag != self.metadata.etag => Err(ErrorKind::PreconditionFailed),
            When::Matches(_) | When::Always => Ok(()),
        }
    }
}

pub(super) fn failure(kind: ErrorKind, operation: Operation, key: &ObjectKey) -> Error {
    Error::new(kind, operation).with_backend("memory store").with_key(key)
}
