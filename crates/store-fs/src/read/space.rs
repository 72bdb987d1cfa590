//! [`Spaces`]: memory to read into, kept from one reader for the next.

use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Memory up to this size is not kept: clearing it costs no more than fetching it.
const TINY: usize = 4 * 1024;

/// The sizes that are kept. A reader gets the least that is enough, so that whoever asks for little makes us hold little.
const SIZES: [usize; 3] = [16 * 1024, 64 * 1024, 256 * 1024];

/// How many bytes of each size are kept while nobody reads.
const KEPT: usize = 4 * 1024 * 1024;

/// The memory that the readers of one store hand on to each other.
///
/// Fresh memory has to be cleared before it is read into, and a large piece of it to be mapped page by page: together as
/// much work as copying the file.
#[derive(Debug)]
pub(crate) struct Spaces([Arc<Stock>; SIZES.len()]);

impl Spaces {
    /// Returns room for `length` bytes.
    pub(super) fn take(&self, length: usize) -> Space {
        match self.0.iter().find(|stock| length <= stock.size).filter(|_| length > TINY) {
            Some(stock) => {
                let memory = stock.kept().pop().unwrap_or_else(|| vec![0; stock.size]);
                Space { memory, length, home: Some(Arc::clone(stock)) }
            }
            None => Space { memory: vec![0; length], length, home: None },
        }
    }
}

impl Default for Spaces {
    fn default() -> Self {
        Self(SIZES.map(|size| Arc::new(Stock { size, kept: Mutex::default() })))
    }
}

/// Memory of one size.
struct Stock {
    size: usize,
    kept: Mutex<Vec<Vec<u8>>>,
}

impl Stock {
    fn put_back(&self, memory: Vec<u8>) {
        let mut kept = self.kept();
        if kept.len() < KEPT / self.size {
            kept.push(memory);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        // No code that can panic runs under the lock.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// SECURITY: what lies here was read from somebody's file (S15).
impl fmt::Debug for Stock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stock").field("size", &self.size).field("kept", &self.kept().len()).finish()
    }
}

/// Room for one read; dropped, it goes back to where it came from.
pub(super) struct Space {
    memory: Vec<u8>,
    length: usize,
    home: Option<Arc<Stock>>,
}

impl Space {
    /// Returns the room to read into.
    pub(super) fn room(&mut self) -> &mut [u8] {
        self.memory.get_mut(..self.length).unwrap_or_default()
    }

    /// Hands out the first `count` bytes: those that were read.
    // SECURITY: what is behind them was read from another file, for another reader.
    pub(super) fn into_bytes(mut self, count: usize) -> Bytes {
        self.length = self.length.min(count);
        if self.home.is_some() {
            return Bytes::from_owner(self);
        }
        self.memory.truncate(self.length);
        mem::take(&mut self.memory).into()
    }
}

impl AsRef<[u8]> for Space {
    fn as_ref(&self) -> &[u8] {
        self.memory.get(..self.length).unwrap_or_default()
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        if let Some(home) = self.home.take() {
            home.put_back(mem::take(&mut self.memory));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(spaces: &Spaces, length: usize, byte: u8) -> Space {
        let mut space = spaces.take(length);
        space.room().fill(byte);
        space
    }

    #[test]
    fn room_is_as_long_as_was_asked_for_and_shows_only_what_was_read() {
        let spaces = Spaces::default();
        for length in [0, 1, 4096, 4097, 16_384, 16_385, 65_536, 262_144, 262_145] {
            drop(filled(&spaces, length, b'x').into_bytes(length));
            let mut again = spaces.take(length);
            assert_eq!(again.room().len(), length);
            again.room().iter_mut().take(7).for_each(|byte| *byte = b'y');
            assert_eq!(again.into_bytes(7), vec![b'y'; length.min(7)]);
        }
    }

    #[test]
    fn memory_is_handed_on_and_not_hoarded() {
        let spaces = Spaces::default();
        let kept = |spaces: &Spaces| spaces.0.each_ref().map(|stock| stock.kept().len());
        let bytes = filled(&spaces, 10_000, 1).into_bytes(10_000);
        assert_eq!(kept(&spaces), [0, 0, 0]);
        drop((bytes.clone(), bytes));
        assert_eq!(kept(&spaces), [1, 0, 0]);
        drop(spaces.take(5_000));
        assert_eq!(kept(&spaces), [1, 0, 0]);
        let many: Vec<_> = (0..100).map(|_| spaces.take(200_000)).collect();
        drop(many);
        assert_eq!(kept(&spaces), [1, 0, 16]);
    }

    #[test]
    fn s15_what_was_read_does_not_show() {
        let spaces = Spaces::default();
        drop(filled(&spaces, 10_000, 0xAB));
        assert!(!format!("{spaces:?}").contains("171"));
    }
}
