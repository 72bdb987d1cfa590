//! [`Buffer`]: the bytes of one part, copied only when several chunks make it up.

use bytes::{Bytes, BytesMut};

/// Small objects grow by doubling; what is larger than this is likely to fill a part.
const SMALL: usize = 256 * 1024;

/// The bytes of one part.
#[derive(Default)]
pub(crate) struct Buffer {
    only: Bytes,
    several: BytesMut,
}

impl Buffer {
    pub(crate) fn len(&self) -> usize {
        self.only.len().saturating_add(self.several.len())
    }

    /// Adds bytes, with room for `part` in all once it is clear that there will be many.
    pub(crate) fn push(&mut self, chunk: Bytes, part: usize) {
        if self.len() == 0 {
            self.only = chunk;
            return;
        }
        let all = self.len().saturating_add(chunk.len());
        let wanted = if all > SMALL { part.max(all) } else { all };
        self.several.reserve(wanted.saturating_sub(self.several.len()));
        self.several.extend_from_slice(&std::mem::take(&mut self.only));
        self.several.extend_from_slice(&chunk);
    }

    /// Takes all bytes.
    pub(crate) fn take(&mut self) -> Bytes {
        if self.several.is_empty() {
            return std::mem::take(&mut self.only);
        }
        std::mem::take(&mut self.several).freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_as_they_went_in() {
        let mut buffer = Buffer::default();
        assert_eq!(buffer.take(), "");
        buffer.push(Bytes::from_static(b"one"), 100);
        assert_eq!(buffer.take(), "one");
        for chunk in ["a", "b", "", "cd"] {
            buffer.push(Bytes::from_static(chunk.as_bytes()), 100);
        }
        assert_eq!(buffer.len(), 4);
        assert_eq!(buffer.take(), "abcd");
        assert_eq!(buffer.len(), 0);
    }

    #[test]
    fn one_chunk_is_not_copied() {
        let chunk = Bytes::from(vec![7; 1000]);
        let mut buffer = Buffer::default();
        buffer.push(chunk.clone(), 10_000);
        assert_eq!(buffer.take().as_ptr(), chunk.as_ptr());
    }
}
