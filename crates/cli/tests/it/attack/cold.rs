//! Reads that wait for a slow disk, by the hundred, and those beside them that need no disk.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::client::Client;
use super::sight::Attacked as _;
use super::slow_disk::{self, DELAY, SIZE};
use crate::sandbox::Sandbox;
use crate::server::Server;

/// More than the blocking pool has threads.
const COLD: u64 = 600;
/// The most threads of a tokio runtime's blocking pool.
const POOL: usize = 512;

const TWO_STORES: &str = r#"
    stores.hot = { url = "file:media" }
    stores.cold = { url = "file:slow" }
    mounts."/media/" = { store = "hot", public = ["public/"] }
    mounts."/slow/" = { store = "cold", public = ["public/"] }
"#;
const ONE_STORE: &str = r#"
    stores.hot = { url = "file:media" }
    mounts."/media/" = { store = "hot", public = ["public/", "slow/public/"] }
"#;

#[test]
fn hot_reads_do_not_wait_for_cold_ones_of_another_store() {
    check("slow", TWO_STORES, "/slow/public");
}

#[test]
fn hot_reads_do_not_wait_for_cold_ones_of_a_disk_mounted_below_the_root() {
    check("media/slow", ONE_STORE, "/media/slow/public");
}

/// Asks for cold objects, more than are read at once, and meanwhile for hot ones of both kinds of bodies.
#[track_caller]
fn check(place: &str, config: &str, cold: &str) {
    let sandbox = Sandbox::new();
    sandbox.write("attacked.toml", config);
    sandbox.write("media/public/short", vec![b'h'; 4096]);
    sandbox.write("media/public/long", vec![b'h'; 1 << 20]);
    let room = slow_disk::mounted_at(&sandbox, place);
    let server = room.serve(&["--config", "attacked.toml"]);
    // It says where it listens before its threads are there.
    Client::connect(&server).get("/").unwrap();
    let before = server.vitals().held();
    let begun = Instant::now();
    assert_eq!(Client::connect(&server).get(&format!("{cold}/0")).unwrap(), (200, SIZE));
    assert!(begun.elapsed() >= DELAY, "the disk is not slow");

    let mut waiting: Vec<Client> = (0..COLD).map(|_| Client::connect(&server)).collect();
    for (number, client) in waiting.iter_mut().enumerate() {
        client.ask(&format!("{cold}/{number}"), "").unwrap();
    }
    let over = AtomicBool::new(false);
    let (mut hot, threads) = thread::scope(|scope| {
        let reading = scope.spawn(|| hot_until(&over, &server));
        let mut threads = 0;
        for client in &mut waiting {
            threads = threads.max(server.vitals().held().threads);
            let head = client.head().unwrap();
            assert_eq!((head.status, head.length()), (200, SIZE));
            client.take(SIZE).unwrap();
        }
        over.store(true, Ordering::Relaxed);
        (reading.join().unwrap(), threads)
    });
    hot.sort_unstable();
    let (median, longest) = (hot[hot.len() / 2], hot[hot.len() - 1]);
    println!(
        "{COLD} cold reads of {DELAY:?} took {:.1?} and {threads} threads; {} hot ones meanwhile: median {median:.1?}, \
         longest {longest:.1?}; peak {} KiB",
        begun.elapsed(),
        hot.len(),
        server.vitals().peak()
    );
    assert!(threads > POOL, "the pool was not full, so that nothing is shown: {threads} threads");
    assert!(threads <= before.threads + POOL, "{threads} threads");
    assert!(hot.len() > 100 && longest < DELAY / 2, "{} hot reads, longest {longest:.1?}", hot.len());
}

fn hot_until(over: &AtomicBool, server: &Server) -> Vec<Duration> {
    let mut client = Client::connect(server);
    let mut took = Vec::new();
    while !over.load(Ordering::Relaxed) {
        for (target, length) in [("/media/public/short", 4096), ("/media/public/long", 1 << 20)] {
            let begun = Instant::now();
            assert_eq!(client.get(target).unwrap(), (200, length));
            took.push(begun.elapsed());
        }
        thread::sleep(Duration::from_millis(5));
    }
    took
}
