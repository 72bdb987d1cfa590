//! Reading what the store compressed (DS8).

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::GzDecoder;
use futures_util::{TryStreamExt, stream};
use object_key::ObjectKey;
use store::{Body, Error, ErrorKind, FieldValue, Get, Got, Operation, Store};

use crate::error::Site;

/// Reads a whole object, decompressed if its content encoding is gzip.
pub(crate) async fn read_decoded(store: &impl Store, key: &ObjectKey, cap: u64) -> Result<Body, Error> {
    let site = Site::existing(Operation::Get, key);
    let Got::Object(object) = store.get(key, &Get::default()).await? else {
        return Err(site.broken("the store saw a precondition where none was"));
    };
    let encoding = object.metadata.attributes.content_encoding.as_ref().map_or("", FieldValue::as_str);
    if !encoding.eq_ignore_ascii_case("gzip") {
        return if object.metadata.size > cap { Err(too_large(&site, cap)) } else { Ok(object.body) };
    }
    if object.metadata.logical_size.is_some_and(|size| size > cap) {
        return Err(too_large(&site, cap));
    }
    let decoding = Decoding { body: Some(object.body), decoder: GzDecoder::new(Vec::new()), left: cap, site };
    let body = stream::try_unfold(decoding, |mut decoding| async move {
        let chunk = decoding.next().await?;
        Ok::<_, Error>(chunk.map(|chunk| (chunk, decoding)))
    });
    let body = Body::from_stream(body);
    Ok(match object.metadata.logical_size {
        Some(length) => body.exactly(length),
        None => body,
    })
}

fn too_large(site: &Site, cap: u64) -> Error {
    site.error(ErrorKind::TooLarge).with_detail(format!("at most {cap} bytes wanted"))
}

fn broken(site: &Site, error: io::Error) -> Error {
    site.broken("the gzip stream is broken").with_source(error)
}

/// How much is decompressed at once, which bounds what a chunk can swell to.
const PIECE: usize = 4096;

struct Decoding {
    body: Option<Body>,
    decoder: GzDecoder<Vec<u8>>,
    left: u64,
    site: Site,
}

impl Decoding {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some(body) = &mut self.body {
            if let Some(chunk) = body.try_next().await? {
                self.feed(&chunk)?;
            } else {
                self.body = None;
                self.decoder.try_finish().map_err(|error| broken(&self.site, error))?;
            }
            let decoded = self.take()?;
            if !decoded.is_empty() {
                return Ok(Some(decoded));
            }
        }
        Ok(None)
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<(), Error> {
        for piece in chunk.chunks(PIECE) {
            self.decoder.write_all(piece).map_err(|error| broken(&self.site, error))?;
            let held = u64::try_from(self.decoder.get_ref().len()).unwrap_or(u64::MAX);
            if held > self.left {
                return Err(too_large(&self.site, self.left));
            }
        }
        Ok(())
    }

    fn take(&mut self) -> Result<Bytes, Error> {
        let decoded = std::mem::take(self.decoder.get_mut());
        let length = u64::try_from(decoded.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(length).ok_or_else(|| too_large(&self.site, self.left))?;
        Ok(decoded.into())
    }
}
