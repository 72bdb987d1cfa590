//! Commands that are stopped half way leave nothing half done.

use std::fs;
use std::io::Write;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::sandbox::{HALLPASS, Run, Sandbox};

/// A `put` of a stream that never ends. Dropped, it is ended.
///
/// The stream is kept apart from the process: waiting for a child closes its standard input, and a stream that ends is an
/// object that is whole.
struct EndlessPut {
    child: Child,
    _stream: ChildStdin,
}

impl EndlessPut {
    fn start(sandbox: &Sandbox) -> Self {
        let mut command = sandbox.command(&["put", "-", "big.bin"]);
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stream = child.stdin.take().unwrap();
        stream.write_all(&vec![7; 1 << 20]).unwrap();
        let put = Self { child, _stream: stream };
        let begun = Instant::now();
        while staged(sandbox) == 0 {
            assert!(begun.elapsed() < Duration::from_secs(10), "nothing is staged");
            thread::sleep(Duration::from_millis(5));
        }
        put
    }

    fn signal(&self, name: &str) {
        assert!(
            Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap().success()
        );
    }
}

impl Drop for EndlessPut {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Counts the files in the staging folder.
fn staged(sandbox: &Sandbox) -> usize {
    fs::read_dir(sandbox.path("media/.hallpass/staging")).map_or(0, Iterator::count)
}

#[test]
fn d15_s40_ctrl_c_during_put_leaves_nothing() {
    for name in ["INT", "TERM"] {
        let sandbox = Sandbox::new();
        let mut put = EndlessPut::start(&sandbox);
        put.signal(name);
        let begun = Instant::now();
        assert_eq!(put.child.wait().unwrap().code(), Some(1));
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert_eq!(staged(&sandbox), 0);
        assert!(!sandbox.path("media/big.bin").exists());
        sandbox.run(&["ls", "-r"]).exits(0).prints("");
    }
}

#[test]
fn s40_what_a_killed_put_leaves_is_counted_and_collected() {
    let sandbox = Sandbox::new();
    let mut put = EndlessPut::start(&sandbox);
    let at_work = sandbox.run(&["gc", "--json"]).exits(0);
    at_work.prints("{\"uploads\":0,\"bytes\":0,\"removed\":true}\n");
    put.signal("KILL");
    put.child.wait().unwrap();
    assert!(!sandbox.path("media/big.bin").exists());

    let counted = sandbox.run(&["gc", "--dry-run", "--json"]).exits(0).json();
    assert_eq!((counted["uploads"].as_u64(), counted["removed"].as_bool()), (Some(1), Some(false)));
    assert_eq!(staged(&sandbox), 1);
    let collected = sandbox.run(&["gc", "--json"]).exits(0).json();
    assert_eq!((collected["uploads"].as_u64(), collected["removed"].as_bool()), (Some(1), Some(true)));
    assert_eq!(staged(&sandbox), 0);
    sandbox.run(&["gc"]).exits(0).prints("removed abandoned uploads: 0 (0 B)\n");
    sandbox.run(&["gc", "--store", "memory:"]).exits(2).says("leaves none");
}

#[test]
fn a_get_that_fails_half_way_leaves_no_file() {
    let sandbox = Sandbox::new();
    sandbox.write("media/large.bin", vec![7; 4 << 20]);
    fs::create_dir(sandbox.path("to")).unwrap();
    sandbox.write("to/old.bin", "old");
    for target in ["to/new.bin", "to/old.bin"] {
        // No file may grow beyond 64 KiB; the signal that would end the program is ignored, so that the write fails.
        let script = format!("trap '' XFSZ; ulimit -f 64; exec '{HALLPASS}' get large.bin {target} --force");
        let mut shell = sandbox.program("bash");
        shell.args(["-c", &script]);
        Run::of(shell).exits(1).says(&format!("failed to write `{target}`"));
        let names: Vec<_> =
            fs::read_dir(sandbox.path("to")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["old.bin"]);
        assert_eq!(sandbox.read("to/old.bin"), "old");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let sandbox = Sandbox::new();
    for number in 0..2000 {
        sandbox.write(&format!("media/{number:0>100}.txt"), "x");
    }
    sandbox.write("media/large.bin", vec![b'x'; 4 << 20]);
    for arguments in [&["ls"][..], &["ls", "--json"], &["get", "large.bin", "-"], &["completions", "bash"]] {
        let mut command = sandbox.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write("media/a", "x");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = sandbox.command(&["get", "a", "-"]);
    command.stdout(full);
    let status = command.stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(1));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = sandbox.command(&["ls"]);
    assert_eq!(command.stdout(full).stderr(Stdio::null()).status().unwrap().code(), Some(1));
}

#[test]
fn a_terminal_is_needed_for_colours_and_bars() {
    let sandbox = Sandbox::new();
    sandbox.write("file", vec![0; 1 << 20]);
    let runs: [Run; 3] = [
        sandbox.run(&["put", "file", "a"]).exits(0),
        sandbox.run(&["stat", "missing"]).exits(4),
        sandbox.run(&["pass", "missing"]).exits(0),
    ];
    for run in runs {
        assert!(!run.err.contains('\x1b') && !run.err.contains('\r'), "{run:?}");
    }
}
