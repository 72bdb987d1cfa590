//! Reading: what the kernel has in memory is served on the spot, the rest by the blocking pool.

mod body;
mod recent;
mod space;

use std::fs::File;
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

pub(crate) use crate::read::recent::Recent;
pub(crate) use crate::read::space::Spaces;

/// A body up to this size is read at once, so that an answer can be sent whole.
const SMALL: u64 = 64 * 1024;

/// An opened object and what is known of it.
struct Opened {
    file: Arc<File>,
    metadata: Metadata,
}

/// Looks up an object and opens what is asked for.
pub(crate) async fn get(root: &Arc<Root>, key: &ObjectKey, ask: &Get) -> Result<Got, Error> {
    let site = Site::existing(Operation::Get, key);
    let Opened { file, metadata } = open(root, key, &site).await?;
    let plan = ask.plan(&metadata);
    let body = match wanted(&plan, &metadata) {
        Some(range) if length(&range) <= SMALL => Body::from(read_small(root, file, range, &site).await?),
        Some(range) => Body::from_stream(FileBody::new(Arc::clone(root), file, range, site)),
        None => Body::empty(),
    };
    Ok(Got::from_plan(plan, metadata, |_| body))
}

async fn open(root: &Arc<Root>, key: &ObjectKey, site: &Site) -> Result<Opened, Error> {
    if let Some(opened) = root.recent.open(key) {
        return Ok(opened);
    }
    match root.open_object_cached(key) {
        Some(Err(Errno::MFILE | Errno::NFILE)) | None => {}
        Some(found) => return describe(root, key, found, site),
    }
    let (root, key) = (Arc::clone(root), key.clone());
    blocking::run(site.clone(), move |site| describe(&root, &key, open_waiting(&root, &key), site)).await
}

/// Opens an object wherever it lies; for want of descriptors, in place of the files that are kept open.
fn open_waiting(root: &Root, key: &ObjectKey) -> Result<ObjectFile, Errno> {
    match root.open_object(key) {
        Err(Errno::MFILE | Errno::NFILE) if root.recent.close_files() => root.open_object(key),
        found => found,
    }
}

fn describe(
    root: &Root,
    key: &ObjectKey,
    found: Result<ObjectFile, Errno>,
    site: &Site,
) -> Result<Opened, Error> {
    let object = found.map_err(|errno| site.failed(errno))?;
    Ok(root.recent.describe(key, object, root.attributes))
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
async fn read_small(
    root: &Arc<Root>,
    file: Arc<File>,
    range: Range<u64>,
    site: &Site,
) -> Result<Bytes, Error> {
    let wanted = usize::try_from(length(&range)).unwrap_or(0);
    if wanted == 0 {
        return Ok(Bytes::new());
    }
    match read_cached(root, &file, range.start, wanted) {
        Some(bytes) if bytes.len() == wanted => Ok(bytes),
        _ => {
            let root = Arc::clone(root);
            blocking::run(site.clone(), move |site| {
                read_waiting(&root.spaces, &file, range.start, wanted).map_err(|error| site.failed(error))
            })
            .await
        }
    }
}
