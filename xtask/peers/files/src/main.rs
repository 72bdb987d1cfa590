//! `bench-files CONTENDER LINE DIRECTORY`: one contender does one thing with files below DIRECTORY and hands in how fast it
//! was.
//!
//! New objects are created and never replaced, in folders that are there. `flushed` stands for contenders that have
//! flushed file and directory to the disk when a write returns. `bench-files hallpass seed DIRECTORY` puts there what is
//! read and listed.

mod arrow;
mod hallpass;
mod opendal;

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use peer::{Failure, each, fresh_names, hand_in, noise, time};

const LISTED: &str = "list/";
const LISTED_COUNT: usize = 10_000;

/// Whether a write waits for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Durability {
    Flushed,
    Unflushed,
}

/// What every contender can do.
trait Contender: Send + Sync {
    /// Creates an object from a stream of chunks.
    fn put(&self, name: String, body: Vec<Bytes>) -> BoxFuture<'_, Result<(), Failure>>;
    /// Reads a whole object into memory; returns how many bytes came.
    fn read(&self, name: String) -> BoxFuture<'_, Result<usize, Failure>>;
    /// Reads an object as a stream; returns how many bytes came.
    fn stream(&self, name: String) -> BoxFuture<'_, Result<usize, Failure>>;
    /// Lists all below a prefix with sizes and times; returns how many.
    fn list(&self, prefix: &str) -> BoxFuture<'_, Result<usize, Failure>>;
}

/// How large objects are, and how many of them make a measurement.
struct Load {
    name: &'static str,
    size: usize,
    puts: usize,
    gets: usize,
}

const LOADS: [Load; 3] = [
    Load { name: "4k", size: 4 << 10, puts: 1_000, gets: 20_000 },
    Load { name: "64k", size: 64 << 10, puts: 500, gets: 10_000 },
    Load { name: "16m", size: 16 << 20, puts: 16, gets: 64 },
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, line, directory] = &*arguments else {
        return Err("usage: bench-files CONTENDER LINE DIRECTORY".into());
    };
    let contender = contender(name, Path::new(directory))?;
    // Tasks share it, and it lasts as long as the process.
    let contender: &'static dyn Contender = Box::leak(contender);
    match line.as_str() {
        "seed" => return seed(contender).await,
        "list" => return hand_in(list(contender).await?),
        _ => {}
    }
    let (verb, size) = line.split_once('-').ok_or("the line has no size")?;
    let load = LOADS.iter().find(|load| load.name == size).ok_or("no such size")?;
    match verb {
        "put" => hand_in(put(contender, load).await?),
        "read" => hand_in(get(load, |name| contender.read(name)).await?),
        "stream" => hand_in(get(load, |name| contender.stream(name)).await?),
        other => Err(format!("no line `{other}`").into()),
    }
}

fn contender(name: &str, directory: &Path) -> Result<Box<dyn Contender>, Failure> {
    Ok(match name {
        "hallpass" => Box::new(hallpass::open(directory, Durability::Unflushed)?),
        "hallpass-flushed" => Box::new(hallpass::open(directory, Durability::Flushed)?),
        "object_store" => Box::new(arrow::open(directory, Durability::Unflushed)?),
        "object_store-flushed" => Box::new(arrow::open(directory, Durability::Flushed)?),
        "opendal" => Box::new(opendal::open(directory, Durability::Unflushed)?),
        "opendal-flushed" => Box::new(opendal::open(directory, Durability::Flushed)?),
        other => return Err(format!("no contender `{other}`").into()),
    })
}

async fn seed(contender: &'static dyn Contender) -> Result<(), Failure> {
    for load in &LOADS {
        contender.put(seeded(load), body(load.size)).await?;
    }
    let names = (0..LISTED_COUNT).map(|number| format!("{LISTED}{number:06}.bin")).collect();
    each(names, |name| contender.put(name, body(6))).await
}

fn seeded(load: &Load) -> String {
    format!("seed/{}.bin", load.name)
}

async fn put(contender: &'static dyn Contender, load: &Load) -> Result<f64, Failure> {
    let (names, body) = (fresh_names(load.puts + 1), body(load.size));
    // The folder is made, and the pool of threads.
    let (first, names) = names.split_first().ok_or("no names")?;
    contender.put(first.clone(), body.clone()).await?;
    let took = time(each(names.to_vec(), |name| contender.put(name, body.clone()))).await?;
    Ok(per_second(load.puts, took))
}

async fn get<F>(load: &Load, get: impl Fn(String) -> F) -> Result<f64, Failure>
where
    F: Future<Output = Result<usize, Failure>> + Send + 'static,
{
    let size = load.size;
    let one = |name| {
        let got = get(name);
        async move { expect(size, got.await?) }
    };
    each(vec![seeded(load); load.gets / 10], one).await?;
    let took = time(each(vec![seeded(load); load.gets], one)).await?;
    Ok(per_second(load.gets, took))
}

async fn list(contender: &'static dyn Contender) -> Result<f64, Failure> {
    const TIMES: usize = 5;
    let once = || async { expect(LISTED_COUNT, contender.list(LISTED).await?) };
    once().await?;
    let mut took = Duration::ZERO;
    for _ in 0..TIMES {
        took += time(once()).await?;
    }
    Ok(per_second(TIMES * LISTED_COUNT, took))
}

/// Returns the chunks of an object, as a network delivers them.
fn body(length: usize) -> Vec<Bytes> {
    if length < peer::CHUNK { vec![noise(length)] } else { peer::chunks(length).collect() }
}

fn expect(wanted: usize, came: usize) -> Result<(), Failure> {
    if wanted == came { Ok(()) } else { Err(format!("{came} came instead of {wanted}").into()) }
}

fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
