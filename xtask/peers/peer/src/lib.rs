//! What every contender that is a process of its own has in common: it measures one thing, prints `{"figure": …}`, and
//! then waits for the end of its standard input, so that whoever started it can look at the memory it took.

use std::error::Error;
use std::future::Future;
use std::io::{Write, stdin, stdout};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream::{self, StreamExt, TryStreamExt};

/// What may go wrong, which nobody here can mend.
pub type Failure = Box<dyn Error + Send + Sync>;

/// What comes from a network or a disk comes in chunks of this size.
pub const CHUNK: usize = 64 * 1024;

/// How many small objects are under way at once.
pub const AT_ONCE: usize = 16;

/// Hands in the figure, and stays to be looked at.
///
/// # Errors
/// When nobody listens.
pub fn hand_in(figure: f64) -> Result<(), Failure> {
    println!("{{\"figure\": {figure}}}");
    stdout().flush()?;
    std::io::copy(&mut stdin(), &mut std::io::sink())?;
    Ok(())
}

/// Measures how long `work` takes.
///
/// # Errors
/// Those of `work`.
pub async fn time(work: impl Future<Output = Result<(), Failure>>) -> Result<Duration, Failure> {
    let begun = Instant::now();
    work.await?;
    Ok(begun.elapsed())
}

/// Does something for each of `names`, [`AT_ONCE`] at a time, each in a task of its own as in a server.
///
/// # Errors
/// The first one of `work`.
pub async fn each<F>(names: Vec<String>, work: impl Fn(String) -> F) -> Result<(), Failure>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let tasks = stream::iter(names).map(|name| tokio::spawn(work(name))).buffer_unordered(AT_ONCE);
    tasks.map_err(Failure::from).try_for_each(std::future::ready).await
}

/// Returns `count` names that no other process and no other call uses.
pub fn fresh_names(count: usize) -> Vec<String> {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
    let place = format!("put/{}-{now}", std::process::id());
    (0..count).map(|number| format!("{place}/{number:06}.bin")).collect()
}

/// Returns bytes that nothing compresses: a plain generator, seeded always alike.
pub fn noise(length: usize) -> Bytes {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let words = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.flatten().take(length).collect()
}

/// Returns `length` bytes as a stream of chunks, which all share their memory.
pub fn chunks(length: usize) -> impl Iterator<Item = Bytes> + Send + 'static {
    let block = noise(CHUNK);
    let whole = std::iter::repeat_n(block.clone(), length / CHUNK);
    whole.chain(std::iter::once(block.slice(..length % CHUNK)).filter(|rest| !rest.is_empty()))
}
