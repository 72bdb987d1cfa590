//! No file descriptor left: who is connected is answered, who is not waits, and nothing spins.

use std::fs;
use std::thread;
use std::time::Duration;

use super::client::Client;
use super::sight::{Attacked as _, serve};
use crate::sandbox::{HALLPASS, Run, Sandbox};
use crate::server::Server;

const TARGET: &str = "/media/public/a";

fn attacked() -> (Sandbox, Server) {
    let sandbox = Sandbox::new();
    sandbox.write("media/public/a", "x");
    let server = serve(&sandbox, "");
    (sandbox, server)
}

/// Lets the server have so many descriptors.
#[track_caller]
fn limit(sandbox: &Sandbox, server: &Server, descriptors: usize) {
    let (id, limit) = (server.id().to_string(), format!("--nofile={descriptors}:1024"));
    assert!(sandbox.program("prlimit").args(["--pid", &id, &limit]).status().unwrap().success());
}

#[test]
fn s29_connections_without_descriptors_wait_and_cost_nothing() {
    let (sandbox, server) = attacked();
    Client::connect(&server).get(TARGET).unwrap();
    let before = server.vitals().held();
    limit(&sandbox, &server, before.descriptors + 20);
    let mut first = Client::connect(&server);
    assert_eq!(first.get(TARGET).unwrap().0, 200);
    let idle: Vec<Client> = (0..60).map(|_| Client::connect(&server)).collect();
    server.wait_for_log("failed to accept a connection");
    let spent = server.vitals().cpu_of(|| thread::sleep(Duration::from_secs(2)));
    assert!(spent < Duration::from_millis(200), "{spent:?} of CPU in two seconds of waiting");
    let complaints = server.log().matches("failed to accept").count();
    assert!(complaints < 60, "{complaints} lines of log");
    // There is no descriptor for the file, either: an error that passes, said as one.
    first.ask(TARGET, "").unwrap();
    let head = first.head().unwrap();
    assert_eq!((head.status, head.field("retry-after")), (503, Some("5")));
    first.take(head.length()).unwrap();

    let mut waiting = Client::connect(&server);
    waiting.ask(TARGET, "").unwrap();
    drop(idle);
    assert_eq!(waiting.head().unwrap().status, 200, "who waited is answered");
    assert_eq!(first.get(TARGET).unwrap().0, 200);
    drop((first, waiting));
    server.vitals().settles(before, Duration::from_secs(5));
    assert!(!server.log().contains("panic"), "{}", server.log());
}

#[test]
fn s29_the_server_takes_as_many_descriptors_as_it_may() {
    let (_sandbox, server) = attacked();
    let limits = fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let open_files = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    let numbers: Vec<&str> = open_files.split_whitespace().collect();
    assert_eq!(numbers[0], numbers[1], "the soft limit and the hard one");
}

/// Wherever a command runs out of descriptors: an error with its exit code, nothing half done. (With six or seven it
/// ends in a panic of the runtime, before anything of ours is reached.)
#[test]
fn commands_without_descriptors_fail_cleanly() {
    let sandbox = Sandbox::new();
    sandbox.write("file", vec![7; 100_000]);
    let mut codes = Vec::new();
    for descriptors in (8..=22).step_by(2) {
        let mut command = sandbox.program("prlimit");
        command.args([&format!("--nofile={descriptors}"), HALLPASS, "put", "file", "a/b", "--overwrite"]);
        let run = Run::of(command);
        assert!(matches!(run.code, 0 | 1), "{descriptors}: {run:?}");
        assert!(run.code == 0 || run.err.contains("error: failed to "), "{descriptors}: {run:?}");
        assert_eq!(run.code == 0, sandbox.path("media/a/b").exists(), "{descriptors}: {run:?}");
        codes.push(run.code);
        let _ = fs::remove_dir_all(sandbox.path("media"));
    }
    assert!(codes.contains(&0) && codes.contains(&1), "{codes:?}");
}
