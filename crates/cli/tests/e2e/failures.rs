//! What goes wrong with a server, in words and exit codes.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::place::{Place, front, with_keys};
use crate::sandbox::{Run, Sandbox};

const COMMANDS: [&[&str]; 9] = [
    &["ls"],
    &["stat", "a"],
    &["get", "a", "-"],
    &["put", "file", "b"],
    &["cp", "a", "b"],
    &["mv", "a", "b"],
    &["rm", "a"],
    &["gc"],
    &["serve"],
];

#[test]
fn a_missing_bucket_exits_with_4_and_says_how_to_make_it() {
    let place = Place::bare();
    place.write("file", "x");
    for command in COMMANDS {
        let run = place.on_store(command).exits(4).says(&format!("there is no bucket `{}`", place.bucket));
        if command != ["serve"] {
            run.says("`hallpass bucket init`");
        }
    }
}

#[test]
fn x09_a_wrong_secret_exits_with_3_everywhere() {
    let place = Place::with(&[("a", "a")]);
    place.write("file", "x");
    let through = |arguments: &[&str], secret: &str| {
        let store = place.store_at(&front());
        let arguments = [arguments, &["--store", &store]].concat();
        Run::of(with_keys(Sandbox::command(&place, &arguments), secret))
    };
    through(&["get", "a", "-"], "test").exits(0).prints("a");
    for command in COMMANDS.into_iter().chain([&["bucket", "init"][..]]) {
        let refused = through(command, "wrong-secret").exits(3).says("check the permissions or credentials");
        assert!(!refused.err.contains("wrong-secret"), "{refused:?}");
    }
    through(&["ls", "-r"], "test").exits(0).prints("a\n");
}

#[test]
fn an_unreachable_server_exits_with_6() {
    let place = Place::bare();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", taken.local_addr().unwrap());
    drop(taken);
    place.write("file", "x");
    for command in [&["ls"][..], &["put", "file", "b"], &["serve"], &["bucket", "init"]] {
        let begun = Instant::now();
        place.run(&[command, &["--store", &place.store_at(&nobody)]].concat()).exits(6).says("try again");
        assert!(begun.elapsed() < Duration::from_secs(30), "{command:?} took {:?}", begun.elapsed());
    }
}

#[test]
fn without_credentials_it_says_what_to_set() {
    let place = Place::new();
    let mut command = with_keys(Sandbox::command(&place, &["ls", "--store", &place.store()]), "");
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    Run::of(command).exits(3).says("there are no credentials");
}
