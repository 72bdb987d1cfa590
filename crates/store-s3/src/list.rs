//! Listing, as a stream of entries that holds one page at most.

use std::time::{SystemTime, UNIX_EPOCH};
use std::vec;

use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types::EncodingType;
use futures_core::Stream;
use futures_util::stream;
use object_key::{ObjectKey, Prefix};
use percent_encoding::percent_decode_str;
use store::{Depth, Entry, Error, List, Listed, Operation};

use crate::Listing;
use crate::bucket::Bucket;
use crate::error::Site;
use crate::metadata::etag;

pub(crate) fn list(bucket: &Bucket, ask: List) -> impl Stream<Item = Result<Entry, Error>> + Send + 'static {
    let pager =
        Pager { bucket: bucket.clone(), ask, page: Vec::new().into_iter(), next: Next::First, last: None };
    stream::try_unfold(pager, |mut pager| async move {
        let entry = pager.next().await?;
        Ok(entry.map(|entry| (entry, pager)))
    })
}

struct Pager {
    bucket: Bucket,
    ask: List,
    page: vec::IntoIter<(Vec<u8>, Entry)>,
    next: Next,
    /// The name that was returned last; a prefix may come again on the next page.
    last: Option<Vec<u8>>,
}

/// Which page comes next.
enum Next {
    First,
    After(String),
    None,
}

impl Pager {
    async fn next(&mut self) -> Result<Option<Entry>, Error> {
        loop {
            for (name, entry) in self.page.by_ref() {
                if self.last.as_ref().is_none_or(|last| *last < name) {
                    self.last = Some(name);
                    return Ok(Some(entry));
                }
            }
            match std::mem::replace(&mut self.next, Next::None) {
                Next::First => self.turn(None).await?,
                Next::After(token) => self.turn(Some(token)).await?,
                Next::None => return Ok(None),
            }
        }
    }

    async fn turn(&mut self, token: Option<String>) -> Result<(), Error> {
        let bucket = &self.bucket;
        let encoded = bucket.profile().listing == Listing::Encoded;
        let site = Site::whole(Operation::List);
        let prefix = self.ask.prefix.as_str();
        let sent = bucket
            .client()
            .list_objects_v2()
            .bucket(bucket.name())
            .set_prefix((!prefix.is_empty()).then(|| prefix.to_owned()))
            .set_delimiter((self.ask.depth == Depth::Children).then(|| "/".to_owned()))
            .set_start_after(self.ask.after.clone().filter(|after| token.is_none() && !after.is_empty()))
            .set_encoding_type(encoded.then_some(EncodingType::Url))
            .set_continuation_token(token)
            .set_expected_bucket_owner(bucket.owner())
            .send()
            .await;
        let mut output = sent.map_err(|failure| site.failed(&failure))?;
        self.next = match output.next_continuation_token.take() {
            Some(token) if output.is_truncated == Some(true) => Next::After(token),
            _ => Next::None,
        };
        let mut page = read_page(&output, &site)?;
        // Not below the prefix but the prefix itself: the empty object that some programs make for a folder. And S3
        // counts a folder as coming after a name inside of it.
        let after = self.ask.after.as_deref().map(str::as_bytes);
        page.retain(|(name, _)| name != prefix.as_bytes() && after.is_none_or(|after| &**name > after));
        page.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        self.page = page.into_iter();
        Ok(())
    }
}

fn read_page(output: &ListObjectsV2Output, site: &Site) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
    // Servers that do not encode do not say that they do.
    let encoded = output.encoding_type() == Some(&EncodingType::Url);
    let decode = |name: &str| if encoded { decode(name) } else { name.as_bytes().to_vec() };
    let mut page = Vec::with_capacity(output.contents().len() + output.common_prefixes().len());
    for object in output.contents() {
        let name = decode(object.key().unwrap_or_default());
        let key = std::str::from_utf8(&name).ok().and_then(|name| ObjectKey::parse(name).ok());
        let entry = match key {
            None => Entry::Unaddressable(name.clone()),
            Some(key) => {
                let length = object.size().and_then(|length| u64::try_from(length).ok());
                let length = length.ok_or_else(|| site.broken("an object without size is listed"))?;
                let modified = object.last_modified().map_or(UNIX_EPOCH, system_time);
                Entry::Object(Listed { key, size: length, etag: etag(object.e_tag()), modified })
            }
        };
        page.push((name, entry));
    }
    for folder in output.common_prefixes() {
        let name = decode(folder.prefix().unwrap_or_default());
        let prefix = std::str::from_utf8(&name).ok().and_then(|name| Prefix::parse(name).ok());
        let entry = prefix.map_or_else(|| Entry::Unaddressable(name.clone()), Entry::Prefix);
        page.push((name, entry));
    }
    Ok(page)
}

/// Reads a name as S3 encodes it in listings: as in a form, with `+` for a space.
fn decode(name: &str) -> Vec<u8> {
    percent_decode_str(&name.replace('+', " ")).collect()
}

fn system_time(date: &DateTime) -> SystemTime {
    SystemTime::try_from(*date).unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(encoded: &str, plain: &[u8]) {
        assert_eq!(decode(encoded), plain, "{encoded}");
    }

    #[test]
    fn names_are_decoded_once() {
        check("a/b.txt", b"a/b.txt");
        check("a+b%2Bc", b"a b+c");
        check("%2520", b"%20");
        check("%C3%A9%01", "é\u{1}".as_bytes());
        check("%FF", b"\xff");
    }
}
