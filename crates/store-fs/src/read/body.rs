//! [`FileBody`]: a long range of a file as a stream.

use std::fs::File;
use std::future::Future;
use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use rustix::io::{Errno, ReadWriteFlags, preadv2};
use store::Error;
use tokio::task::JoinHandle;

use crate::blocking;
use crate::error::Site;
use crate::root::Root;

/// The size of the first piece.
// SECURITY: whoever asks for a thousand files and takes nothing of them makes us hold a thousand of these (S29).
const FIRST: usize = 16 * 1024;

/// How many times as long each piece is as the one before, which its reader has taken.
const GROWTH: usize = 4;

/// The longest piece: what one poll copies from the kernel's memory before others get their turn.
const LONGEST: usize = 256 * 1024;

/// Reads a range of a file, a piece for every poll and nothing ahead of that.
pub(super) struct FileBody {
    root: Arc<Root>,
    file: Arc<File>,
    left: Range<u64>,
    space: BytesMut,
    /// How long the next piece is to be.
    piece: usize,
    waiting: Option<JoinHandle<io::Result<BytesMut>>>,
    site: Site,
}

impl FileBody {
    pub(super) fn new(root: Arc<Root>, file: File, range: Range<u64>, site: Site) -> Self {
        let (file, space) = (Arc::new(file), BytesMut::new());
        Self { root, file, left: range, space, piece: FIRST, waiting: None, site }
    }

    fn next_size(&self) -> usize {
        let left = self.left.end.saturating_sub(self.left.start);
        usize::try_from(left).map_or(self.piece, |left| left.min(self.piece))
    }

    fn wait_for_disk(&mut self, size: usize) -> Result<(), Error> {
        let (file, start, mut space) =
            (Arc::clone(&self.file), self.left.start, std::mem::take(&mut self.space));
        let read = move || read_waiting(&file, &mut space, start, size).map(|_| space);
        self.waiting = Some(blocking::start(&self.site, read)?);
        Ok(())
    }

    /// Hands out what was read. Nothing means that the file has shrunk: the end, before its time.
    fn hand_out(&mut self, count: usize) -> Option<Result<Bytes, Error>> {
        let read = u64::try_from(count).unwrap_or(u64::MAX);
        self.left.start = self.left.start.saturating_add(read);
        self.piece = self.piece.saturating_mul(GROWTH).min(LONGEST);
        (count > 0).then(|| Ok(self.space.split().freeze()))
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<Bytes, Error>>> {
        self.left = 0..0;
        Poll::Ready(Some(Err(error)))
    }
}

impl Stream for FileBody {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.waiting.is_none() {
            let size = this.next_size();
            if size == 0 {
                return Poll::Ready(None);
            }
            if let Some(count) = read_cached(&this.root, &this.file, &mut this.space, this.left.start, size) {
                return Poll::Ready(this.hand_out(count));
            }
            if let Err(error) = this.wait_for_disk(size) {
                return this.fail(error);
            }
        }
        let Some(work) = &mut this.waiting else { return Poll::Ready(None) };
        let done = ready!(Pin::new(work).poll(cx));
        this.waiting = None;
        match done {
            Ok(Ok(space)) => {
                let count = space.len();
                this.space = space;
                Poll::Ready(this.hand_out(count))
            }
            Ok(Err(error)) => this.fail(this.site.failed(error)),
            Err(lost) => this.fail(blocking::lost_work(&this.site, lost)),
        }
    }
}

/// Reads what the kernel has in memory; `None` when it would have to wait for the disk.
///
/// Fewer bytes than asked for are what was there before a gap; none at all are the end of the file.
pub(super) fn read_cached(
    root: &Root,
    file: &File,
    space: &mut BytesMut,
    start: u64,
    size: usize,
) -> Option<usize> {
    if !root.reads_cached() {
        return None;
    }
    space.clear();
    space.resize(size, 0);
    match preadv2(file, &mut [IoSliceMut::new(space)], start, ReadWriteFlags::NOWAIT) {
        Ok(count) => {
            space.truncate(count);
            Some(count)
        }
        Err(errno) => {
            if matches!(errno, Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) {
                root.give_up_cached_reads(file);
            }
            None // any other error is reported by the read that waits
        }
    }
}

/// Reads `size` bytes, or fewer at the end of the file.
pub(super) fn read_waiting(file: &File, space: &mut BytesMut, start: u64, size: usize) -> io::Result<usize> {
    space.clear();
    space.resize(size, 0);
    let mut count = 0;
    while let Some(rest) = space.get_mut(count..).filter(|rest| !rest.is_empty()) {
        let offset = start.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        match file.read_at(rest, offset) {
            Ok(0) => break,
            Ok(read) => count = count.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    space.truncate(count);
    Ok(count)
}
