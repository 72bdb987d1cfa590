//! S29: slow clients of every kind (`slowhttptest`), beside honest ones who are not to notice.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::client::Client;
use super::sight::{Attacked as _, Scale, serve};
use crate::sandbox::Sandbox;
use crate::server::Server;

const LARGE: usize = 20 << 20;
const SMALL: usize = 100_000;

fn attacked(limits: &str) -> (Sandbox, Server) {
    let sandbox = Sandbox::new();
    sandbox.write("media/public/large", vec![7; LARGE]);
    sandbox.write("media/small", vec![7; SMALL]);
    let server = serve(&sandbox, limits);
    (sandbox, server)
}

/// A `slowhttptest` that runs. Dropped, it is ended.
struct Attack {
    child: Child,
    kind: String,
}

impl Attack {
    /// Starts so many slow clients of a kind for so long.
    fn start(sandbox: &Sandbox, server: &Server, kind: &str, clients: u32, lasting: Duration) -> Self {
        let mut command = sandbox.program("slowhttptest");
        let url = format!("{}/media/public/large", server.origin);
        let (clients, seconds) = (clients.to_string(), lasting.as_secs().to_string());
        command
            .args(kind.split(' '))
            .args(["-c", &clients, "-r", "400", "-p", "5", "-l", &seconds, "-u", &url]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let child = child.expect("`slowhttptest` is needed: install it (`cargo xtask test` does)");
        Self { child, kind: kind.to_owned() }
    }

    /// Waits for its end; returns what it reported last.
    fn report(mut self) -> String {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut self.child.stdout.take().unwrap(), &mut text).unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{}: {status}", self.kind);
        assert!(!text.contains("NO"), "{}: it saw the service unavailable: {text}", self.kind);
        let end = text.lines().find(|line| line.contains("Exit status")).unwrap_or(&text);
        format!("{}: {}", self.kind, end.trim())
    }
}

impl Drop for Attack {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Gets a private object over a new connection, again and again; returns how long each took.
fn honest_until(over: &AtomicBool, server: &Server) -> Vec<Duration> {
    let link = server.url.strip_prefix(&server.origin).unwrap();
    let mut took = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let got = Client::try_connect(server).and_then(|mut client| client.get(link));
        assert_eq!(got.unwrap(), (200, SMALL.try_into().unwrap()), "after {:?}", begun.elapsed());
        took.push(begun.elapsed());
        thread::sleep(Duration::from_millis(10));
    }
    took
}

/// Serves four honest clients while `attack` goes on; returns the median and the longest time of one request.
fn beside(server: &Server, attack: impl FnOnce()) -> (Duration, Duration) {
    let over = AtomicBool::new(false);
    let mut took: Vec<Duration> = thread::scope(|scope| {
        let honest: Vec<_> = (0..4).map(|_| scope.spawn(|| honest_until(&over, server))).collect();
        attack();
        over.store(true, Ordering::Relaxed);
        honest.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    took.sort_unstable();
    assert!(took.len() > 20, "{} requests", took.len());
    (took[took.len() / 2], took[took.len() - 1])
}

/// Heads that trickle (Slowloris), bodies that trickle, answers that are taken by drops, and the long `Range`.
const KINDS: [&str; 4] =
    ["-H -i 1 -x 24", "-B -i 1 -s 8192 -x 10", "-X -w 512 -y 1024 -n 1 -z 32", "-R -a 10 -b 3000 -t HEAD"];

#[test]
fn s29_honest_clients_do_not_notice_slow_ones() {
    let short = "header_timeout = '2s', idle_timeout = '3s', rate_window = '2s'";
    let (limits, clients, seconds) = Scale::asked().pick((short, 150, 8), ("", 250, 90));
    let (sandbox, server) = attacked(limits);
    let mut calm = Duration::ZERO;
    beside(&server, || thread::sleep(Duration::from_millis(500)));
    let before = server.vitals().held();
    let (median, longest) = beside(&server, || {
        let lasting = Duration::from_secs(seconds);
        let attacks = KINDS.map(|kind| Attack::start(&sandbox, &server, kind, clients, lasting));
        thread::sleep(lasting.saturating_sub(Duration::from_secs(1)));
        // Those that read by drops do not see it, but their connections have ended: what is open is four honest ones,
        // and those that `slowhttptest` looks with.
        let held = server.vitals().held();
        assert!(held.descriptors <= before.descriptors + 16, "{before:?} before, {held:?} at the end");
        calm = server.vitals().cpu_of(|| thread::sleep(Duration::from_millis(500)));
        attacks.map(Attack::report).iter().for_each(|report| println!("{report}"));
    });
    server.vitals().settles(before, Duration::from_secs(10));
    println!(
        "honest requests beside {} slow clients: median {median:.1?}, longest {longest:.1?}; peak {} KiB; {calm:?} of \
         CPU in the last half second",
        4 * clients,
        server.vitals().peak()
    );
    assert!(longest < Duration::from_secs(5), "{longest:?}");
    assert!(server.vitals().peak() < 64 << 10, "{} KiB", server.vitals().peak());
}

/// More slow clients than there may be connections: those that wait get their turn when the slow ones ahead of them are
/// dropped, which takes `header_timeout` for each whole set of them.
#[test]
fn s29_honest_clients_get_their_turn_when_slow_ones_take_every_place() {
    let (sandbox, server) = attacked("max_connections = 50, header_timeout = '1s'");
    let before = server.vitals().held();
    let (median, longest) = beside(&server, || {
        let attack = Attack::start(&sandbox, &server, "-H -i 1 -x 24", 200, Duration::from_secs(15));
        println!("{}", attack.report());
        thread::sleep(Duration::from_secs(1));
    });
    println!("honest requests behind four sets of slow clients: median {median:.1?}, longest {longest:.1?}");
    assert!(longest > Duration::from_millis(900), "nobody had to wait: this was no attack");
    assert!(longest < Duration::from_secs(10), "{longest:?}");
    server.vitals().settles(before, Duration::from_secs(10));
}
