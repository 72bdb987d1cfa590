//! Writing: one request for what fits a part, parallel parts for the rest.

mod attempts;
mod background;
mod buffer;
mod condition;
mod describe;
mod gzip;
mod multipart;
mod single;
mod sink;

pub(crate) use background::Background;
pub(crate) use condition::Condition;
pub(crate) use describe::{Description, describe, protect};
pub(crate) use multipart::{Multipart, Target, runtime};
pub(crate) use single::put as put_single;

use bytes::Bytes;
use object_key::ObjectKey;
use store::{Error, ErrorKind, Fut, Operation, PutMode, PutOptions, Upload, Written, check_name};

use self::gzip::Gzip;
use self::sink::Sink;
use crate::bucket::Bucket;
use crate::error::Site;

/// Begins an upload. Nothing is sent before there is more than one part.
pub(crate) fn begin(bucket: &Bucket, key: &ObjectKey, options: PutOptions) -> Result<Box<dyn Upload>, Error> {
    let site = Site::new(Operation::Put, key);
    check_name(key, options.name_rule)
        .map_err(|reason| site.error(ErrorKind::InvalidName).with_source(reason))?;
    let parameters = bucket.parameters(key, &site)?;
    let mut description = Description::new(key, options.attributes, options.user, parameters, &site)?;
    let filter = Filter::choose(bucket, &description);
    description.own.upload = Some(crate::metadata::UploadName::random(&site)?);
    let sink = Sink::new(bucket.clone(), key.clone(), description, options.length, site.clone())?;
    Ok(Box::new(S3Upload { site, announced: options.length, received: 0, state: State::Open, filter, sink }))
}

/// An object on its way.
struct S3Upload {
    site: Site,
    announced: Option<u64>,
    /// The bytes that came, before compressing.
    received: u64,
    state: State,
    filter: Filter,
    sink: Sink,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// A write failed or was dropped midway, so that nobody knows what was taken.
    Spent,
}

/// What bytes go through before they are sent.
enum Filter {
    Plain,
    Gzip(Box<Gzip>),
}

impl Filter {
    fn choose(bucket: &Bucket, description: &Description) -> Self {
        let fields = &description.fields;
        let gzip = &bucket.settings().gzip;
        if fields.content_encoding.is_none() && gzip.covers(fields.content_type.as_deref()) {
            return Self::Gzip(Box::new(Gzip::new(gzip.keep, bucket.transfer().part_size)));
        }
        Self::Plain
    }
}

impl S3Upload {
    async fn take(&mut self, chunk: Bytes) -> Result<(), Error> {
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.received = self.received.saturating_add(length);
        if self.announced.is_some_and(|announced| self.received > announced) {
            return Err(self.mismatch());
        }
        match &mut self.filter {
            Filter::Plain => self.sink.write(chunk).await,
            Filter::Gzip(gzip) => {
                let out = gzip
                    .write(chunk)
                    .await
                    .map_err(|error| self.site.broken("gzip failed").with_source(error))?;
                self.pass_on(out, self.announced).await
            }
        }
    }

    /// Sends what the compressor lets go of.
    async fn pass_on(&mut self, out: gzip::Out, logical_size: Option<u64>) -> Result<(), Error> {
        match out {
            gzip::Out::Nothing => Ok(()),
            gzip::Out::Compressed(bytes) => {
                self.sink.encoded(logical_size);
                self.sink.write(bytes).await
            }
            gzip::Out::Plain(bytes) => {
                self.filter = Filter::Plain;
                self.sink.write(bytes).await
            }
        }
    }

    async fn close(&mut self, mode: PutMode) -> Result<Written, Error> {
        if self.state == State::Spent {
            return Err(self.site.broken("an earlier write failed or was broken off"));
        }
        if self.announced.is_some_and(|announced| self.received != announced) {
            return Err(self.mismatch());
        }
        if let Filter::Gzip(gzip) = &mut self.filter {
            let out = gzip.finish().map_err(|error| self.site.broken("gzip failed").with_source(error))?;
            self.pass_on(out, Some(self.received)).await?;
        }
        self.sink.finish(mode).await
    }

    fn mismatch(&self) -> Error {
        let announced = self.announced.unwrap_or_default();
        let detail = format!("{announced} bytes were announced, {} came", self.received);
        self.site.error(ErrorKind::LengthMismatch).with_detail(detail)
    }
}

impl Upload for S3Upload {
    fn write(&mut self, chunk: Bytes) -> Fut<'_, ()> {
        // Stays spent if the future is dropped before it is done, or before it is begun.
        let before = std::mem::replace(&mut self.state, State::Spent);
        Box::pin(async move {
            if before == State::Spent {
                return Err(self.site.broken("an earlier write failed or was broken off"));
            }
            let taken = self.take(chunk).await;
            match taken {
                Ok(()) => self.state = State::Open,
                Err(_) => self.sink.abort().await,
            }
            taken
        })
    }

    fn finish(mut self: Box<Self>, mode: PutMode) -> Fut<'static, Written> {
        Box::pin(async move {
            let written = self.close(mode).await;
            if written.is_err() {
                self.sink.abort().await;
            }
            written
        })
    }
}
