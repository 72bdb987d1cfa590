//! A configuration that somebody else left in the working directory (S57).

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, lchown, symlink};

use rustix::process::geteuid;

use crate::sandbox::{Run, Sandbox};

const CONFIG: &str = r#"
[stores.media]
url = "memory:"
[mounts."/media/"]
store = "media"
"#;

fn configured() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("hallpass.toml", CONFIG);
    sandbox
}

#[track_caller]
fn accepted(sandbox: &Sandbox) {
    sandbox.run(&["config", "check"]).exits(0);
}

/// It is refused unless it is named.
#[track_caller]
fn refused(sandbox: &Sandbox, reason: &str) {
    for command in [&["config", "show"][..], &["config", "check"], &["ls"], &["pass", "x"], &["serve"]] {
        sandbox.run(command).exits(2).prints("").says(reason).says("name it: `--config hallpass.toml`");
    }
    sandbox.run(&["config", "check", "--config", "hallpass.toml"]).exits(0);
    let mut named = sandbox.command(&["config", "check"]);
    named.env("HALLPASS_CONFIG", "hallpass.toml");
    Run::of(named).exits(0);
}

#[test]
fn s57_a_configuration_that_everybody_may_write_is_not_read() {
    let sandbox = configured();
    let mode = |mode| {
        fs::set_permissions(sandbox.path("hallpass.toml"), Permissions::from_mode(mode)).unwrap();
    };
    mode(0o664);
    accepted(&sandbox);
    mode(0o646);
    refused(&sandbox, "others may read or change it; run `chmod o-w hallpass.toml`");
    mode(0o444);
    accepted(&sandbox);
}

#[test]
fn s57_a_configuration_of_somebody_else_is_not_read() {
    if !geteuid().is_root() {
        eprintln!("not shown here: only root can give files away");
        return;
    }
    let sandbox = configured();
    let (file, target) = (sandbox.path("hallpass.toml"), sandbox.path("ours.toml"));
    chown(&file, Some(12_345), None).unwrap();
    refused(&sandbox, "it belongs to the user 12345, who may change it; run `chown 0 hallpass.toml`");

    chown(&file, Some(0), None).unwrap();
    fs::rename(&file, &target).unwrap();
    symlink("ours.toml", &file).unwrap();
    accepted(&sandbox);
    lchown(&file, Some(12_345), None).unwrap();
    refused(&sandbox, "it belongs to the user 12345");
}

#[test]
fn s57_a_configuration_that_is_no_file_is_not_waited_for() {
    let sandbox = Sandbox::new();
    assert!(sandbox.program("mkfifo").arg("hallpass.toml").status().unwrap().success());
    sandbox.run(&["config", "check"]).exits(2).says("it is no regular file");
}
