//! Reading: one GET with the range, judged from its own headers.
//!
//! Preconditions are never sent: servers disagree about combined ones with each other and with RFC 9110, and
//! [`Get::plan`] is what all stores go by.

mod body;
mod decode;

pub(crate) use decode::read_decoded;

use std::ops::Range;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumMode;
use object_key::ObjectKey;
use store::{Body, ByteRange, ETag, Error, ErrorKind, Get, Got, IfRange, Metadata, Operation, Plan, Want};

use crate::Checksums;
use crate::bucket::Bucket;
use crate::encryption::keyed;
use crate::error::{Cause, Site};
use crate::metadata::{Headers, headers};

/// An object that changes between each look and the request after it is given up on.
const LOOKS: u32 = 4;

pub(crate) async fn get(bucket: &Bucket, key: &ObjectKey, ask: &Get) -> Result<Got, Error> {
    let reader =
        Reader { bucket: bucket.clone(), key: key.clone(), site: Site::existing(Operation::Get, key) };
    // A GET would send the body of an object that the client most likely has.
    let likely_unchanged =
        ask.conditions.if_none_match.is_some() || ask.conditions.if_modified_since.is_some();
    let mut known = None;
    if ask.want == Want::Body && !likely_unchanged {
        let range = ask.range.filter(|_| ask.if_range != Some(IfRange::Never));
        match reader.try_get(ask, range).await? {
            Tried::Got(got) => return Ok(*got),
            Tried::Other(metadata) => known = metadata.map(|metadata| *metadata),
        }
    }
    for _ in 0..LOOKS {
        let metadata = match known.take() {
            Some(metadata) => metadata,
            None => reader.head().await?.into_metadata(&reader.site)?,
        };
        let range = match ask.plan(&metadata) {
            Plan::Whole => None,
            Plan::Part(_) => ask.range,
            plan => return Ok(Got::from_plan(plan, metadata, |_| Body::empty())),
        };
        if let Tried::Got(got) = reader.try_get(ask, range).await? {
            return Ok(*got);
        }
    }
    Err(reader.site.error(ErrorKind::Conflict).with_detail("the object changes faster than it can be read"))
}

/// The outcome of a GET.
enum Tried {
    /// The answer to what was asked.
    Got(Box<Got>),
    /// Another request is needed; what is known of the object.
    Other(Option<Box<Metadata>>),
}

/// Asks for one object.
#[derive(Clone)]
struct Reader {
    bucket: Bucket,
    key: ObjectKey,
    site: Site,
}

/// An answer with a body.
struct Fetched {
    metadata: Metadata,
    part: Option<Range<u64>>,
    body: ByteStream,
}

impl Reader {
    /// Sends a GET with `range` and holds its answer against what is asked.
    async fn try_get(&self, ask: &Get, range: Option<ByteRange>) -> Result<Tried, Error> {
        let Some(fetched) = self.fetch(range).await? else { return Ok(Tried::Other(None)) };
        let plan = ask.plan(&fetched.metadata);
        let sends = match &plan {
            Plan::Whole => Some(None),
            Plan::Part(part) => Some(Some(part.clone())),
            _ => None,
        };
        match sends {
            // The object is another than the one that the range was chosen for.
            Some(part) if part.is_none() && fetched.part.is_some() => {
                Ok(Tried::Other(Some(Box::new(fetched.metadata))))
            }
            Some(Some(_)) if fetched.part.is_none() && range.is_none() => Ok(Tried::Other(None)),
            Some(part) if part != fetched.part => {
                Err(self.site.broken("the answer has another range than was asked for"))
            }
            _ => Ok(Tried::Got(Box::new(self.answer(plan, fetched)))),
        }
    }

    fn answer(&self, plan: Plan, fetched: Fetched) -> Got {
        let Fetched { metadata, body, .. } = fetched;
        let etag = metadata.etag.clone();
        Got::from_plan(plan, metadata, |bytes| body::resuming(self.clone(), etag, bytes, body))
    }

