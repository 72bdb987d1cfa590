//! Disks that fill up, lose the right to be written to, and come back: clear errors, nothing broken, nothing left.

use std::fs;
use std::io::Write;
use std::process::{Child, ChildStdin, Stdio};

use super::client::Client;
use super::room::Room;
use crate::sandbox::Sandbox;
use crate::server::Server;

/// Too large for the disk.
const LARGE: usize = 6 << 20;

#[track_caller]
fn serves(server: &Server, target: &str, status: u16) {
    assert_eq!(Client::connect(server).get(target).unwrap().0, status, "{target}: {}", server.log());
}

fn prepared() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("small", vec![1; 100_000]);
    sandbox.write("large", vec![2; LARGE]);
    sandbox
}

#[test]
fn s40_a_full_disk_refuses_what_does_not_fit_and_keeps_what_is_there() {
    let sandbox = prepared();
    let room = Room::new(&sandbox, "size=4m");
    room.run(&["put", "small", "public/a"]).exits(0);
    let server = room.serve(&[]);
    for _ in 0..3 {
        room.run(&["put", "large", "b"]).exits(1).says("failed to put `b`").says("no room left");
        room.run(&["put", "large", "public/a", "--overwrite"]).exits(1).says("no room left");
        assert_eq!(room.staged(), 0);
        serves(&server, "/media/public/a", 200);
        assert_eq!(fs::read(room.path("media/public/a")).unwrap(), vec![1; 100_000]);
    }
    room.run(&["ls", "-r"]).exits(0).prints("public/a\n");
    // Full to the last block: not even a directory or a lock can be made.
    room.does("head -c 10M /dev/zero > media/filler || true");
    room.run(&["put", "small", "c/d"]).exits(1).says("no room left");
    serves(&server, "/media/public/a", 200);
    room.run(&["cp", "public/a", "e"]).exits(1).says("no room left");
    room.run(&["rm", "filler"]).exits(0);
    room.run(&["put", "small", "c/d"]).exits(0);
    room.run(&["gc"]).exits(0).prints("removed abandoned uploads: 0 (0 B)\n");
    assert!(!server.log().contains("panic"), "{}", server.log());
}

#[test]
fn a_disk_without_inodes_is_full_too() {
    let sandbox = prepared();
    let room = Room::new(&sandbox, "size=4m,nr_inodes=12");
    let full =
        (0..20).map(|number| room.run(&["put", "small", &format!("d/{number}")])).find(|run| run.code != 0);
    full.unwrap().exits(1).says("no room left");
    assert_eq!(room.staged(), 0);
    room.run(&["rm", "d/0"]).exits(0);
    room.run(&["put", "small", "d/0"]).exits(0);
}

#[test]
fn a_root_that_becomes_read_only_is_still_served() {
    let sandbox = prepared();
    let room = Room::new(&sandbox, "size=4m");
    room.run(&["put", "small", "public/a"]).exits(0);
    let server = room.serve(&[]);
    room.does("mount -o remount,ro media");
    for arguments in [
        &["put", "small", "b"][..],
        &["put", "small", "public/a", "--overwrite"],
        &["rm", "public/a"],
        &["cp", "public/a", "b"],
        &["mv", "public/a", "b"],
    ] {
        room.run(arguments).exits(3).says("access refused");
    }
    room.run(&["get", "public/a", "-"]).exits(0);
    room.run(&["stat", "public/a"]).exits(0);
    room.run(&["ls", "-r"]).exits(0).prints("public/a\n");
    room.run(&["gc"]).exits(0);
    serves(&server, "/media/public/a", 200);
    drop(server);
    serves(&room.serve(&[]), "/media/public/a", 200);
    room.does("mount -o remount,rw media");
    room.run(&["put", "small", "b"]).exits(0);
}

/// A `put` that waits for the rest of its input. Dropped, it is ended.
struct Waiting {
    child: Child,
    stream: Option<ChildStdin>,
}

impl Waiting {
    fn start(room: &Room<'_>, key: &str) -> Self {
        let mut command = room.command(&["put", "-", key]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut stream = child.stdin.take().unwrap();
        // More than is gathered before it is written.
        stream.write_all(&vec![3; 1 << 20]).unwrap();
        while room.staged() == 0 {
            assert!(child.try_wait().unwrap().is_none(), "it has ended");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        Self { child, stream: Some(stream) }
    }

    /// Ends its input and returns its exit code.
    fn ends(&mut self) -> Option<i32> {
        drop(self.stream.take());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn rights_lost_half_way_are_a_clear_error_and_leave_nothing() {
    let sandbox = prepared();
    let room = Room::new(&sandbox, "size=16m");
    room.run(&["put", "small", "public/a"]).exits(0);
    room.run(&["put", "large", "public/b"]).exits(0);
    let server = room.serve(&[]);
    let mut download = Client::connect(&server);
    download.ask("/media/public/b", "").unwrap();
    assert_eq!(download.head().unwrap().status, 200);

    let mut upload = Waiting::start(&room, "new");
    room.does("chmod 000 media/public && chmod 500 media");
    assert_eq!(upload.ends(), Some(3));
    assert_eq!(room.staged(), 0, "what was begun is gone");
    // What was open stays open; what is asked for now is neither there nor, for sure, missing.
    download.take(LARGE.try_into().unwrap()).unwrap();
    serves(&server, "/media/public/a", 500);
    room.run(&["get", "public/a", "-"]).exits(3).says("access refused");
    room.run(&["put", "small", "c"]).exits(3).says("access refused");
    room.run(&["ls", "-r"]).exits(3).says("access refused");

    room.does("chmod 700 media/public media");
    serves(&server, "/media/public/a", 200);
    room.run(&["put", "small", "new"]).exits(0);
    assert!(!server.log().contains("panic"), "{}", server.log());
}
