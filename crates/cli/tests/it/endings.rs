//! How a server starts and ends.

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::curl;
use crate::sandbox::Sandbox;
use crate::server::Server;

const LARGE: usize = 24 << 20;

fn with_large() -> (Sandbox, Server, String) {
    let sandbox = Sandbox::new();
    let bytes: Vec<u8> = (0_u32..).flat_map(u32::to_le_bytes).take(LARGE).collect();
    sandbox.write("media/large.bin", bytes);
    let server = sandbox.serve(&[]);
    let url = server.url.clone();
    (sandbox, server, url)
}

/// Starts a slow download and waits until it is under way. Dropped, it is ended.
struct Download(Child);

impl Download {
    fn start(sandbox: &Sandbox, url: &str, rate: &str) -> Self {
        let to = sandbox.path("fetched");
        let mut command = curl::command();
        command.args(["--limit-rate", rate, "--fail", "--output", to.to_str().unwrap(), url]);
        let child = command.stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while fs::metadata(&to).map_or(0, |file| file.len()) == 0 {
            assert!(begun.elapsed() < Duration::from_secs(10), "the download does not begin");
            thread::sleep(Duration::from_millis(5));
        }
        Self(child)
    }

    fn succeeds(&mut self) -> bool {
        self.0.wait().unwrap().success()
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn sigterm_lets_a_download_finish_and_takes_no_more() {
    let (sandbox, mut server, url) = with_large();
    let mut download = Download::start(&sandbox, &url, "12M");
    server.signal("TERM");
    server.wait_for_log("ending: no more connections are taken");
    let refused = curl::command().arg(&url).stderr(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert_eq!(refused.code(), Some(7), "curl could connect");

    assert!(download.succeeds());
    assert_eq!(
        fs::read(sandbox.path("fetched")).unwrap(),
        fs::read(sandbox.path("media/large.bin")).unwrap()
    );
    let (status, rest) = server.wait();
    assert_eq!(status.code(), Some(0), "{}", server.log());
    assert_eq!(rest, "");
    assert!(!sandbox.path(".hallpass/gateway.json").exists());
}

#[test]
fn a_second_signal_ends_at_once() {
    let (sandbox, mut server, url) = with_large();
    let mut download = Download::start(&sandbox, &url, "200K");
    server.signal("INT");
    server.wait_for_log("a second signal ends at once");
    let begun = Instant::now();
    server.signal("TERM");
    let (status, _) = server.wait();
    assert_eq!(status.code(), Some(1), "{}", server.log());
    assert!(begun.elapsed() < Duration::from_secs(5));
    drop(download.0.kill());
    assert!(!download.succeeds());
}

#[test]
fn an_idle_server_ends_at_once_for_either_signal() {
    for name in ["TERM", "INT"] {
        let sandbox = Sandbox::new();
        let mut server = sandbox.serve(&[]);
        server.signal(name);
        assert_eq!(server.wait().0.code(), Some(0), "{name}: {}", server.log());
    }
}

#[test]
fn the_next_run_keeps_the_secret() {
    let sandbox = Sandbox::new();
    let mut first = sandbox.serve(&[]);
    let secret = sandbox.read(".hallpass/secret");
    let link = first.url.clone();
    first.signal("TERM");
    first.wait();
    let second = sandbox.serve(&[]);
    assert_eq!(sandbox.read(".hallpass/secret"), secret);
    let moved = link.replace(&first.origin, &second.origin);
    assert_eq!(curl::curl(&[&moved]).code(), 200);
}

#[test]
fn a_taken_port_is_said_clearly() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = Sandbox::new().run(&["serve", "--listen", &address]).exits(6);
    run.says(&format!("failed to listen on `{address}`")).says("choose another address with `--listen`");
}

#[test]
fn people_are_told_what_to_try() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["serve", "--listen", "127.0.0.1:0"]);
    let out = sandbox.outer().join("out");
    let file = fs::File::create(&out).unwrap();
    let mut child = Guard(command.stdout(file).stderr(Stdio::null()).spawn().unwrap());
    let begun = Instant::now();
    while !fs::read_to_string(&out).unwrap().contains("verify") {
        assert!(begun.elapsed() < Duration::from_secs(10));
        thread::sleep(Duration::from_millis(10));
    }
    let text = fs::read_to_string(&out).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("listening on http://127.0.0.1:"), "{text}");
    assert!(lines[2].starts_with("a private link to `welcome.txt`, good until 20"), "{text}");
    assert_eq!(curl::curl(&[lines[3]]).code(), 200);
    assert!(text.contains("hallpass put FILE KEY"), "{text}");
    child.0.kill().unwrap();
    child.0.wait().unwrap();
}

struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
