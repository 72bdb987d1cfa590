//! S11, S14: what a forger can measure, in instructions and by the clock.
//!
//! Both ways judge the same operations, each with two classes of input that nobody may tell apart, and both have to see
//! the difference of a comparison that stops at the first wrong byte.
#![expect(clippy::disallowed_methods, reason = "measures the crate, which itself reads no clock")]

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use object_key::ObjectKey;

use super::Tag;
use crate::{Audience, KeyId, KeyRing, Method, PassSpec, Passes, Presented, Purpose, Refusal, Secret};

/// Something done to an input of the one class or the other.
#[derive(Clone, Copy, Debug)]
enum Operation {
    /// The comparison of tags: the first byte is wrong, or the last.
    Comparison,
    /// A whole verification: the tag's first byte is wrong, or its last.
    Verification,
    /// A whole verification: the tag is wrong, or the key id is unknown.
    KeyId,
    /// What the comparison must not be: the first byte is wrong, or the last.
    EarlyExit,
}

const OPERATIONS: [Operation; 4] =
    [Operation::Comparison, Operation::Verification, Operation::KeyId, Operation::EarlyExit];

/// What the operations need, made once.
struct Bench {
    passes: Passes,
    key: ObjectKey,
    now: SystemTime,
    tags: [[u8; Tag::LEN]; 2],
    forged: [String; 2],
    ids: [String; 2],
}

impl Bench {
    fn new() -> Self {
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(490_833);
        let key = ObjectKey::parse("users/42/albums/2026/photo-0001.jpg").unwrap();
        let ring = |id| KeyRing::new(KeyId::parse(id).unwrap(), Secret::new([7; 32]).unwrap());
        let passes = |id| Passes::new(&ring(id), Purpose::Download, &Audience::new("/media/").unwrap());
        let mint = |id| passes(id).mint(&PassSpec::object(&key), now + Duration::from_hours(1), now).unwrap();
        let pass = mint("2026-11").expose().to_owned();
        // The first and the last letter that hold nothing but bits of the tag.
        let forged = [pass.len() - 21, pass.len() - 2].map(|at| swap(&pass, at));
        let ids = [swap(&pass, pass.len() - 10), mint("2026-12").expose().to_owned()];
        let tags = [0, Tag::LEN - 1].map(|at| std::array::from_fn(|byte| if byte == at { 1 } else { 7 }));
        Self { passes: passes("2026-11"), key, now, tags, forged, ids }
    }

    fn refuse(&self, pass: &str) -> Refusal {
        self.passes.verify(pass, &Presented::new(Method::Get, &self.key), self.now).unwrap_err()
    }

    /// Does it to an input of a class, 0 or 1.
    fn run(&self, operation: Operation, class: usize) {
        let tag = black_box(&self.tags[class]);
        match operation {
            Operation::Comparison => {
                black_box(Tag::from_bytes(*tag).matches(black_box(&Tag::from_bytes([7; Tag::LEN]))));
            }
            Operation::EarlyExit => {
                black_box(tag.iter().zip(black_box(&[7; Tag::LEN])).all(|(one, other)| one == other));
            }
            Operation::Verification => drop(black_box(self.refuse(black_box(&self.forged[class])))),
            Operation::KeyId => drop(black_box(self.refuse(black_box(&self.ids[class])))),
        }
    }
}

/// The text with another letter at one place.
fn swap(text: &str, at: usize) -> String {
    let other = |(place, letter): (usize, char)| match (place == at, letter) {
        (true, 'A') => 'B',
        (true, _) => 'A',
        (false, letter) => letter,
    };
    text.chars().enumerate().map(other).collect()
}

#[test]
fn the_classes_are_what_they_are_called() {
    let bench = Bench::new();
    assert_eq!(bench.forged.each_ref().map(|pass| bench.refuse(pass)), [Refusal::BadTag; 2]);
    let [bad, unknown] = bench.ids.each_ref().map(|pass| bench.refuse(pass));
    assert_eq!(bad, Refusal::BadTag);
    assert!(matches!(unknown, Refusal::UnknownKey { .. }));
}

const CHILD: &str = "mac::constant_time::instructions_of_a_child";
const ASKED: &str = "TOKEN_HMAC_COUNTED";

/// Counts the instructions of one class by running this program again, in valgrind.
fn instructions(operation: usize, class: usize) -> u64 {
    let counted = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*counted*"])
        .arg(std::env::current_exe().unwrap())
        .args([CHILD, "--exact", "--ignored", "--test-threads=1"])
        .env(ASKED, format!("{operation}{class}"))
        .output()
        .expect("`valgrind` is needed: install it (`cargo xtask test` does)");
    let log = String::from_utf8_lossy(&counted.stderr);
    let count = log.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim());
    count.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("valgrind counted nothing:\n{log}"))
}

