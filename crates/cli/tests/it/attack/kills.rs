//! S40 for real: `kill -9` of writers, whenever it may come.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::chance::Chance;
use super::library::{Library, Version};
use super::sight::Scale;
use crate::sandbox::Sandbox;

const WRITERS: usize = 4;
const SIZES: [usize; 5] = [1, 5_000, 100_000, 1 << 20, LONGEST];
const LONGEST: usize = 4 << 20;
/// What everybody writes to.
const SHARED: &str = "shared/object";

/// A `hallpass put` that is to be killed.
struct Writer {
    child: Child,
    key: String,
    version: Version,
    dies_at: Instant,
}

/// How the writers came to their ends.
#[derive(Debug, Default)]
struct Ends {
    /// Killed, and the object was as before.
    before: usize,
    /// Killed, and the new object was there.
    after: usize,
    /// Done before they could be killed.
    done: usize,
    /// Killed with a file in staging.
    at_work: usize,
}

#[test]
fn s40_killed_writers_leave_whole_objects_and_nothing_else() {
    let sandbox = Sandbox::new();
    let library = Library::of(&sandbox);
    let mut chance = Chance::new();
    let kills = Scale::asked().pick(100, 500);
    let [shortest, longest] = [SIZES[0], LONGEST].map(|size| time_of_a_whole_put(&sandbox, &library, size));
    let mut known: BTreeMap<String, Version> = BTreeMap::new();
    let (mut ends, mut next) = (Ends::default(), 0);
    while ends.before + ends.after < kills {
        let writers = (0..WRITERS).map(|writer| {
            next += 1;
            let version = Version { number: next, size: chance.pick(&SIZES) };
            let (key, options) = match chance.below(3) {
                0 => (SHARED.to_owned(), &["--overwrite"][..]),
                1 => (format!("own/{writer}"), &["--overwrite"][..]),
                _ => (format!("new/{next}"), &[][..]),
            };
            // A short one is to be killed at work, too, and not only after it.
            let usual = if version.size == LONGEST { longest } else { shortest };
            start(&sandbox, writer, key, version, options, chance.moment(usual * 3 / 2))
        });
        let writers: Vec<Writer> = writers.collect();
        let written = await_ends(writers, &mut ends);
        ends.at_work += library.staged();
        check(&library, &mut known, written, &mut ends);
        if chance.below(10) == 0 {
            sandbox.run(&["gc"]).exits(0);
            library.assert_left_clean();
        }
    }
    println!("whole puts took {shortest:.0?} to {longest:.0?}; {ends:?}");
    assert!([ends.before, ends.after, ends.done, ends.at_work].iter().all(|count| *count > 0), "{ends:?}");
    sandbox.run(&["gc"]).exits(0);
    library.assert_left_clean();
}

/// Stores an object a few times and returns how long it may take.
fn time_of_a_whole_put(sandbox: &Sandbox, library: &Library, size: usize) -> Duration {
    let version = Version { number: 0, size };
    let took = (0..3).map(|_| {
        let begun = Instant::now();
        let mut writer =
            start(sandbox, 0, "first".to_owned(), version, &["--overwrite"], Duration::from_mins(1));
        assert!(writer.child.wait().unwrap().success());
        begun.elapsed()
    });
    let longest = took.max().unwrap();
    assert_eq!(library.version("first"), Some(version));
    sandbox.run(&["rm", "first"]).exits(0);
    longest
}

