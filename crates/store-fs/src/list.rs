//! Listing: directories are walked in key order, a batch at a time.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use object_key::{ObjectKey, Prefix};
use rustix::io::Errno;
use store::{BoxStream, Depth, Entry, Error, ErrorKind, List, Listed, Operation};

use crate::blocking;
use crate::error::Site;
use crate::file::{ObjectFile, Stamp};
use crate::root::Root;
use crate::state;
use crate::walk::{self, MAX_DEPTH, Name};

/// So many entries are made before the reader is asked for more.
const BATCH: usize = 128;

/// Lists entries in the order of their names' bytes.
pub(crate) fn list(root: Arc<Root>, ask: List) -> BoxStream<'static, Result<Entry, Error>> {
    let batches = stream::unfold(Some(Walk::new(root, ask)), |walk| async {
        let mut walk = walk?;
        let worked = blocking::run(Site::whole(Operation::List), move |_| Ok((walk.batch(), walk))).await;
        match worked {
            Ok((batch, walk)) if batch.len() == BATCH => Some((batch, Some(walk))),
            Ok((batch, _)) => Some((batch, None)),
            Err(error) => Some((vec![Err(error)], None)),
        }
    });
    Box::pin(batches.flat_map(stream::iter))
}

/// A walk through the tree in the order of keys.
struct Walk {
    root: Arc<Root>,
    ask: List,
    site: Site,
    start: Start,
    /// The directories on the way to where the walk is.
    frames: Vec<Frame>,
}

/// Whether the first directory has been opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Due,
    Done,
}

/// A directory with the names that are still to come.
struct Frame {
    /// Empty for the root, else with a `/` at its end.
    path: Vec<u8>,
    names: std::vec::IntoIter<Name>,
}

impl Walk {
    fn new(root: Arc<Root>, ask: List) -> Self {
        let site = Site::whole(Operation::List);
        Self { root, ask, site, start: Start::Due, frames: Vec::new() }
    }

    /// Returns the next entries; fewer than [`BATCH`] at the end, or up to an error, which ends the walk.
    fn batch(&mut self) -> Vec<Result<Entry, Error>> {
        let mut batch = Vec::new();
        while batch.len() < BATCH {
            match self.next() {
                Ok(Some(entry)) => batch.push(Ok(entry)),
                Ok(None) => break,
                Err(error) => {
                    self.frames.clear();
                    batch.push(Err(error));
                    break;
                }
            }
        }
        batch
    }

    fn next(&mut self) -> Result<Option<Entry>, Error> {
        if self.start == Start::Due {
            self.start = Start::Done;
            self.descend(self.ask.prefix.as_str().into())?;
        }
        while let Some(frame) = self.frames.last_mut() {
            let Some(name) = frame.names.next() else {
                self.frames.pop();
                continue;
            };
            let path = [&frame.path, &*name].concat();
            let entry = if path.ends_with(b"/") { self.directory(path)? } else { self.object(path)? };
            if entry.is_some() {
                return Ok(entry);
            }
        }
        Ok(None)
    }

    fn directory(&mut self, path: Vec<u8>) -> Result<Option<Entry>, Error> {
        if path.len() > MAX_DEPTH {
            return Ok(Some(Entry::Unaddressable(path)));
        }
        match self.ask.depth {
            Depth::All => self.descend(path).map(|()| None),
            Depth::Children => self.folder(path),
        }
    }

    /// A folder exists through the objects below it, as in a store that has no directories.
    fn folder(&self, path: Vec<u8>) -> Result<Option<Entry>, Error> {
        let inside = path.strip_suffix(b"/").unwrap_or(&path);
        if !walk::holds_objects(&self.root.tree, inside).map_err(|errno| self.failed(errno, &path))? {
            return Ok(None);
        }
        let prefix = std::str::from_utf8(&path).ok().and_then(|text| Prefix::parse(text).ok());
        Ok(Some(prefix.map_or(Entry::Unaddressable(path), Entry::Prefix)))
    }

    /// Goes on with the names in a directory, if it is one and still there.
    fn descend(&mut self, path: Vec<u8>) -> Result<(), Error> {
        let inside = path.strip_suffix(b"/").unwrap_or(&path);
        if state::is_reserved(inside) {
            return Ok(());
        }
        let dir = match self.root.tree.open_dir(inside) {
            Err(errno) if self.site.failed(errno).kind() == ErrorKind::NotFound => return Ok(()),
            dir => dir.map_err(|errno| self.failed(errno, &path))?,
        };
        let names = match walk::sorted_names(&dir, |name| self.wants(&path, name)) {
            // The last object in it has just been deleted, and the directory with it.
            Err(Errno::NOENT) if !inside.is_empty() => return Ok(()),
            names => names.map_err(|errno| self.failed(errno, &path))?,
        };
        self.frames.push(Frame { path, names: names.into_iter() });
        Ok(())
    }

    /// Tells whether a name, or something below it, comes after what was asked for.
    fn wants(&self, dir: &[u8], name: &[u8]) -> bool {
        let Some(after) = self.ask.after.as_deref().map(str::as_bytes) else { return true };
        // Compares without putting the two parts together: there may be a million names.
        let order = dir.iter().chain(name).cmp(after);
        let leads_to_it = || {
            let below = after.strip_prefix(dir).and_then(|rest| rest.strip_prefix(name));
            self.ask.depth == Depth::All && name.ends_with(b"/") && below.is_some()
        };
        order.is_gt() || leads_to_it()
    }

    fn object(&self, path: Vec<u8>) -> Result<Option<Entry>, Error> {
        let key = std::str::from_utf8(&path).ok().and_then(|text| ObjectKey::parse(text).ok());
        let Some(key) = key else { return Ok(Some(Entry::Unaddressable(path))) };
        match self.root.open_object(&key) {
            Ok(object) => Ok(Some(Entry::Object(self.listed(key, &object)))),
            // The owner alone may read it: what its directory says has to do.
            Err(Errno::ACCESS | Errno::PERM) => self.closed_object(key),
            Err(errno) if self.site.failed(errno).kind() == ErrorKind::NotFound => Ok(None),
            Err(errno) => Err(self.failed(errno, &path)),
        }
    }

    fn listed(&self, key: ObjectKey, object: &ObjectFile) -> Listed {
        let Stamp { size, modified, .. } = object.stamp;
        Listed { key, size, etag: Some(object.etag(self.root.attributes)), modified: modified.to_system() }
    }

    fn closed_object(&self, key: ObjectKey) -> Result<Option<Entry>, Error> {
        match self.root.tree.open_closed(key.as_str().as_bytes()).and_then(ObjectFile::new) {
            Ok(object) => Ok(Some(Entry::Object(Listed { etag: None, ..self.listed(key, &object) }))),
            Err(errno) if self.site.failed(errno).kind() == ErrorKind::NotFound => Ok(None),
            Err(errno) => Err(self.site.failed(errno)),
        }
    }

    fn failed(&self, errno: Errno, path: &[u8]) -> Error {
        self.site.failed(errno).with_detail(format!("at `{}`", String::from_utf8_lossy(path).escape_debug()))
    }
}
