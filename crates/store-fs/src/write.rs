//! Uploads: bytes go to a staging file in big pieces, hashed on the way.
//!
//! The file is made when the first of them is written. A small object has one trip to the blocking pool, at its end.

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use object_key::ObjectKey;
use sha2::{Digest, Sha256};
use store::{
    Error, ErrorKind, Fut, NameRule, Operation, PutMode, PutOptions, Sha256Digest, Upload, Written,
    check_name,
};
use tokio::task::JoinHandle;

use crate::blocking;
use crate::error::Site;
use crate::finish::{Complete, Description};
use crate::root::Root;
use crate::staging::Staging;
use crate::state;

/// So many bytes go to the blocking pool at a time. While they are written, as many again may gather.
const BATCH: usize = 256 * 1024;

/// Chunks smaller than this are put together rather than kept, with whatever memory hangs on them.
const SMALL: usize = 16 * 1024;

/// The longest segment that a directory can hold.
const MAX_SEGMENT: usize = 255;

/// Begins an upload.
pub(crate) fn begin(root: Arc<Root>, key: ObjectKey, options: PutOptions) -> Result<FileUpload, Error> {
    let site = Site::new(Operation::Put, &key);
    check_key(&key, options.name_rule, &site)?;
    let description = Description::new(&key, options.attributes, options.user);
    description.check(&key, root.attributes, &site)?;
    Ok(FileUpload {
        key,
        site,
        description,
        announced: options.length,
        received: 0,
        gathered: Gathered::default(),
        writer: WriterState::Free(Writer { root, staging: None, hash: Sha256::new() }),
    })
}

/// Checks that an object may have this name, and can.
pub(crate) fn check_key(key: &ObjectKey, rule: NameRule, site: &Site) -> Result<(), Error> {
    let refused = |why: &str| Err(site.error(ErrorKind::InvalidName).with_detail(why));
    if let Err(reason) = check_name(key, rule) {
        return Err(site.error(ErrorKind::InvalidName).with_source(reason));
    }
    if state::is_reserved(key.as_str()) {
        return refused("a segment `.hallpass` is reserved: it names Hallpass's own state");
    }
    if key.segments().any(|segment| segment.len() > MAX_SEGMENT) {
        return refused("a segment has more than 255 bytes");
    }
    Ok(())
}

/// An upload to a file store.
pub(crate) struct FileUpload {
    key: ObjectKey,
    site: Site,
    description: Description,
    announced: Option<u64>,
    received: u64,
    gathered: Gathered,
    writer: WriterState,
}

/// Where the writer is.
enum WriterState {
    Free(Writer),
    /// On the blocking pool. Dropped there, the work ends and takes its staging file with it.
    Busy(JoinHandle<Result<Writer, Error>>),
    /// Lost to an error or to a write that was given up: the upload is spent.
    Spent,
}

impl WriterState {
    /// Leaves the state empty. What takes it puts it back at the end; if it never comes so far, the upload is spent.
    fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Spent)
    }

    /// Waits until the writer has nothing to do.
    async fn free(self, site: &Site) -> Result<Writer, Error> {
        match self {
            Self::Free(writer) => Ok(writer),
            Self::Busy(work) => work.await.map_err(|lost| blocking::lost_work(site, lost))?,
            Self::Spent => Err(site.error(ErrorKind::Internal).with_detail("the upload has failed before")),
        }
    }
}

impl FileUpload {
    async fn write_from(&mut self, writer: WriterState, chunk: Bytes) -> Result<(), Error> {
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.received = self.received.saturating_add(length);
        if self.announced.is_some_and(|announced| self.received > announced) {
            return Err(self.mismatch("more bytes came than were announced"));
        }
        self.gathered.push(chunk);
        self.writer = if self.gathered.length >= BATCH {
            let writer = writer.free(&self.site).await?;
            let (pieces, site) = (self.gathered.take(), self.site.clone());
            WriterState::Busy(blocking::start(&self.site, move || writer.write(&pieces, &site))?)
        } else {
            writer
        };
        Ok(())
    }

    async fn commit(mut self, mode: PutMode) -> Result<Written, Error> {
        let writer = self.writer.take().free(&self.site).await?;
        if self.announced.is_some_and(|announced| announced != self.received) {
            return Err(self.mismatch("fewer bytes came than were announced"));
        }
        let Self { key, site, description, mut gathered, .. } = self;
        blocking::run(site, move |site| {
            let writer = writer.write(&gathered.take(), site)?;
            let root = Arc::clone(&writer.root);
            let (staging, sha256) = writer.close(site)?;
            Complete { staging, sha256, description }.commit(&root, &key, &mode, site)
        })
        .await
    }

    fn mismatch(&self, detail: &str) -> Error {
        self.site.error(ErrorKind::LengthMismatch).with_detail(detail)
    }
}

impl Upload for FileUpload {
    fn write(&mut self, chunk: Bytes) -> Fut<'_, ()> {
        let writer = self.writer.take();
        Box::pin(self.write_from(writer, chunk))
    }

    fn finish(self: Box<Self>, mode: PutMode) -> Fut<'static, Written> {
        Box::pin(self.commit(mode))
    }
}

impl fmt::Debug for FileUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileUpload")
            .field("key", &self.key)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

/// Bytes that wait for the writer.
#[derive(Default)]
struct Gathered {
    pieces: Vec<Bytes>,
    small: BytesMut,
    length: usize,
}

impl Gathered {
    fn push(&mut self, chunk: Bytes) {
        self.length = self.length.saturating_add(chunk.len());
        if chunk.len() < SMALL {
            return self.small.extend_from_slice(&chunk);
        }
        self.seal();
        self.pieces.push(chunk);
    }

    fn take(&mut self) -> Vec<Bytes> {
        self.seal();
        self.length = 0;
        std::mem::take(&mut self.pieces)
    }

    fn seal(&mut self) {
        if !self.small.is_empty() {
            self.pieces.push(self.small.split().freeze());
        }
    }
}

/// The file, once there is one, and the digest of what is in it.
struct Writer {
    root: Arc<Root>,
    staging: Option<Staging>,
    hash: Sha256,
}

impl Writer {
    fn write(mut self, pieces: &[Bytes], site: &Site) -> Result<Self, Error> {
        let staging = self.open(site)?;
        for piece in pieces {
            self.hash.update(piece);
            (&staging.file).write_all(piece).map_err(|error| site.failed(error))?;
        }
        self.staging = Some(staging);
        Ok(self)
    }

    fn close(mut self, site: &Site) -> Result<(Staging, Sha256Digest), Error> {
        let staging = self.open(site)?;
        Ok((staging, Sha256Digest(self.hash.finalize().into())))
    }

    /// Takes the file, which is made if there is none yet.
    fn open(&mut self, site: &Site) -> Result<Staging, Error> {
        self.staging.take().map_or_else(|| Staging::create(&self.root, site), Ok)
    }
}