fn start(
    sandbox: &Sandbox,
    writer: usize,
    key: String,
    version: Version,
    options: &[&str],
    life: Duration,
) -> Writer {
    let file = format!("source-{writer}");
    sandbox.write(&file, version.bytes());
    let arguments = version.arguments(&file, &key, options);
    let mut command = sandbox.command(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    Writer { child, key, version, dies_at: Instant::now() + life }
}

/// What one round wrote to a key.
#[derive(Debug, Default)]
struct Written {
    killed: Vec<Version>,
    done: Vec<Version>,
}

/// Kills each at its time, and waits for all of them.
fn await_ends(mut writers: Vec<Writer>, ends: &mut Ends) -> BTreeMap<String, Written> {
    writers.sort_by_key(|writer| writer.dies_at);
    let mut written: BTreeMap<String, Written> = BTreeMap::new();
    for mut writer in writers {
        thread::sleep(writer.dies_at.saturating_duration_since(Instant::now()));
        writer.child.kill().unwrap(); // SIGKILL; nothing, when it has ended
        let status = writer.child.wait().unwrap();
        let to_key = written.entry(writer.key).or_default();
        match status.code() {
            None => to_key.killed.push(writer.version),
            Some(code) => {
                assert_eq!(code, 0);
                ends.done += 1;
                to_key.done.push(writer.version);
            }
        }
    }
    written
}

/// Checks every object against what may have become of it.
#[track_caller]
fn check(
    library: &Library,
    known: &mut BTreeMap<String, Version>,
    written: BTreeMap<String, Written>,
    ends: &mut Ends,
) {
    for (key, Written { killed, done }) in written {
        let (old, new) = (known.get(&key).copied(), library.version(&key));
        let is_old = new == old && done.is_empty();
        let is_new = new.is_some_and(|new| killed.contains(&new) || done.contains(&new));
        assert!(is_old || is_new, "{key} was {old:?}, is {new:?}; killed {killed:?}, done {done:?}");
        let after = killed.iter().filter(|version| Some(**version) == new).count();
        ends.after += after;
        ends.before += killed.len() - after;
        known.extend(new.map(|new| (key, new)));
    }
    let (names, known_names) = (library.names(), known.keys().cloned().collect::<Vec<_>>());
    assert_eq!(names, known_names, "what is visible is what was written");
}

/// The calls with which a writer changes what is on the disk, or takes part in that.
const CALLS: [&str; 10] = [
    "mkdirat",
    "openat2",
    "fchmod",
    "write",
    "fsetxattr",
    "utimensat",
    "fsync",
    "flock",
    "renameat",
    "renameat2",
];

/// Not by chance, but before each single call in turn.
#[test]
fn s40_a_writer_killed_before_any_of_its_system_calls_leaves_old_or_new() {
    let sandbox = Sandbox::new();
    let library = Library::of(&sandbox);
    let mut seen = BTreeMap::new();
    for mode in [&["--overwrite"][..], &[]] {
        for call in CALLS {
            let kills = kills_before(call, mode, &sandbox, &library);
            *seen.entry(call).or_insert(0) += kills;
        }
    }
    println!("killed before: {seen:?}");
    assert!(seen.values().all(|kills| *kills > 0), "some are never called: {seen:?}");
    sandbox.run(&["gc"]).exits(0);
    library.assert_left_clean();
}

/// Kills before the first such call, the second and so on, until there are no more; returns how many there were.
fn kills_before(call: &str, mode: &[&str], sandbox: &Sandbox, library: &Library) -> u64 {
    let new = Version { number: 2, size: 300_000 };
    let old = Version { number: 1, size: 10 };
    sandbox.write("old", old.bytes());
    sandbox.write("new", new.bytes());
    for count in 1.. {
        assert!(count < 100, "{call}: there is no end to them");
        let _ = fs::remove_dir_all(sandbox.path("media/a"));
        let before = (!mode.is_empty()).then_some(old);
        if before.is_some() {
            run(sandbox, &old.arguments("old", "a/b", &[]));
        }
        let mut traced = sandbox.program("strace");
        let inject = format!("--inject={call}:signal=KILL:when={count}");
        traced.args(["-f", "-o", "/dev/null", &inject, crate::sandbox::HALLPASS]);
        traced.args(new.arguments("new", "a/b", mode)).stdout(Stdio::null()).stderr(Stdio::null());
        let status = traced.status().expect("`strace` is needed: install it (`cargo xtask test` does)");
        let found = library.version("a/b");
        assert!(found == before || found == Some(new), "killed before {call} {count}: {found:?}");
        if status.success() {
            assert_eq!(found, Some(new));
            return count - 1;
        }
    }
    0
}

#[track_caller]
fn run(sandbox: &Sandbox, arguments: &[String]) {
    sandbox.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).exits(0);
}
