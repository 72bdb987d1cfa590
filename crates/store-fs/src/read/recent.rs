//! [`Recent`]: what is known of objects that were read a moment ago, held against the file at every use.

use std::collections::HashMap;
use std::fs::File;
use std::mem;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use object_key::ObjectKey;
use store::Metadata;

use crate::file::{ObjectFile, Stamp};
use crate::read::Opened;
use crate::root::Attributes;

/// Of how many objects the metadata is remembered where no files are kept open.
const METADATA: usize = 1024;

/// How long anything is remembered: then the name is looked up, and the record read, as for the first time.
///
/// What happens to the file shows at once. What does not show by it, until then, is what happens to a directory above
/// it, which may be renamed, closed to us or mounted over while the file is kept open.
const LONGEST: Duration = Duration::from_secs(1);

/// A change that is fresher than this may be followed by another one at the very same time, as coarse clocks tell it.
const SETTLED: Duration = Duration::from_secs(2);

/// The metadata of objects read a moment ago, which spares reading their records, and perhaps their open files, which
/// spare opening them.
///
/// INVARIANT: nothing of it is believed unless the file says the same [`Stamp`] as then. One that was replaced, deleted,
/// renamed or changed, or whose record was, says another: its times or its size are different.
#[derive(Debug)]
pub(crate) struct Recent {
    files: Files,
    /// How many entries a generation has.
    capacity: usize,
    generations: Mutex<Generations>,
}

/// Whether files are kept open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Files {
    Closed,
    KeptOpen,
}

/// The latest entries and those before them, so that dropping old ones needs no order among them.
#[derive(Debug)]
struct Generations {
    young: HashMap<ObjectKey, Arc<Known>>,
    old: HashMap<ObjectKey, Arc<Known>>,
    turned: Instant,
}

#[derive(Debug)]
struct Known {
    stamp: Stamp,
    metadata: Metadata,
    file: Option<Arc<File>>,
    since: Instant,
}

impl Recent {
    /// Keeps at most so many files open, or none.
    pub(crate) fn new(open_files: Option<NonZeroUsize>) -> Self {
        let (files, entries) =
            open_files.map_or((Files::Closed, METADATA), |count| (Files::KeptOpen, count.get()));
        let generations = Generations { young: HashMap::new(), old: HashMap::new(), turned: Instant::now() };
        Self { files, capacity: (entries / 2).max(1), generations: Mutex::new(generations) }
    }

    /// Returns an object whose file is still open, unless anything has happened to it.
    pub(super) fn open(&self, key: &ObjectKey) -> Option<Opened> {
        if self.files == Files::Closed {
            return None;
        }
        let known = self.find(key)?;
        let file = known.file.as_ref()?;
        let (stamp, _) = Stamp::of(file).ok()?;
        let same = stamp == known.stamp;
        same.then(|| Opened { file: Arc::clone(file), metadata: known.metadata.clone() })
    }

    /// Finds out about an object just opened, and remembers it.
    pub(super) fn describe(&self, key: &ObjectKey, object: ObjectFile, attributes: Attributes) -> Opened {
        let ObjectFile { stamp, .. } = object;
        if let Some(known) = self.find(key).filter(|known| known.stamp == stamp) {
            return Opened { file: Arc::new(object.file), metadata: known.metadata.clone() };
        }
        let metadata = object.metadata(key, attributes);
        let file = Arc::new(object.file);
        if stamp.is_older_than(SETTLED, SystemTime::now()) {
            let kept = (self.files == Files::KeptOpen).then(|| Arc::clone(&file));
            let known = Known { stamp, metadata: metadata.clone(), file: kept, since: Instant::now() };
            self.remember(key.clone(), Arc::new(known));
        }
        Opened { file, metadata }
    }

    /// Closes the files that nobody reads; tells whether any was there to be closed.
    pub(super) fn close_files(&self) -> bool {
        let mut generations = self.generations();
        let dropped = (mem::take(&mut generations.young), mem::take(&mut generations.old));
        drop(generations);
        self.files == Files::KeptOpen && !(dropped.0.is_empty() && dropped.1.is_empty())
    }

    fn find(&self, key: &ObjectKey) -> Option<Arc<Known>> {
        let generations = self.generations();
        let known = generations.young.get(key).or_else(|| generations.old.get(key))?;
        (known.since.elapsed() < LONGEST).then(|| Arc::clone(known))
    }

    fn remember(&self, key: ObjectKey, known: Arc<Known>) {
        let mut generations = self.generations();
        let is_full = generations.young.len() >= self.capacity;
        let mut dropped = HashMap::new();
        if is_full || generations.turned.elapsed() > LONGEST {
            let young = mem::take(&mut generations.young);
            dropped = mem::replace(&mut generations.old, young);
            generations.turned = Instant::now();
        }
        let replaced = generations.young.insert(key, known);
        // Files are closed without the lock: that may take its time.
        drop(generations);
        drop((dropped, replaced));
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        // No code that can panic runs under the lock.
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