/// What is counted: everything below this function, and nothing of the test program around it.
#[inline(never)]
fn counted(bench: &Bench, operation: Operation, class: usize) {
    bench.run(operation, class);
}

#[test]
#[ignore = "counted by the test below, which starts it in valgrind"]
fn instructions_of_a_child() {
    let asked = std::env::var(ASKED).unwrap();
    let mut digits = asked.bytes().map(|digit| usize::from(digit - b'0'));
    let (operation, class) = (OPERATIONS[digits.next().unwrap()], digits.next().unwrap());
    counted(&Bench::new(), operation, class);
}

/// Instructions do not depend on what else the machine does, so that equal means equal.
#[test]
fn s11_s14_a_forger_counts_nothing() {
    for (number, operation) in OPERATIONS.into_iter().enumerate() {
        let [one, other] = [0, 1].map(|class| instructions(number, class));
        assert!(one > 10 && other > 10, "{operation:?}: {one} and {other} instructions");
        match operation {
            Operation::Comparison | Operation::Verification => assert_eq!(one, other, "{operation:?}"),
            // The id is looked for among few; a missing MAC would be half of it all.
            Operation::KeyId => assert!(one.abs_diff(other) * 100 < one, "{one} and {other}"),
            Operation::EarlyExit => assert!(one.abs_diff(other) > one / 2, "not seen: {one} and {other}"),
        }
    }
}

/// The statistics of dudect (Reparaz, Balasch, Verbauwhede 2017): times of both classes in random turns, the slowest cut
/// off at several marks, and Welch's t of what is left. Returns the largest t, with the difference of the means in
/// percent.
fn dudect(bench: &Bench, operation: Operation, seed: u64) -> (f64, f64) {
    const SAMPLES: usize = 60_000;
    let mut random = seed;
    let samples: Vec<(usize, f64)> = std::iter::repeat_with(|| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let class = usize::from(random >> 63 == 1);
        let begun = Instant::now();
        for _ in 0..8 {
            bench.run(operation, class);
        }
        (class, begun.elapsed().as_secs_f64() * 1e9)
    })
    .take(SAMPLES)
    .collect();
    let mut sorted: Vec<f64> = samples.iter().map(|(_, time)| *time).collect();
    sorted.sort_by(f64::total_cmp);
    let marks = [50, 70, 80, 90, 95].map(|percent| sorted[SAMPLES * percent / 100]);
    let results = marks.map(|mark| welch(samples.iter().filter(|(_, time)| *time <= mark)));
    results.into_iter().max_by(|one, other| one.0.total_cmp(&other.0)).unwrap()
}

fn welch<'a>(samples: impl Iterator<Item = &'a (usize, f64)>) -> (f64, f64) {
    // Welford's method: count, mean, sum of squared differences.
    let mut classes = [(0.0, 0.0, 0.0); 2];
    for (class, time) in samples {
        let (count, mean, squares) = &mut classes[*class];
        *count += 1.0;
        let difference = time - *mean;
        *mean += difference / *count;
        *squares += difference * (time - *mean);
    }
    let [(n, mean, squares), (m, other_mean, other_squares)] = classes;
    let error = (squares / (n - 1.0) / n + other_squares / (m - 1.0) / m).sqrt();
    let difference = (mean - other_mean).abs();
    (difference / error.max(f64::EPSILON), difference / mean * 100.0)
}

/// Above this, chance is out of the question (dudect's own mark for "probably leaks" is 10).
const LEAK: f64 = 10.0;

/// A neighbour on the machine can make a difference once. A leak is there every time: only what shows in each of five
/// attempts counts, and to show it must be more than a hundredth of what is timed.
fn leaks(operation: Operation) -> bool {
    let bench = Bench::new();
    (1..=5).all(|seed| {
        let (t, percent) = dudect(&bench, operation, seed);
        println!("{operation:?}: t = {t:.1}, means differ by {percent:.2} %");
        t > LEAK && percent > 1.0
    })
}

#[test]
#[ignore = "asks the clock of a machine that should be quiet: `cargo xtask timing`"]
fn s11_s14_a_forger_measures_nothing() {
    assert!(leaks(Operation::EarlyExit), "the harness does not see a comparison that stops early");
    for operation in [Operation::Comparison, Operation::Verification, Operation::KeyId] {
        assert!(!leaks(operation), "{operation:?}");
    }
}
