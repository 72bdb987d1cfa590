//! [`Gzip`]: compresses on the way, and decides whether it was worth it.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

use crate::Keep;

/// What is compressed at once: always so much, so that the result does not depend on how the bytes came.
const BLOCK: usize = 64 * 1024;

/// The compressor holds so much back; before the end, that counts as if it could not be compressed.
const HELD_BACK: usize = 128 * 1024;

/// Compresses on the way.
pub(crate) struct Gzip {
    keep: Keep,
    /// So many bytes are kept until the decision.
    patience: u64,
    encoder: GzEncoder<Vec<u8>>,
    /// Bytes that do not fill a block yet.
    block: BytesMut,
    /// All bytes so far, while it is undecided which result is kept.
    plain: Option<BytesMut>,
}

/// What is to be sent.
pub(crate) enum Out {
    Nothing,
    Compressed(Bytes),
    /// The bytes as they came: compressing was not worth it, and ends here.
    Plain(Bytes),
}

impl Gzip {
    pub(crate) fn new(keep: Keep, patience: u64) -> Self {
        // No time, no name, no system: the same bytes give the same object.
        let encoder = GzBuilder::new().operating_system(255).write(Vec::new(), Compression::default());
        Self { keep, patience, encoder, block: BytesMut::new(), plain: Some(BytesMut::new()) }
    }

    /// Takes bytes, letting other tasks run between blocks.
    pub(crate) async fn write(&mut self, chunk: Bytes) -> io::Result<Out> {
        if let Some(plain) = &mut self.plain {
            plain.extend_from_slice(&chunk);
        }
        self.block.extend_from_slice(&chunk);
        while self.block.len() >= BLOCK {
            let block = self.block.split_to(BLOCK);
            self.encoder.write_all(&block)?;
            tokio::task::yield_now().await;
        }
        match self.plain.take() {
            Some(plain) if size(plain.len()) <= self.patience => {
                self.plain = Some(plain);
                Ok(Out::Nothing)
            }
            Some(plain) if !self.is_worth_it(&plain, HELD_BACK) => Ok(Out::Plain(plain.freeze())),
            _ => Ok(self.compressed()),
        }
    }

    fn is_worth_it(&self, plain: &[u8], held_back: usize) -> bool {
        self.keep == Keep::Always || self.encoder.get_ref().len().saturating_add(held_back) < plain.len()
    }

    /// Ends the stream.
    pub(crate) fn finish(&mut self) -> io::Result<Out> {
        let rest = self.block.split();
        self.encoder.write_all(&rest)?;
        self.encoder.try_finish()?;
        match self.plain.take() {
            Some(plain) if !self.is_worth_it(&plain, 0) => Ok(Out::Plain(plain.freeze())),
            _ => Ok(self.compressed()),
        }
    }

    fn compressed(&mut self) -> Out {
        let bytes = std::mem::take(self.encoder.get_mut());
        if bytes.is_empty() { Out::Nothing } else { Out::Compressed(bytes.into()) }
    }
}

fn size(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    async fn compress(text: &[u8], width: usize, keep: Keep, patience: u64) -> (Vec<u8>, bool) {
        let mut gzip = Gzip::new(keep, patience);
        let mut all = Vec::new();
        let mut plain = false;
        for chunk in text.chunks(width) {
            if plain {
                all.extend_from_slice(chunk);
                continue;
            }
            match gzip.write(Bytes::copy_from_slice(chunk)).await.unwrap() {
                Out::Nothing => {}
                Out::Compressed(bytes) => all.extend_from_slice(&bytes),
                Out::Plain(bytes) => {
                    plain = true;
                    all.extend_from_slice(&bytes);
                }
            }
        }
        if !plain {
            match gzip.finish().unwrap() {
                Out::Nothing => {}
                Out::Compressed(bytes) => all.extend_from_slice(&bytes),
                Out::Plain(bytes) => {
                    plain = true;
                    all.extend_from_slice(&bytes);
                }
            }
        }
        (all, plain)
    }

    fn text(length: u32) -> Vec<u8> {
        (0..length).flat_map(|number| format!("line {number}, and so on\n").into_bytes()).collect()
    }

    /// Bytes that no compressor makes smaller (xorshift).
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        };
        (0..length).map(|_| next()).collect()
    }

    #[tokio::test]
    async fn ds08_the_result_depends_on_the_bytes_alone() {
        let text = text(40_000);
        let (whole, plain) = compress(&text, text.len(), Keep::Smaller, 1 << 30).await;
        assert!(!plain && whole.len() < text.len() / 4);
        for (width, patience) in [(1000, 1 << 30), (65_536, 1 << 30), (70_001, 600_000), (999_999, 400_000)] {
            assert_eq!(compress(&text, width, Keep::Smaller, patience).await.0, whole, "{width} {patience}");
        }
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&whole[..]).read_to_end(&mut back).unwrap();
        assert!(back == text);
    }

    #[tokio::test]
    async fn d38_only_what_gets_smaller_is_compressed() {
        let noise = noise(3_000_000);
        for patience in [1 << 30, 1_000_000] {
            assert!(
                compress(&noise, 1000, Keep::Smaller, patience).await == (noise.clone(), true),
                "{patience}"
            );
        }
        assert!(!compress(&noise, 1000, Keep::Always, 1 << 30).await.1);
        assert_eq!(compress(b"", 1, Keep::Smaller, 100).await, (Vec::new(), true));
        assert_eq!(compress(b"x", 1, Keep::Smaller, 100).await, (b"x".to_vec(), true));
    }
}
