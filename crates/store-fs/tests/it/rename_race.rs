//! S4 for real: directories and symlinks change places, under the hands of readers and writers.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use store::{CopyOptions, ErrorKind, PutMode, Store, When};
use store_fs::{FileStore, Without};

use crate::support::{Place, key, list_sizes, open, put, read};

/// How long it goes on.
const RACE: Duration = Duration::from_secs(10);
/// What is inside; too long for one piece of a body, and of another length than what is outside.
const INSIDE: usize = 100_000;

/// Under these names lie, by turns, our object and a way to `../other/secret.txt`.
const NAMES: [&str; 3] = ["album/secret.txt", "deep/er/album/secret.txt", "secret.txt"];

/// Both ways of looking names up, and two naive ones, in one and the same race: what the naive ones read shows that the
/// race is one.
#[test]
fn s04_nobody_is_led_out_by_names_that_change_places() {
    let place = Place::new();
    let pairs = plant(&place);
    let stores = [open(&place.root(), &[]), open(&place.root(), &[Without::Openat2])];
    let [trusting, checking] = [Tally::default(), Tally::default()];
    let tallies = [[Tally::default(), Tally::default()], [Tally::default(), Tally::default()]];
    let end = Instant::now() + RACE;
    thread::scope(|scope| {
        for pair in &pairs {
            scope.spawn(|| swap_until(end, pair));
        }
        scope.spawn(|| read_naively_until(end, &place, &trusting, |path, _| Some(path)));
        scope.spawn(|| read_naively_until(end, &place, &checking, path_below));
        for (store, [reading, writing]) in stores.iter().zip(&tallies) {
            scope.spawn(|| read_until(end, store, reading));
            scope.spawn(|| list_until(end, store));
            scope.spawn(|| write_until(end, store, writing));
        }
    });

    place.assert_outside_untouched();
    for (naive, tally) in [("trusting", &trusting), ("checking", &checking)] {
        assert!(tally.foreign() > 0, "the {naive} reader was not led out: this was no race: {tally:?}");
    }
    for (way, [reading, writing]) in ["openat2", "stepwise"].iter().zip(&tallies) {
        println!("{way}: reading {reading:?}, writing {writing:?}");
        assert!(reading.inside() > 10 && reading.refused() > 10, "{way}: {reading:?}");
        assert!(writing.inside() > 10 && writing.refused() > 10, "{way}: {writing:?}");
    }
    println!("naive: {trusting:?}, with a check before: {checking:?}");
}

/// What became of the looks at names.
#[derive(Debug, Default)]
struct Tally {
    inside: AtomicUsize,
    refused: AtomicUsize,
    foreign: AtomicUsize,
}

impl Tally {
    fn count(&self, seen: Result<(), ErrorKind>) {
        let counter = if seen.is_ok() { &self.inside } else { &self.refused };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn inside(&self) -> usize {
        self.inside.load(Ordering::Relaxed)
    }

    fn refused(&self) -> usize {
        self.refused.load(Ordering::Relaxed)
    }

    fn foreign(&self) -> usize {
        self.foreign.load(Ordering::Relaxed)
    }
}

/// Puts an object under each name, and beside it a symlink that leads out and is to change places with it.
fn plant(place: &Place) -> Vec<[PathBuf; 2]> {
    let outside = place.outside();
    let links = [("album", "../other".into()), ("deep/er/album", outside.clone())];
    let links = links.into_iter().chain([("secret.txt", PathBuf::from("../other/secret.txt"))]);
    let inside = "i".repeat(INSIDE);
    for name in NAMES {
        place.place_by_hand(name, &inside);
    }
    links
        .map(|(name, target)| {
            let link = place.file(format!("{name}.link"));
            std::os::unix::fs::symlink(target, &link).unwrap();
            [place.file(name), link]
        })
        .collect()
}

fn swap_until(end: Instant, [name, link]: &[PathBuf; 2]) {
    while Instant::now() < end {
        match renameat_with(CWD, name, CWD, link, RenameFlags::EXCHANGE) {
            // The file of this name was being deleted and put back.
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => panic!("{}: {errno}", name.display()),
        }
    }
}

/// Reads as a server does that joins paths. `choose` may look before it leaps.
fn read_naively_until(
    end: Instant,
    place: &Place,
    tally: &Tally,
    choose: impl Fn(PathBuf, &Path) -> Option<PathBuf>,
) {
    let root = place.root().canonicalize().unwrap();
    for name in NAMES.iter().cycle().take_while(|_| Instant::now() < end) {
        let bytes = choose(root.join(name), &root).and_then(|path| fs::read(path).ok());
        match bytes.as_deref() {
            Some(b"SECRET") => _ = tally.foreign.fetch_add(1, Ordering::Relaxed),
            seen => tally.count(seen.map(|_| ()).ok_or(ErrorKind::NotFound)),
        }
    }
}

/// The check that is usually made: where does this lead, and is it below the root?
fn path_below(path: PathBuf, root: &Path) -> Option<PathBuf> {
    path.canonicalize().is_ok_and(|found| found.starts_with(root)).then_some(path)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

fn read_until(end: Instant, store: &FileStore, tally: &Tally) {
    let runtime = runtime();
    for name in NAMES.iter().cycle().take_while(|_| Instant::now() < end) {
        let seen = runtime.block_on(read(store, name)).map(|text| {
            assert!(text.len() == INSIDE && text.bytes().all(|byte| byte == b'i'), "{name}: {text:.100}");
        });
        assert!(matches!(seen, Ok(()) | Err(ErrorKind::NotFound)), "{name}: {seen:?}");
        tally.count(seen);
    }
}

/// A listing that followed a link would show what is outside, which has another size.
fn list_until(end: Instant, store: &FileStore) {
    let runtime = runtime();
    while Instant::now() < end {
        for (name, size) in runtime.block_on(list_sizes(store)) {
            assert_eq!(size, u64::try_from(INSIDE).unwrap(), "{name}");
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn write_until(end: Instant, store: &FileStore, tally: &Tally) {
    let runtime = runtime();
    let inside = bytes::Bytes::from(vec![b'i'; INSIDE]);
    for name in NAMES.iter().cycle().take_while(|_| Instant::now() < end) {
        let (name, beside) = (key(name), key(&format!("{name}.new")));
        let done = runtime.block_on(async {
            put(store, name.as_str(), inside.clone(), PutMode::Overwrite).await?;
            let replacing = CopyOptions::default().with_mode(PutMode::Overwrite);
            store.copy(&name, &beside, replacing).await?;
            store.delete(&beside, When::Always).await?;
            store.delete(&name, When::Always).await?;
            put(store, name.as_str(), inside.clone(), PutMode::Overwrite).await
        });
        let done = done.map(|_| ()).map_err(|error| error.kind());
        assert!(matches!(done, Ok(()) | Err(ErrorKind::NotFound | ErrorKind::Conflict)), "{name}: {done:?}");
        tally.count(done);
    }
}
