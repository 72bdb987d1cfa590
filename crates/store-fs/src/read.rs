//! Reading: what the kernel has in memory is served on the spot, the rest by the blocking pool.

mod body;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use object_key::ObjectKey;
use rustix::io::Errno;
use store::{Body, Error, Get, Got, Metadata, Operation, Plan};

use crate::blocking;
use crate::error::Site;
use crate::file::ObjectFile;
use crate::read::body::{FileBody, read_cached, read_waiting};
use crate::root::Root;

/// A body up to this size is read at once, so that an answer can be sent whole.
const SMALL: u64 = 64 * 1024;

/// An opened object and what is known of it.
struct Opened {
    object: ObjectFile,
    metadata: Metadata,
}

/// Looks up an object and opens what is asked for.
pub(crate) async fn get(root: &Arc<Root>, key: &ObjectKey, ask: &Get) -> Result<Got, Error> {
    let site = Site::existing(Operation::Get, key);
    let Opened { object, metadata } = open(root, key, &site).await?;
    let plan = ask.plan(&metadata);
    let body = match wanted(&plan, &metadata) {
        Some(range) if length(&range) <= SMALL => Body::from(read_small(root, object, range, &site).await?),
        Some(range) => Body::from_stream(FileBody::new(Arc::clone(root), object.file, range, site)),
        None => Body::empty(),
    };
    Ok(Got::from_plan(plan, metadata, |_| body))
}

async fn open(root: &Arc<Root>, key: &ObjectKey, site: &Site) -> Result<Opened, Error> {
    if let Some(found) = root.open_object_cached(key) {
        return describe(root, key, found, site);
    }
    let (root, key) = (Arc::clone(root), key.clone());
    blocking::run(site.clone(), move |site| describe(&root, &key, root.open_object(&key), site)).await
}

fn describe(
    root: &Root,
    key: &ObjectKey,
    found: Result<ObjectFile, Errno>,
    site: &Site,
) -> Result<Opened, Error> {
    let object = found.map_err(|errno| site.failed(errno))?;
    let metadata = object.metadata(key, root.attributes);
    Ok(Opened { object, metadata })
}

/// The bytes that a plan sends, if any.
fn wanted(plan: &Plan, metadata: &Metadata) -> Option<Range<u64>> {
    match plan {
        Plan::Whole => Some(0..metadata.size),
        Plan::Part(part) => Some(part.clone()),
        Plan::Head | Plan::NotModified | Plan::PreconditionFailed | Plan::Unsatisfiable => None,
    }
}

fn length(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}

/// Reads a short range; fewer bytes come back when the file ends before it, which the body then reports.
async fn read_small(root: &Root, object: ObjectFile, range: Range<u64>, site: &Site) -> Result<Bytes, Error> {
    let wanted = usize::try_from(length(&range)).unwrap_or(0);
    if wanted == 0 {
        return Ok(Bytes::new());
    }
    let mut bytes = bytes::BytesMut::new();
    match read_cached(root, &object.file, &mut bytes, range.start, wanted) {
        Some(count) if count == wanted => Ok(bytes.freeze()),
        _ => {
            blocking::run(site.clone(), move |site| {
                read_waiting(&object.file, &mut bytes, range.start, wanted)
                    .map_err(|error| site.failed(error))?;
                Ok(bytes.freeze())
            })
            .await
        }
    }
}
