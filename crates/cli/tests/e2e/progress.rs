//! Progress bars: for people at a terminal, and for nobody else.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::process::Command;
use std::thread;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::place::Place;

/// Runs a program with a terminal as its standard error, and returns what came there.
fn at_a_terminal(mut command: Command) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let slave: OwnedFd = rustix::fs::open(&*name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    let size = Winsize { ws_row: 24, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&slave, size).unwrap();
    command.env("TERM", "xterm").stderr(slave);
    let reader = thread::spawn(move || {
        let mut seen = Vec::new();
        let mut master = File::from(master);
        let mut piece = [0; 4096];
        // Linux says EIO when the last program has closed the terminal.
        while let Ok(count) = master.read(&mut piece)
            && count > 0
        {
            seen.extend_from_slice(&piece[..count]);
        }
        String::from_utf8_lossy(&seen).into_owned()
    });
    let status = command.status().unwrap();
    drop(command); // it still holds the terminal
    let seen = reader.join().unwrap();
    assert!(status.success(), "{seen}");
    seen
}

#[test]
fn a_big_transfer_shows_its_progress_at_a_terminal_only() {
    let place = Place::new();
    place.write("large", vec![7; 40_000_000]);
    let store = place.store();
    let put = at_a_terminal(place.command(&["put", "large", "large.bin", "--store", &store]));
    assert!(put.contains("large.bin") && put.contains("/38.15 MiB"), "{put:?}");
    let get = at_a_terminal(place.command(&["get", "large.bin", "back", "--store", &store]));
    assert!(get.contains("/38.15 MiB"), "{get:?}");

    for option in ["--quiet", "--json"] {
        let mut silent = place.command(&["get", "large.bin", "back", "--force", "--store", &store, option]);
        silent.stdout(std::process::Stdio::null());
        assert_eq!(at_a_terminal(silent), "", "{option}");
    }
    let piped = place.on_store(&["put", "large", "large.bin", "--overwrite"]).exits(0);
    assert_eq!(piped.err, "stored `large.bin` (38.15 MiB)\n");
}
