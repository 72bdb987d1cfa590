//! S29 over HTTP/2: frames that cost their sender nothing, by the hundred thousand.

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::thread;
use std::time::{Duration, Instant};

use super::client::{Client, PATIENCE};
use super::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, Method, NONE, PING, PREFACE, PRIORITY, RST_STREAM,
    SETTINGS, WINDOW_UPDATE, fields, frame, stream,
};
use super::sight::{Attacked as _, serve};
use crate::sandbox::Sandbox;
use crate::server::Server;

const TARGET: &str = "/media/public/small";

/// What a flooder does with what comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answers {
    Read,
    /// So that they pile up on the server's side.
    LeftAlone,
}

/// How a flood ended.
struct Ebb {
    frames: u32,
    took: Duration,
}

fn attacked() -> (Sandbox, Server) {
    let sandbox = Sandbox::new();
    sandbox.write("media/public/small", vec![7; 1000]);
    let limits = "header_timeout = '500ms', idle_timeout = '500ms'";
    let server = serve(&sandbox, limits);
    (sandbox, server)
}

/// Sends what `next` makes until the server ends the connection, while an honest client goes on being served.
#[track_caller]
fn flood(server: &Server, name: &str, answers: Answers, first: &[u8], next: impl Fn(u32) -> Vec<u8>) -> Ebb {
    let before = server.vitals().held();
    let flooder = Client::connect(server);
    flooder.raw().write_all(&[PREFACE, first].concat()).unwrap();
    let (begun, cpu) = (Instant::now(), server.vitals().cpu());
    let reader = (answers == Answers::Read).then(|| {
        let mut stream = flooder.raw().try_clone().unwrap();
        thread::spawn(move || while stream.read(&mut [0; 1 << 14]).is_ok_and(|count| count > 0) {})
    });
    let mut slowest = Duration::ZERO;
    let mut frames = 0;
    while begun.elapsed() < PATIENCE {
        let batch: Vec<u8> = (frames..frames + 100).flat_map(&next).collect();
        flooder.raw().set_write_timeout(Some(Duration::from_millis(200))).unwrap();
        match flooder.raw().write_all(&batch) {
            // Whoever does not read is not read from any more: it waits for its end.
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                wait_for_end(&flooder);
                break;
            }
            Err(_) => break,
            Ok(()) => frames += 100,
        }
        if frames % 1000 == 0 {
            slowest = slowest.max(time_of_an_honest_request(server));
        }
    }
    slowest = slowest.max(time_of_an_honest_request(server));
    let ebb = Ebb { frames, took: begun.elapsed() };
    let _ = flooder.raw().shutdown(Shutdown::Both);
    drop(flooder);
    if let Some(reader) = reader {
        reader.join().unwrap();
    }
    server.vitals().settles(before, Duration::from_secs(10));
    println!(
        "{name}: ended after {frames} frames and {:.1?}; {:?} of CPU; honest requests took {slowest:.1?} at most; peak \
         {} KiB",
        ebb.took,
        server.vitals().cpu().saturating_sub(cpu),
        server.vitals().peak()
    );
    assert!(ebb.took < Duration::from_secs(10), "{name}: it was let go on for {:?}", ebb.took);
    assert!(slowest < Duration::from_secs(2), "{name}: {slowest:?}");
    assert!(server.vitals().peak() < 64 << 10, "{name}: {} KiB", server.vitals().peak());
    ebb
}

fn time_of_an_honest_request(server: &Server) -> Duration {
    let asked = Instant::now();
    assert_eq!(Client::connect(server).get(TARGET).unwrap(), (200, 1000));
    asked.elapsed()
}

/// Waits until the server has closed, which a socket with unread answers shows only by what it says of writing.
fn wait_for_end(flooder: &Client) {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        match flooder.raw().write(&[0]) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return,
            Ok(_) => {}
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn get() -> Vec<u8> {
    fields(Method::Get, TARGET)
}

#[test]
fn s29_heads_that_go_on_and_on_are_cut_off() {
    let (_sandbox, server) = attacked();
    let open = frame(HEADERS, NONE, 1, &get());
    // A literal field without indexing, again and again: `x: 1000 times x`.
    let field = [&b"\x00\x01x\x7f\xe9\x06"[..], &[b'x'; 1000]].concat();
    let ebb = flood(&server, "CONTINUATION", Answers::Read, &open, |_| frame(CONTINUATION, NONE, 1, &field));
    assert!(ebb.frames < 20_000, "20 MB of head were taken");
    let ebb =
        flood(&server, "empty CONTINUATION", Answers::Read, &open, |_| frame(CONTINUATION, NONE, 1, &[]));
    assert!(ebb.frames < 500_000, "{}", ebb.frames);
}

#[test]
fn s29_requests_that_are_reset_at_once_end_the_connection() {
    let (_sandbox, server) = attacked();
    let head = get();
    let ebb = flood(&server, "rapid reset", Answers::Read, &[], |number| {
        let ask = frame(HEADERS, END_HEADERS | END_STREAM, stream(number), &head);
        [ask, frame(RST_STREAM, NONE, stream(number), &8_u32.to_be_bytes())].concat()
    });
    assert!(ebb.frames < 100_000, "{}", ebb.frames);
    // The server made to reset: a window update of zero is an error of the stream.
    let ebb = flood(&server, "resets provoked", Answers::Read, &[], |number| {
        let ask = frame(HEADERS, END_HEADERS | END_STREAM, stream(number), &head);
        [ask, frame(WINDOW_UPDATE, NONE, stream(number), &0_u32.to_be_bytes())].concat()
    });
    assert!(ebb.frames < 100_000, "{}", ebb.frames);
}

#[test]
fn s29_frames_without_content_do_not_keep_a_connection() {
    let (_sandbox, server) = attacked();
    let post = frame(HEADERS, END_HEADERS, 1, &fields(Method::Post, TARGET));
    flood(&server, "empty DATA", Answers::Read, &post, |_| frame(DATA, NONE, 1, &[]));
    flood(&server, "empty DATA, unread", Answers::LeftAlone, &post, |_| frame(DATA, NONE, 1, &[]));
    let ask = frame(HEADERS, END_HEADERS | END_STREAM, 1, &get());
    for answers in [Answers::Read, Answers::LeftAlone] {
        flood(&server, "SETTINGS", answers, &ask, |_| frame(SETTINGS, NONE, 0, &[]));
        flood(&server, "PING", answers, &ask, |_| frame(PING, NONE, 0, &[7; 8]));
    }
    flood(&server, "PRIORITY", Answers::Read, &ask, |_| frame(PRIORITY, NONE, 3, &[0, 0, 0, 0, 9]));
}
