//! Growth: from one connection to ten thousand, idle and busy. What each costs, and that there is no cliff.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::client::Client;
use super::sight::{Attacked as _, Scale, serve};
use crate::sandbox::Sandbox;
use crate::server::Server;

const SMALL: &str = "/media/public/small";
const LARGE: &str = "/media/public/large";

/// What one crowd came to.
struct Crowd {
    clients: usize,
    /// KiB for each connection with nothing to do, with a request each again and again, and with an answer not taken.
    idle: f64,
    busy: f64,
    stalled: Option<f64>,
    per_second: f64,
}

#[test]
fn ten_thousand_connections_cost_little_each_and_slow_nobody_down() {
    let sizes = Scale::asked().pick(&[1, 10, 100, 400][..], &[1, 10, 100, 1_000, 10_000]);
    raise_descriptor_limit();
    let sandbox = Sandbox::new();
    sandbox.write("media/public/small", vec![7; 4096]);
    sandbox.write("media/public/large", vec![7; 8 << 20]);
    let crowds: Vec<Crowd> = sizes.iter().map(|clients| gather(&sandbox, *clients)).collect();
    println!("connections   KiB idle   KiB busy   KiB stalled   requests/s");
    for Crowd { clients, idle, busy, stalled, per_second } in &crowds {
        let stalled = stalled.map_or("-".to_owned(), |stalled| format!("{stalled:.1}"));
        println!("{clients:>11} {idle:>10.1} {busy:>10.1} {stalled:>13} {per_second:>12.0}");
    }
    let best = crowds.iter().map(|crowd| crowd.per_second).fold(0.0, f64::max);
    for crowd in crowds.iter().filter(|crowd| crowd.clients >= 100) {
        let Crowd { clients, idle, busy, per_second, .. } = *crowd;
        assert!(idle < 64.0 && busy < 96.0, "{clients}: {idle:.1} KiB idle, {busy:.1} KiB busy");
        // As documented, and the connection beside it.
        assert!(crowd.stalled.is_none_or(|stalled| stalled < 400.0), "{clients}: {:?}", crowd.stalled);
        assert!(per_second * 4.0 > best, "{clients}: {per_second:.0} requests per second, {best:.0} at best");
    }
}

/// Brings so many clients together, at a server of their own.
fn gather(sandbox: &Sandbox, clients: usize) -> Crowd {
    // Ten thousand take a while to come, and the first are not to be ended before the last are there.
    let limits = "max_connections = 12000, header_timeout = '10m', idle_timeout = '10m', rate_window = '10m'";
    let server = serve(sandbox, limits);
    let base = warm(&server);
    let each = |memory: u64| real(memory.saturating_sub(base)) / real(clients);
    let mut connected = connect(&server, clients);
    round(&mut connected, SMALL);
    let idle = each(server.vitals().memory());
    let (begun, lasting) =
        (Instant::now(), Scale::asked().pick(Duration::from_millis(500), Duration::from_secs(5)));
    let mut requests = 0;
    while begun.elapsed() < lasting {
        round(&mut connected, SMALL);
        requests += clients;
    }
    let per_second = real(requests) / begun.elapsed().as_secs_f64();
    let busy = each(server.vitals().peak());
    drop((connected, server));
    // No more answers may be open at once, whatever the number of connections.
    let stalled = (clients <= 4096).then(|| stalled(sandbox, limits, clients));
    Crowd { clients, idle, busy, stalled, per_second }
}

/// The memory for each connection on which a long answer has begun and is not taken.
fn stalled(sandbox: &Sandbox, limits: &str, clients: usize) -> f64 {
    let server = serve(sandbox, limits);
    let base = warm(&server);
    let mut connected = connect(&server, clients);
    for client in &mut connected {
        client.ask(LARGE, "").unwrap();
    }
    for client in &mut connected {
        assert_eq!(client.head().unwrap().status, 200);
    }
    thread::sleep(Duration::from_millis(300));
    real(server.vitals().memory().saturating_sub(base)) / real(clients)
}

fn real(number: impl TryInto<u32>) -> f64 {
    number.try_into().map_or(f64::INFINITY, f64::from)
}

/// Has the server do everything once; returns its memory then.
fn warm(server: &Server) -> u64 {
    for target in [SMALL, LARGE] {
        assert_eq!(Client::connect(server).get(target).unwrap().0, 200);
    }
    server.vitals().memory()
}

fn connect(server: &Server, clients: usize) -> Vec<Client> {
    (0..clients).map(|_| Client::connect(server)).collect()
}

/// Has every client ask, all of them before the first reads its answer: all requests are open at once.
fn round(clients: &mut [Client], target: &str) {
    let part = clients.len().div_ceil(2);
    thread::scope(|scope| {
        for clients in clients.chunks_mut(part) {
            scope.spawn(|| {
                for client in clients.iter_mut() {
                    client.ask(target, "").unwrap();
                }
                for client in clients {
                    let length = client.head().unwrap().length();
                    client.take(length).unwrap();
                }
            });
        }
    });
}

/// Lets us, and the servers that we start, have as many descriptors as the system allows.
fn raise_descriptor_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}