    /// Sends a GET. Nothing when no byte lies in the range.
    async fn fetch(&self, range: Option<ByteRange>) -> Result<Option<Fetched>, Error> {
        let bucket = &self.bucket;
        // What is stored is the checksum of the whole object.
        let whole = range.is_none() && bucket.profile().checksums == Checksums::Sent;
        let request = bucket
            .client()
            .get_object()
            .bucket(bucket.name())
            .key(self.key.as_str())
            .set_expected_bucket_owner(bucket.owner())
            .set_checksum_mode(whole.then_some(ChecksumMode::Enabled))
            .set_range(range.map(range_header));
        let mut output = match keyed!(request, bucket.customer()).send().await {
            Ok(output) => output,
            Err(failure) if Cause::of(&failure).status() == 416 => return Ok(None),
            Err(failure) => return Err(self.site.failed(&failure)),
        };
        let length = self.size(output.content_length)?;
        let (size, part) = match output.content_range.as_deref() {
            None => (length, None),
            Some(text) => {
                let parsed = content_range(text)
                    .ok_or_else(|| self.site.broken("the range of the answer is malformed"))?;
                (parsed.1, Some(parsed.0))
            }
        };
        let metadata = headers!(output).into_metadata(size, &self.site)?;
        Ok(Some(Fetched { metadata, part, body: output.body }))
    }

    /// Sends a HEAD. Never with a range: some servers would apply it.
    async fn head(&self) -> Result<Head, Error> {
        let mut output = head_object(&self.bucket, &self.key)
            .send()
            .await
            .map_err(|failure| self.site.failed(&failure))?;
        let size = self.size(output.content_length)?;
        Ok(Head { headers: headers!(output), size, tags: output.tag_count.unwrap_or_default() })
    }

    fn size(&self, length: Option<i64>) -> Result<u64, Error> {
        let length = length.and_then(|length| u64::try_from(length).ok());
        length.ok_or_else(|| self.site.broken("the answer has no length"))
    }
}

fn head_object(
    bucket: &Bucket,
    key: &ObjectKey,
) -> aws_sdk_s3::operation::head_object::builders::HeadObjectFluentBuilder {
    let checksums = bucket.profile().checksums == Checksums::Sent;
    let request = bucket
        .client()
        .head_object()
        .bucket(bucket.name())
        .key(key.as_str())
        .set_expected_bucket_owner(bucket.owner())
        .set_checksum_mode(checksums.then_some(ChecksumMode::Enabled));
    keyed!(request, bucket.customer())
}

/// What a HEAD says.
pub(crate) struct Head {
    pub(crate) headers: Headers,
    pub(crate) size: u64,
    /// How many tags the object has, as far as the credentials may know.
    pub(crate) tags: i32,
}

impl Head {
    fn into_metadata(self, site: &Site) -> Result<Metadata, Error> {
        self.headers.into_metadata(self.size, site)
    }
}

/// Sends a HEAD for another operation.
pub(crate) async fn head(bucket: &Bucket, key: &ObjectKey, site: &Site) -> Result<Head, Error> {
    Reader { bucket: bucket.clone(), key: key.clone(), site: site.clone() }.head().await
}

fn range_header(range: ByteRange) -> String {
    match range {
        ByteRange::Closed { first, last } => format!("bytes={first}-{last}"),
        ByteRange::From(first) => format!("bytes={first}-"),
        ByteRange::Last(count) => format!("bytes=-{count}"),
    }
}

/// Reads `bytes 0-9/100` (RFC 9110 §14.4): the bytes sent, and the size of the whole.
fn content_range(text: &str) -> Option<(Range<u64>, u64)> {
    let (span, size) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = span.split_once('-')?;
    let (first, last, size) = (first.parse().ok()?, last.parse::<u64>().ok()?, size.parse().ok()?);
    let end = last.checked_add(1)?;
    (first < end && end <= size).then_some((first..end, size))
}

/// Tells whether an answer is about the version that it should be about.
fn is_version(metadata: &Metadata, etag: &ETag) -> bool {
    metadata.etag == *etag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(u64, u64, u64)>) {
        let found = content_range(text).map(|(span, size)| (span.start, span.end, size));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_content_range_is_read_or_refused() {
        check("bytes 0-9/100", Some((0, 10, 100)));
        check("bytes 99-99/100", Some((99, 100, 100)));
        check("bytes 0-100/100", None);
        check("bytes 5-4/100", None);
        check("bytes 0-18446744073709551615/18446744073709551615", None);
        check("bytes */100", None);
        check("bytes 0-9/*", None);
        check("0-9/100", None);
    }
}
