//! S17 and S18: ten thousand ranges, and ranges without end.

use std::fs::File;
use std::thread;
use std::time::{Duration, Instant};

use super::client::Client;
use super::sight::{Attacked as _, Scale, serve};
use crate::sandbox::Sandbox;
use crate::server::Server;

const OBJECT: usize = 100_000;
const RANGES: u64 = 10_000;

/// The shapes that made other servers slow or large.
fn shapes() -> [(&'static str, String); 5] {
    let list = |range: &dyn Fn(u64) -> String| (0..RANGES).map(range).collect::<Vec<_>>().join(",");
    [
        ("one byte again and again", list(&|_| "0-0".to_owned())),
        ("every other byte", list(&|at| format!("{}-{}", 2 * at, 2 * at))),
        ("each around the one before", list(&|at| format!("0-{at}"))),
        ("everything again and again", list(&|_| "0-".to_owned())),
        ("the end again and again", list(&|at| format!("-{}", at + 1))),
    ]
}

/// As documented: more ranges than 64 are the whole object, once; a head beyond `max_header_size` is refused.
#[test]
fn s17_ten_thousand_ranges_cost_what_the_whole_object_does() {
    let sandbox = Sandbox::new();
    sandbox.write("media/public/a", vec![7; OBJECT]);
    let server = serve(&sandbox, "max_header_size = '1MiB'");
    let whole = cost(&server, "");
    for (shape, ranges) in shapes() {
        let cost = cost(&server, &format!("Range: bytes={ranges}\r\n"));
        println!("{shape}: {} bytes of header, {cost:?} of CPU; without ranges {whole:?}", ranges.len());
        assert!(
            cost < whole + Duration::from_millis(20),
            "{shape}: {cost:?} for a request, {whole:?} without"
        );
    }
    let (usual, plain) = (Sandbox::new(), "");
    usual.write("media/public/a", "x");
    let server = serve(&usual, plain);
    for (shape, ranges) in shapes() {
        let mut client = Client::connect(&server);
        // The server may have closed before all of it was sent.
        let _ = client.ask("/media/public/a", &format!("Range: bytes={ranges}\r\n"));
        assert_eq!(client.head().unwrap().status, 431, "{shape}");
    }
}

/// The processor time of one request, and the check that the whole object comes once.
fn cost(server: &Server, headers: &str) -> Duration {
    const REQUESTS: u32 = 100;
    let mut client = Client::connect(server);
    let took = server.vitals().cpu_of(|| {
        for _ in 0..REQUESTS {
            client.ask("/media/public/a", headers).unwrap();
            let head = client.head().unwrap();
            assert_eq!((head.status, head.length()), (200, OBJECT.try_into().unwrap()));
            client.take(head.length()).unwrap();
        }
    });
    took / REQUESTS
}

const MIB: u64 = 1 << 20;
const SPARSE: u64 = 10 << 30;
/// The bound of the threat model, in KiB.
const BOUND: u64 = 64 << 10;
const AT_ONCE: usize = 32;

#[test]
fn s18_ten_gibibytes_go_through_sixty_four_mebibytes() {
    let sandbox = Sandbox::new();
    sandbox.write("media/public/sparse", "");
    File::options().write(true).open(sandbox.path("media/public/sparse")).unwrap().set_len(SPARSE).unwrap();
    let server = serve(&sandbox, "");
    let vitals = server.vitals();
    let begun = Instant::now();

    let last = SPARSE - 1;
    let all = Scale::asked().pick(256 * MIB, SPARSE);
    asks_for(&server, "bytes=0-", &format!("bytes 0-{last}/{SPARSE}"), all);
    println!("bytes=0-: {} MiB taken in {:.1?}, peak {} KiB", all / MIB, begun.elapsed(), vitals.peak());
    let (suffix, middle) = (SPARSE - 64 * MIB, SPARSE / 2);
    asks_for(&server, &format!("bytes=-{}", 64 * MIB), &format!("bytes {suffix}-{last}/{SPARSE}"), 64 * MIB);
    asks_for(&server, &format!("bytes={middle}-"), &format!("bytes {middle}-{last}/{SPARSE}"), 64 * MIB);

    let each = Scale::asked().pick(16 * MIB, 256 * MIB);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| asks_for(&server, "bytes=0-", &format!("bytes 0-{last}/{SPARSE}"), each));
        }
    });
    println!("{AT_ONCE} at once, {} MiB each: peak {} KiB", each / MIB, vitals.peak());
    assert!(vitals.peak() < BOUND, "{} KiB", vitals.peak());

    takers_of_little(&server, Scale::asked().pick(20, 200));
    println!("{AT_ONCE} slow ones: peak {} KiB", vitals.peak());
    assert!(vitals.peak() < BOUND, "{} KiB", vitals.peak());
}

#[track_caller]
fn asks_for(server: &Server, range: &str, answered: &str, taken: u64) {
    let mut client = Client::connect(server);
    client.ask("/media/public/sparse", &format!("Range: {range}\r\n")).unwrap();
    let head = client.head().unwrap();
    assert_eq!((head.status, head.field("content-range")), (206, Some(answered)));
    client.take(taken).unwrap();
}

/// Readers that ask for everything and take a little now and then.
fn takers_of_little(server: &Server, rounds: u32) {
    let mut slow: Vec<Client> = (0..AT_ONCE).map(|_| Client::connect(server)).collect();
    for client in &mut slow {
        client.ask("/media/public/sparse", "Range: bytes=0-\r\n").unwrap();
        client.head().unwrap();
    }
    let memory: Vec<u64> = (0..rounds)
        .map(|_| {
            for client in &mut slow {
                client.take(4 << 10).unwrap();
            }
            thread::sleep(Duration::from_millis(50));
            server.vitals().memory()
        })
        .collect();
    let (first, last) = (memory[0], memory[memory.len() - 1]);
    assert!(last < first + (4 << 10), "it grows while they wait: {first} KiB, then {last} KiB");
}
