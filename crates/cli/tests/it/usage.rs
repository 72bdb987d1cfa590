//! Help, completions, and what is not there.

use std::process::Command;

use crate::sandbox::Sandbox;

const COMMANDS: [&str; 15] = [
    "serve",
    "pass",
    "url",
    "verify",
    "ls",
    "put",
    "get",
    "stat",
    "cp",
    "mv",
    "rm",
    "gc",
    "bucket",
    "config",
    "completions",
];

#[test]
fn help_names_every_command_and_exit_code() {
    let sandbox = Sandbox::new();
    let help = sandbox.run(&["--help"]).exits(0).out;
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        sandbox.run(&[command, "--help"]).exits(0);
    }
    assert!(help.contains("Exit codes: 0 done, 1 failed"), "{help}");
    assert!(sandbox.run(&["--version"]).exits(0).out.starts_with("hallpass 0."));
    sandbox.run(&[]).exits(2);
}

#[test]
fn unknown_options_and_commands_get_the_nearest_name() {
    let sandbox = Sandbox::new();
    sandbox.run(&["ls", "--recursiv"]).exits(2).says("'--recursive'");
    sandbox.run(&["stta", "x"]).exits(2).says("'stat'");
    sandbox.run(&["serve", "--listen", "localhost"]).exits(2).says("an IP address and a port such as");
    sandbox.run(&["ls", "--quiet", "--verbose"]).exits(2).says("cannot be used with");
}

#[test]
fn s44_s45_s50_what_should_not_exist_does_not() {
    let sandbox = Sandbox::new();
    for command in ["fetch", "import", "resize", "thumbnail", "slot", "cloudfront", "edge", "django"] {
        sandbox.run(&[command]).exits(2).says("unrecognized subcommand");
    }
    sandbox.run(&["pass", "x", "--secret", "x"]).exits(2).says("unexpected argument");
}

#[test]
fn completions_are_for_the_shell_that_asks() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = sandbox.run(&["completions", shell]).exits(0).out;
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
        assert!(script.contains("--overwrite") || script.contains("overwrite"), "{shell}");
    }
    sandbox.write("completions.bash", sandbox.run(&["completions", "bash"]).out);
    let checked = Command::new("bash").arg("-n").arg(sandbox.path("completions.bash")).status().unwrap();
    assert!(checked.success());
    sandbox.run(&["completions", "tcsh"]).exits(2);
}

#[test]
fn the_manual_has_every_page_that_it_refers_to() {
    let manual = Sandbox::new().run(&["completions", "man"]).exits(0).out;
    let referred = manual.lines().filter_map(|line| line.strip_suffix("(1)"));
    for page in referred {
        assert!(manual.contains(&format!("\n.TH {} 1 ", page.replace("\\-", "-"))), "{page}");
    }
    assert_eq!(
        manual
            .matches(
                "
.TH "
            )
            .count(),
        1 + COMMANDS.len() + 3,
        "{manual}"
    ); // `config` has two of its own, `bucket` one
    for command in COMMANDS {
        assert!(manual.contains(&format!(".TH hallpass-{command} 1")), "{command}");
    }
}
