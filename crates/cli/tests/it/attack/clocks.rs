//! Clocks that jump, forth and back, under a server that runs and between commands.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use super::client::Client;
use crate::curl::curl;
use crate::sandbox::{Run, Sandbox};
use crate::server::Server;

/// A clock that can be set, for programs that are started with it.
struct Clock<'s> {
    sandbox: &'s Sandbox,
    library: String,
}

impl<'s> Clock<'s> {
    fn new(sandbox: &'s Sandbox) -> Self {
        let found = Command::new("faketime").args(["-f", "+0", "printenv", "LD_PRELOAD"]).output();
        let found = found.expect("`faketime` is needed: install it (`cargo xtask test` does)");
        let library = String::from_utf8(found.stdout).unwrap().trim().to_owned();
        let clock = Self { sandbox, library };
        clock.set("+0");
        clock
    }

    /// Sets the clock so far from the true time, such as `-2h`.
    fn set(&self, offset: &str) {
        self.sandbox.write("clock", offset);
    }

    /// Has a program go by this clock.
    fn governs(&self, mut command: Command) -> Command {
        command.env("LD_PRELOAD", &self.library).env("FAKETIME_TIMESTAMP_FILE", self.sandbox.path("clock"));
        // Time that only goes forward goes on as it does.
        command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.governs(self.sandbox.command(arguments)))
    }
}

#[test]
fn s13_a_clock_that_steps_decides_by_the_time_it_shows_and_remembers_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("media/a", "x");
    let clock = Clock::new(&sandbox);
    let server = Server::start_with(&sandbox, &[], |command| clock.governs(command));
    let link = |more: &[&str]| {
        let run = sandbox.run(&[&["pass", "a", "--ttl", "1h"], more].concat()).exits(0);
        run.line().strip_prefix(&server.origin).unwrap().to_owned()
    };
    let in_half_an_hour = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 1800;
    let (now, later) = (link(&[]), link(&["--not-before", &in_half_an_hour.to_string()]));
    let mut lasting = Client::connect(&server);
    for (offset, of_now, of_later) in [
        ("+0", 200, 404),
        ("+40m", 200, 200),
        ("+2h", 404, 404),
        // Back, again and again: what was refused as expired is good, and what had begun has not.
        ("+59m", 200, 200),
        ("-10s", 200, 404),
        ("+80m", 404, 200),
        ("-1d", 200, 404),
        // From here it would live longer than any pass may.
        ("-8d", 404, 404),
        ("-80y", 404, 404),
        ("+0", 200, 404),
    ] {
        clock.set(offset);
        for (name, link, status) in [("now", &now, of_now), ("later", &later, of_later)] {
            assert_eq!(lasting.get(link).unwrap().0, status, "{name} at {offset}: {}", server.log());
        }
    }
    assert!(!server.log().contains("panic"), "{}", server.log());
}

#[test]
fn a_version_written_by_a_clock_that_stepped_back_is_another_version() {
    let sandbox = Sandbox::new();
    let clock = Clock::new(&sandbox);
    sandbox.write("file", "one");
    sandbox.run(&["put", "file", "public/a"]).exits(0);
    let server = sandbox.serve(&[]);
    let url = format!("{}/media/public/a", server.origin);
    let mut known = vec![curl(&[&url]).header("etag").unwrap().to_owned()];
    for (offset, content) in [("-1d", "two"), ("-80y", "six"), ("+1d", "ten"), ("+0", "old")] {
        clock.set(offset);
        sandbox.write("file", content);
        clock.run(&["put", "file", "public/a", "--overwrite"]).exits(0);
        for old in &known {
            let answer = curl(&["-H", &format!("If-None-Match: {old}"), &url]);
            assert_eq!((answer.code(), &*answer.body), (200, content.as_bytes()), "{offset}");
        }
        let tag = curl(&[&url]).header("etag").unwrap().to_owned();
        assert!(!known.contains(&tag));
        assert_eq!(curl(&["-H", &format!("If-None-Match: {tag}"), &url]).code(), 304);
        known.push(tag);
        clock.run(&["ls", "-r", "--json"]).exits(0);
        clock.run(&["stat", "public/a"]).exits(0);
        clock.run(&["gc"]).exits(0);
    }
}

#[test]
fn commands_at_impossible_times_say_so() {
    let sandbox = Sandbox::new();
    let clock = Clock::new(&sandbox);
    sandbox.write("media/a", "x");
    for offset in ["-80y", "-60y", "+1000y"] {
        clock.set(offset);
        for arguments in [&["pass", "a"][..], &["ls"], &["put", "media/a", "b", "--overwrite"], &["rm", "b"]]
        {
            let run = clock.run(arguments);
            assert!(matches!(run.code, 0..=2) && !run.err.contains("panicked"), "{offset}: {run:?}");
        }
    }
}
