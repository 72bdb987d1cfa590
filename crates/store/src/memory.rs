//! [`MemoryStore`]: objects in memory, for tests and development.

mod listing;
mod objects;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};
use object_key::ObjectKey;
use sha2::{Digest, Sha256};

use self::objects::{Draft, Objects, failure};
use crate::{
    Abilities, Attributes, Body, BoxStream, CopyMetadata, CopyOptions, Entry, Error, ErrorKind, Fut, Get,
    Got, List, NameRule, Operation, PutMode, PutOptions, Sha256Digest, Store, Upload, UserMetadata, When,
    Written, check_name, guess_content_type,
};

/// Keeps objects in memory, for tests and development.
///
/// It can do everything that [`Store`] promises except last: objects lie in memory whole, and they are gone with the
/// store.
#[derive(Default)]
pub struct MemoryStore {
    // INVARIANT: the lock is never held across an await, nor while bytes are copied or hashed.
    objects: Arc<Mutex<Objects>>,
}

impl MemoryStore {
    /// Makes an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn objects(&self) -> MutexGuard<'_, Objects> {
        lock(&self.objects)
    }
}

/// A thread that panicked while it held the lock has left nothing half-done: every change is one insert or remove.
fn lock(objects: &Mutex<Objects>) -> MutexGuard<'_, Objects> {
    objects.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for MemoryStore {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        Box::pin(async move {
            let stored = self.objects().find(key, Operation::Get)?;
            let plan = ask.plan(&stored.metadata);
            Ok(Got::from_plan(plan, stored.metadata, |range| part(&stored.bytes, range)))
        })
    }

    fn begin<'a>(&'a self, key: &'a ObjectKey, options: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        Box::pin(async move {
            check(key, options.name_rule, Operation::Put)?;
            let upload: Box<dyn Upload> = Box::new(MemoryUpload::new(self, key, options));
            Ok(upload)
        })
    }

    fn delete<'a>(&'a self, key: &'a ObjectKey, when: When) -> Fut<'a, ()> {
        Box::pin(async move { self.objects().remove(key, &when) })
    }

    fn copy<'a>(&'a self, from: &'a ObjectKey, to: &'a ObjectKey, options: CopyOptions) -> Fut<'a, Written> {
        Box::pin(async move {
            check(to, options.name_rule, Operation::Copy)?;
            let mut objects = self.objects();
            let source = objects.find(from, Operation::Copy)?;
            source.check(&options.source).map_err(|kind| failure(kind, Operation::Copy, from))?;
            let metadata = source.metadata;
            let (attributes, user) = match options.metadata {
                CopyMetadata::Keep => (metadata.attributes, metadata.user),
                CopyMetadata::Replace { attributes, user } => (with_content_type(attributes, to), user),
            };
            let draft = Draft { bytes: source.bytes, sha256: metadata.sha256, attributes, user };
            objects.insert(to, draft, &options.mode, Operation::Copy)
        })
    }

    fn list(&self, ask: List) -> BoxStream<'_, Result<Entry, Error>> {
        Box::pin(listing::entries(self, ask))
    }

    fn abilities(&self) -> Abilities {
        Abilities::all()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

fn check(key: &ObjectKey, rule: NameRule, operation: Operation) -> Result<(), Error> {
    check_name(key, rule)
        .map_err(|reason| failure(ErrorKind::InvalidName, operation, key).with_source(reason))
}

fn with_content_type(mut attributes: Attributes, key: &ObjectKey) -> Attributes {
    attributes.content_type.get_or_insert_with(|| guess_content_type(key));
    attributes
}

/// Returns a part without copying it; what does not exist is missing from the body, which then fails by its length.
fn part(bytes: &Bytes, range: Range<u64>) -> Body {
    let position = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let part = bytes.get(position(range.start)..position(range.end)).unwrap_or_default();
    bytes.slice_ref(part).into()
}

struct MemoryUpload {
    objects: Arc<Mutex<Objects>>,
    key: ObjectKey,
    attributes: Attributes,
    user: UserMetadata,
    announced: Option<u64>,
    bytes: BytesMut,
    hash: Sha256,
    writing: bool,
}

impl MemoryUpload {
    fn new(store: &MemoryStore, key: &ObjectKey, options: PutOptions) -> Self {
        Self {
            objects: Arc::clone(&store.objects),
            key: key.clone(),
            attributes: with_content_type(options.attributes, key),
            user: options.user,
            announced: options.length,
            bytes: BytesMut::new(),
            hash: Sha256::new(),
            writing: false,
        }
    }

    /// Refuses a number of bytes that `differs` from the announced one.
    fn check_length(&self, differs: impl Fn(u64, u64) -> bool) -> Result<(), Error> {
        let length = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        match self.announced {
            Some(announced) if differs(length, announced) => {
                let detail = format!("{announced} bytes announced, {length} came");
                Err(failure(ErrorKind::LengthMismatch, Operation::Put, &self.key).with_detail(detail))
            }
            _ => Ok(()),
        }
    }
}

impl Upload for MemoryUpload {
    fn write(&mut self, chunk: Bytes) -> Fut<'_, ()> {
        self.writing = true; // until the future has run: dropped before that, it leaves a gap
        Box::pin(async move {
            self.bytes.extend_from_slice(&chunk);
            self.hash.update(&chunk);
            self.check_length(|length, announced| length > announced)?;
            self.writing = false;
            Ok(())
        })
    }

    fn finish(self: Box<Self>, mode: PutMode) -> Fut<'static, Written> {
        Box::pin(async move {
            self.check_length(|length, announced| length != announced)?;
            if self.writing {
                let error = failure(ErrorKind::Internal, Operation::Put, &self.key);
                return Err(error.with_detail("a write was dropped or failed before the upload was finished"));
            }
            let draft = Draft {
                bytes: self.bytes.freeze(),
                sha256: Some(Sha256Digest(self.hash.finalize().into())),
                attributes: self.attributes,
                user: self.user,
            };
            lock(&self.objects).insert(&self.key, draft, &mode, Operation::Put)
        })
    }
}
