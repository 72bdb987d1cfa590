//! A file system that takes its time: a small FUSE server whose reads take [`DELAY`] each, and any number at once.
//!
//! The numbers are those of the kernel's `include/uapi/linux/fuse.h`, protocol 7.31.

use std::ffi::CString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::mount::{MountFlags, mount};

use super::room::Room;
use crate::sandbox::Sandbox;

/// How long a read takes.
pub(crate) const DELAY: Duration = Duration::from_secs(2);
/// The length of every file.
pub(crate) const SIZE: u64 = 4096;

const PLACE: &str = "ATTACK_SLOW_DISK";

/// Makes a room with a slow disk at `place`, which has a folder `public` with a file for each number.
pub(crate) fn mounted_at<'s>(sandbox: &'s Sandbox, place: &str) -> Room<'s> {
    let path = sandbox.path(place);
    std::fs::create_dir_all(&path).unwrap();
    let program = std::env::current_exe().unwrap();
    let variable = format!("{PLACE}={}", path.display());
    let test = "attack::slow_disk::the_keeper_of_a_slow_disk";
    let arguments =
        ["env", &variable, program.to_str().unwrap(), test, "--exact", "--ignored", "--nocapture"];
    Room::kept_by(sandbox, &arguments)
}

#[test]
#[ignore = "started by the tests that need a slow disk"]
fn the_keeper_of_a_slow_disk() {
    let Some(place) = std::env::var_os(PLACE) else { return };
    let channel = OpenOptions::new().read(true).write(true).open("/dev/fuse").unwrap();
    let data = format!("fd={},rootmode=40755,user_id=0,group_id=0", channel.as_raw_fd());
    let data = CString::new(data).unwrap();
    mount("slow", Path::new(&place), "fuse", MountFlags::empty(), Some(data.as_c_str())).unwrap();
    let channel = Arc::new(channel);
    thread::spawn(move || while answer(&channel).is_ok() {});
    println!("\nready");
    // Until whoever started us has gone.
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
}

const LOOKUP: u32 = 1;
const GETATTR: u32 = 3;
const OPEN: u32 = 14;
const READ: u32 = 15;
const RELEASE: u32 = 18;
const FLUSH: u32 = 25;
const INIT: u32 = 26;
const OPENDIR: u32 = 27;
const READDIR: u32 = 28;
const RELEASEDIR: u32 = 29;
/// Forgetting and interrupting have no answer.
const UNANSWERED: [u32; 3] = [2, 36, 42];

const ROOT: u64 = 1;
const FOLDER: u64 = 2;
/// File 0; the others come after it.
const FIRST: u64 = 100;

const ENOENT: i32 = 2;
const ENOSYS: i32 = 38;

/// Takes a request and answers it: at once, or from a thread of its own.
fn answer(channel: &Arc<File>) -> io::Result<()> {
    let mut request = vec![0; 1 << 17];
    let count = (&**channel).read(&mut request)?;
    let field = |at: usize| u64::from_le_bytes(request[at..at + 8].try_into().unwrap());
    let kind = u32::from_le_bytes(request[4..8].try_into().unwrap());
    let (id, node) = (field(8), field(16));
    let body = match kind {
        INIT => Ok(init()),
        LOOKUP => lookup(node, &request[40..count]).map(|found| [entry(found), attributes(found)].concat()),
        GETATTR => Ok([vec![0; 16], attributes(node)].concat()),
        OPEN => Ok([numbers(&[0]), halves(&[DIRECT_IO, 0])].concat()),
        OPENDIR => Ok(vec![0; 16]),
        READ => {
            let (channel, left) = (Arc::clone(channel), SIZE.saturating_sub(field(48)));
            let length = u64::from(u32::from_le_bytes(request[56..60].try_into().unwrap())).min(left);
            thread::spawn(move || {
                thread::sleep(DELAY);
                let _ = send(&channel, id, Ok(vec![b's'; usize::try_from(length).unwrap()]));
            });
            return Ok(());
        }
        READDIR | RELEASE | RELEASEDIR | FLUSH => Ok(Vec::new()),
        kind if UNANSWERED.contains(&kind) => return Ok(()),
        _ => Err(ENOSYS),
    };
    send(channel, id, body)
}

fn send(mut channel: &File, id: u64, body: Result<Vec<u8>, i32>) -> io::Result<()> {
    let (error, body) = body.map_or_else(|errno| (-errno, Vec::new()), |body| (0, body));
    let length = u32::try_from(16 + body.len()).unwrap();
    let answer = [&length.to_le_bytes()[..], &error.to_le_bytes(), &id.to_le_bytes(), &body].concat();
    match channel.write_all(&answer) {
        // Whoever asked has gone.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        sent => sent,
    }
}

/// Reads go to the file system one by one, and nothing of them is kept in memory.
const DIRECT_IO: u32 = 1;

fn init() -> Vec<u8> {
    const MAX_WRITE: u32 = 4096;
    [halves(&[7, 31, 0, 0, 0, MAX_WRITE, 1]), vec![0; 36]].concat()
}

fn lookup(parent: u64, name: &[u8]) -> Result<u64, i32> {
    let name = std::str::from_utf8(name).unwrap().trim_end_matches('\0');
    match (parent, name) {
        (ROOT, "public") => Ok(FOLDER),
        (FOLDER, number) => number.parse::<u64>().map(|number| FIRST + number).map_err(|_| ENOENT),
        _ => Err(ENOENT),
    }
}

/// An entry that may not be remembered: all times are 0.
fn entry(node: u64) -> Vec<u8> {
    numbers(&[node, 0, 0, 0, 0])
}

fn attributes(node: u64) -> Vec<u8> {
    let (mode, size) = if node < FIRST { (0o40_755, 0) } else { (0o100_644, SIZE) };
    [numbers(&[node, size, 8, 0, 0, 0]), halves(&[0, 0, 0, mode, 1, 0, 0, 0, 4096, 0])].concat()
}

fn numbers(of: &[u64]) -> Vec<u8> {
    of.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn halves(of: &[u32]) -> Vec<u8> {
    of.iter().flat_map(|number| number.to_le_bytes()).collect()
}
