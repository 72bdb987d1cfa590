//! [`check`]: the commands of a page of the guide, run in a shell.

use std::path::Path;
use std::process::Command;

use crate::sandbox::{HALLPASS, Sandbox};

/// Ends the background programs that the script started, by their ids, however it ends.
const PROLOGUE: &str = "\
trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
curl() { command curl --disable --noproxy '*' --max-time 20 \"$@\"; }
expect() {
  if [ \"$1\" != \"$2\" ]; then echo \"exits $1, not $2: $3\" >&2; exit 99; fi
}
";

/// Runs the commands of a page in an empty directory; each has to end with the exit code that the page names.
#[track_caller]
pub(crate) fn check(page: &str, text: &str) {
    let sandbox = Sandbox::new();
    let commands = commands(text);
    assert!(commands.len() > 5, "{page}: {commands:?}");
    let script = commands.iter().map(|command| step(command)).collect::<String>();
    sandbox.write("../script", format!("{PROLOGUE}{script}"));
    let programs = Path::new(HALLPASS).parent().unwrap().to_str().unwrap();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("timeout");
    std::env::vars_os().for_each(|(name, _)| {
        if name.to_string_lossy().starts_with("HALLPASS_") {
            shell.env_remove(name);
        }
    });
    shell.args(["--kill-after=5", "60", "bash", "--noprofile", "--norc", "../script"]);
    let output = shell.current_dir(sandbox.path(".")).env("PATH", path).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{page}:\n{printed}");
}

/// Returns the lines of `console` blocks that begin with a prompt.
fn commands(text: &str) -> Vec<&str> {
    let blocks = text.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).filter_map(|line| line.strip_prefix("$ ")).collect()
}

fn step(command: &str) -> String {
    let (command, code) = match command.split_once("# exits ") {
        Some((command, code)) => (command.trim_end(), code),
        None => (command, "0"),
    };
    if command.ends_with('&') {
        // Any free port serves the example as well, and the next command needs the gateway to be there.
        let command = command.replace("hallpass serve &", "hallpass serve --listen 127.0.0.1:0 &");
        return format!("{command}\nuntil [ -e .hallpass/gateway.json ]; do sleep 0.05; done\n");
    }
    format!("{command}\nexpect $? {code} '{}'\n", command.replace('\'', ""))
}
