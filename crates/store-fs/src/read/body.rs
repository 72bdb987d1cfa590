//! [`FileBody`]: a long range of a file as a stream.

use std::fs::File;
use std::future::Future;
use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use rustix::io::{Errno, ReadWriteFlags, preadv2};
use store::Error;
use tokio::task::JoinHandle;

use crate::blocking;
use crate::error::Site;
use crate::read::space::{Space, Spaces};
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
    /// How long the next piece is to be.
    piece: usize,
    waiting: Option<JoinHandle<io::Result<Bytes>>>,
    site: Site,
}

impl FileBody {
    pub(super) fn new(root: Arc<Root>, file: Arc<File>, range: Range<u64>, site: Site) -> Self {
        Self { root, file, left: range, piece: FIRST, waiting: None, site }
    }

    fn next_size(&self) -> usize {
        let left = self.left.end.saturating_sub(self.left.start);
        usize::try_from(left).map_or(self.piece, |left| left.min(self.piece))
    }

    fn wait_for_disk(&mut self, size: usize) -> Result<(), Error> {
        let (root, file, start) = (Arc::clone(&self.root), Arc::clone(&self.file), self.left.start);
        let read = move || read_waiting(&root.spaces, &file, start, size);
        self.waiting = Some(blocking::start(&self.site, read)?);
        Ok(())
    }

    /// Hands out what was read. Nothing means that the file has shrunk: the end, before its time.
    fn hand_out(&mut self, bytes: Bytes) -> Option<Result<Bytes, Error>> {
        let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left.start = self.left.start.saturating_add(read);
        self.piece = self.piece.saturating_mul(GROWTH).min(LONGEST);
        (!bytes.is_empty()).then_some(Ok(bytes))
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
            if let Some(bytes) = read_cached(&this.root, &this.file, this.left.start, size) {
                return Poll::Ready(this.hand_out(bytes));
            }
            if let Err(error) = this.wait_for_disk(size) {
                return this.fail(error);
            }
        }
        let Some(work) = &mut this.waiting else { return Poll::Ready(None) };
        let done = ready!(Pin::new(work).poll(cx));
        this.waiting = None;
        match done {
            Ok(Ok(bytes)) => Poll::Ready(this.hand_out(bytes)),
            Ok(Err(error)) => this.fail(this.site.failed(error)),
            Err(lost) => this.fail(blocking::lost_work(&this.site, lost)),
        }
    }
}

/// Reads what the kernel has in memory; `None` when it would have to wait for the disk.
///
/// Fewer bytes than asked for are what was there before a gap; none at all are the end of the file.
pub(super) fn read_cached(root: &Root, file: &File, start: u64, size: usize) -> Option<Bytes> {
    if !root.reads_cached() {
        return None;
    }
    let mut space = root.spaces.take(size);
    match preadv2(file, &mut [IoSliceMut::new(space.room())], start, ReadWriteFlags::NOWAIT) {
        Ok(count) => Some(space.into_bytes(count)),
        Err(errno) => {
            if matches!(errno, Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) {
                root.give_up_cached_reads(file);
            }
            None // any other error is reported by the read that waits
        }
    }
}

/// Reads `size` bytes, or fewer at the end of the file.
pub(super) fn read_waiting(spaces: &Spaces, file: &File, start: u64, size: usize) -> io::Result<Bytes> {
    let mut space = spaces.take(size);
    let mut count = 0;
    while let Some(rest) = rest(&mut space, count) {
        let offset = start.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        match file.read_at(rest, offset) {
            Ok(0) => break,
            Ok(read) => count = count.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(space.into_bytes(count))
}

/// The room that is still to be filled, if any.
fn rest(space: &mut Space, count: usize) -> Option<&mut [u8]> {
    space.room().get_mut(count..).filter(|rest| !rest.is_empty())
}
