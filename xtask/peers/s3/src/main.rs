//! `bench-s3 CONTENDER LINE ORIGIN`: one contender does one thing with the bucket `media` of an S3 server and hands in how
//! fast it was.
//!
//! Each is set up as its own documentation has it, with its defaults. `bench-s3 aws-sdk-s3 seed ORIGIN` puts there what
//! the others read.

mod hallpass;
mod object_store;
mod sdk;

use std::time::Duration;

use crate::object_store::Puts;
use ::store::PutMode;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use peer::{Failure, each, fresh_names, hand_in, noise, time};

const BUCKET: &str = "media";
const REGION: &str = "us-east-1";
/// Both the id of the key and its secret.
const KEY: &str = "test";

const LARGE: usize = 256 << 20;
const LARGE_NAME: &str = "large.bin";
const SMALL: usize = 16 << 10;
const SMALL_COUNT: usize = 1_000;
const LISTED: &str = "list/";
const LISTED_COUNT: usize = 10_000;

/// What every contender can do.
trait Contender: Send + Sync {
    /// Writes an object that comes as a stream of chunks, whose length is not known before.
    fn put_large(&self, name: String) -> BoxFuture<'_, Result<(), Failure>>;
    /// Writes an object that is in memory.
    fn put_small(&self, name: String, body: Bytes) -> BoxFuture<'_, Result<(), Failure>>;
    /// Reads an object as a stream; returns how many bytes came.
    fn get(&self, name: &str) -> BoxFuture<'_, Result<usize, Failure>>;
    /// Lists all below a prefix; returns how many.
    fn list(&self, prefix: &str) -> BoxFuture<'_, Result<usize, Failure>>;
    fn delete(&self, name: String) -> BoxFuture<'_, Result<(), Failure>>;
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, line, origin] = &*arguments else {
        return Err("usage: bench-s3 CONTENDER LINE ORIGIN".into());
    };
    let contender: Box<dyn Contender> = match name.as_str() {
        "hallpass" => Box::new(hallpass::connect(origin, PutMode::Create).await?),
        "hallpass-overwrite" => Box::new(hallpass::connect(origin, PutMode::Overwrite).await?),
        "aws-sdk-s3" => Box::new(sdk::connect(origin)),
        "object_store" => Box::new(object_store::connect(origin, Puts::Plain)?),
        "object_store-alike" => Box::new(object_store::connect(origin, Puts::Alike)?),
        other => return Err(format!("no contender `{other}`").into()),
    };
    // Tasks share it, and it lasts as long as the process.
    let contender: &'static dyn Contender = Box::leak(contender);
    match line.as_str() {
        "seed" => seed(contender).await,
        "put-large" => hand_in(mib_per_second(put_large(contender).await?)),
        "get-large" => hand_in(mib_per_second(get_large(contender).await?)),
        "put-small" => hand_in(per_second(SMALL_COUNT, put_small(contender).await?)),
        "list" => hand_in(per_second(LISTED_COUNT, list(contender).await?)),
        other => Err(format!("no line `{other}`").into()),
    }
}

async fn seed(contender: &'static dyn Contender) -> Result<(), Failure> {
    contender.put_large(LARGE_NAME.to_owned()).await?;
    let names = (0..LISTED_COUNT).map(|number| format!("{LISTED}{number:06}.bin")).collect();
    each(names, |name| contender.put_small(name, Bytes::from_static(b"listed"))).await
}

async fn put_large(contender: &'static dyn Contender) -> Result<Duration, Failure> {
    warm_up(contender).await?;
    let name = fresh_names(1).concat();
    let took = time(contender.put_large(name.clone())).await?;
    contender.delete(name).await?;
    Ok(took)
}

async fn get_large(contender: &'static dyn Contender) -> Result<Duration, Failure> {
    warm_up(contender).await?;
    time(async { expect(LARGE, contender.get(LARGE_NAME).await?) }).await
}

async fn put_small(contender: &'static dyn Contender) -> Result<Duration, Failure> {
    warm_up(contender).await?;
    let (names, body) = (fresh_names(SMALL_COUNT), noise(SMALL));
    let took = time(each(names.clone(), |name| contender.put_small(name, body.clone()))).await?;
    each(names, |name| contender.delete(name)).await?;
    Ok(took)
}

async fn list(contender: &'static dyn Contender) -> Result<Duration, Failure> {
    warm_up(contender).await?;
    time(async { expect(LISTED_COUNT, contender.list(LISTED).await?) }).await
}

/// Opens the connections, and finds out what is found out once.
async fn warm_up(contender: &'static dyn Contender) -> Result<(), Failure> {
    let names = fresh_names(2 * peer::AT_ONCE);
    each(names.clone(), |name| contender.put_small(name, Bytes::from_static(b"warm"))).await?;
    each(names, |name| contender.delete(name)).await
}

fn expect(wanted: usize, came: usize) -> Result<(), Failure> {
    if wanted == came { Ok(()) } else { Err(format!("{came} came instead of {wanted}").into()) }
}

fn mib_per_second(took: Duration) -> f64 {
    per_second(LARGE >> 20, took)
}

fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
