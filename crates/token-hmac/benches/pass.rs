//! Minting and verifying, beside the HMAC that neither can do without.
//!
//! Without arguments it prints the time of each; with the name of one it hands that one in to `cargo xtask bench`; with a
//! number of calls too it makes so many and measures nothing, for those who count instructions.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "benchmark")]
#![expect(clippy::disallowed_methods, reason = "measures the crate, which itself reads no clock")]

use std::hint::black_box;
use std::time::{Duration, Instant, SystemTime};

use object_key::ObjectKey;
use ring::hmac;
use token_hmac::{
    Audience, KeyId, KeyRing, Method, PassSpec, Passes, Presented, Purpose, Secret, Unverified,
};

/// Of the bytes under the MAC, what is neither the audience (`/media/`) nor the object's key.
const FRAME: usize = 47;

const TASKS: [&str; 4] = ["hmac", "mint", "verify", "parse"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.as_slice() {
        [] => {
            for task in TASKS {
                println!("{task}: {:.0} ns", nanoseconds(&mut work(task)));
            }
        }
        [task] => {
            println!("{{\"figure\": {}}}", nanoseconds(&mut work(task)));
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap(); // whoever started this ends it
        }
        [task, calls, ..] => work(task)(calls.parse().unwrap()),
    }
}

/// Returns the time of a call in the fastest tenth of many short batches: what it takes when nothing else runs.
///
/// A hash waits for itself, and so it hardly matters to it what else its core does; what is around it would be made slower
/// by a busy neighbour, and the ratio would be the neighbour's.
fn nanoseconds(work: &mut dyn FnMut(u32)) -> f64 {
    const BATCH: u32 = 1_000;
    work(BATCH);
    let mut batches: Vec<Duration> = std::iter::repeat_with(|| {
        let begun = Instant::now();
        work(BATCH);
        begun.elapsed()
    })
    .take(1_000)
    .collect();
    batches.sort();
    let fast = batches.get(batches.len() / 10).copied().unwrap_or_default();
    fast.as_secs_f64() * 1e9 / f64::from(BATCH)
}

/// Prepares a task, keys and all; it is then done as often as one says.
fn work(task: &str) -> Box<dyn FnMut(u32)> {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_000_001);
    let expires = now + Duration::from_hours(1);
    let key = ObjectKey::parse("users/42/albums/2026/photo-0001.jpg").unwrap();
    let ring = KeyRing::new(KeyId::parse("2026-11").unwrap(), Secret::new([7; 32]).unwrap());
    let passes = Passes::new(&ring, Purpose::Download, &Audience::new("/media/").unwrap());
    let pass = passes.mint(&PassSpec::object(&key), expires, now).unwrap();
    match task {
        "hmac" => {
            let raw = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
            let message = vec![7; FRAME + "/media/".len() + key.as_str().len()];
            repeat(move || hmac::sign(&raw, black_box(&message)))
        }
        "mint" => repeat(move || passes.mint(&PassSpec::object(black_box(&key)), expires, now).unwrap()),
        "verify" => repeat(move || {
            let request = Presented::new(Method::Get, black_box(&key));
            passes.verify(black_box(pass.expose()), &request, now).unwrap()
        }),
        "parse" => repeat(move || Unverified::parse(black_box(pass.expose())).unwrap()),
        other => unreachable!("no task `{other}`"),
    }
}

fn repeat<T: 'static>(mut call: impl FnMut() -> T + 'static) -> Box<dyn FnMut(u32)> {
    Box::new(move |calls| (0..calls).for_each(|_| drop(black_box(call()))))
}
