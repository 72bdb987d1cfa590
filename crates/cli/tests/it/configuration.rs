//! `hallpass.toml`, variables, and `hallpass config`.

use crate::curl::curl;
use crate::sandbox::{Run, Sandbox, keys};

const TWO_MOUNTS: &str = r#"
listen = "127.0.0.1:0"

[keys]
active = "2026-11"
[keys.ring.2026-11]
secret_file = "key"

[stores.photos]
url = "file:photos"
[stores.films]
url = "file:films"

[mounts."/photos/"]
store = "photos"
public = ["public/"]
[mounts."/films/"]
store = "films"
max_life = "10m"
"#;

fn with_two_mounts() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("hallpass.toml", TWO_MOUNTS);
    sandbox.write("key", "0123456789abcdef0123456789abcdef\n");
    let key = sandbox.path("key");
    std::fs::set_permissions(key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    sandbox.write("photos/p.txt", "photo");
    sandbox.write("films/f.txt", "film");
    sandbox
}

#[test]
fn the_file_in_the_working_directory_is_read() {
    let sandbox = with_two_mounts();
    sandbox.run(&["config", "check"]).exits(0).prints("in order\n");
    sandbox.run(&["config", "check", "-q"]).exits(0).prints("");
    let server = sandbox.serve(&[]);
    assert!(server.url.contains("/films/f.txt?pass="), "{}", server.url);
    assert_eq!(curl(&[&server.url]).body, b"film");

    let photo = sandbox.run(&["pass", "p.txt", "--mount", "/photos/"]).exits(0);
    assert_eq!(curl(&[photo.line()]).body, b"photo");
    assert_eq!(curl(&[&photo.line().replace("/photos/p.txt", "/films/f.txt")]).code(), 404);
    assert!(!sandbox.path(".hallpass/secret").exists());
    assert!(!sandbox.path("media").exists());
}

#[test]
fn several_stores_or_mounts_have_to_be_chosen_from() {
    let sandbox = with_two_mounts();
    sandbox
        .run(&["ls"])
        .exits(2)
        .says("the configuration has several; name one with `--store`: `films`, `photos`");
    sandbox.run(&["ls", "--store", "films"]).exits(0).prints("f.txt\n");
    sandbox.run(&["pass", "f.txt"]).exits(2).says("name one with `--mount`: `/films/`, `/photos/`");
    sandbox.run(&["pass", "f.txt", "--mount", "/films/", "--ttl", "11m"]).exits(2);
    sandbox.run(&["pass", "f.txt", "--mount", "/films/", "--ttl", "10m"]).exits(0);
}

#[test]
fn another_file_can_be_named() {
    let sandbox = with_two_mounts();
    sandbox.write("conf/other.toml", TWO_MOUNTS.replace("films", "movies"));
    let check = |run: Run| {
        run.exits(2).says("`movies`, `photos`");
    };
    check(sandbox.run(&["ls", "--config", "conf/other.toml"]));
    check(sandbox.run(&["--config", "conf/other.toml", "ls"]));
    let mut command = sandbox.command(&["ls"]);
    command.env("HALLPASS_CONFIG", "conf/other.toml");
    check(Run::of(command));
    sandbox
        .run(&["ls", "--config", "missing.toml"])
        .exits(2)
        .says("failed to read the configuration `missing.toml`");
}

#[test]
fn show_prints_what_is_used_and_no_secret() {
    let sandbox = with_two_mounts();
    let mut command = sandbox.command(&["config", "show"]);
    command.env("HALLPASS_LIMITS_IDLE_TIMEOUT", "17s");
    let shown = Run::of(command).exits(0);
    assert!(shown.out.contains("idle_timeout = \"17s\""), "{}", shown.out);
    assert!(shown.out.contains("secret_file = \"key\""), "{}", shown.out);
    assert!(!shown.out.contains("0123456789abcdef"), "{}", shown.out);

    sandbox.write("again.toml", &shown.out);
    sandbox.run(&["config", "check", "--config", "again.toml"]).exits(0);
    let json = sandbox.run(&["config", "show", "--json"]).exits(0).json();
    assert_eq!(json["mounts"]["/films/"]["max_life"], "10m");
}

#[test]
fn the_embedded_default_can_be_written_down() {
    let sandbox = Sandbox::new();
    let shown = sandbox.run(&["config", "show"]).exits(0);
    sandbox.write("hallpass.toml", &shown.out);
    sandbox.run(&["config", "check"]).exits(0);
    assert_eq!(sandbox.run(&["config", "show"]).exits(0).out, shown.out);
}

/// `hallpass config show > hallpass.toml` empties the file before it is read: that should not pass for a configuration.
#[test]
fn an_empty_file_is_no_configuration() {
    let sandbox = Sandbox::new();
    sandbox.write("hallpass.toml", "");
    for command in
        [&["config", "show"][..], &["serve"], &["ls"], &["pass", "x"], &["put", "hallpass.toml", "x"]]
    {
        let run = sandbox.run(command).exits(2).says("`hallpass.toml`: it has no stores and no mounts");
        assert_eq!(run.out, "");
    }
    sandbox.run(&["config", "check"]).exits(2);
}

#[test]
fn problems_are_shown_all_at_once_with_the_nearest_name() {
    let sandbox = Sandbox::new();
    sandbox.write("hallpass.toml", "lisen = \"127.0.0.1:0\"\n[limits]\nidle_timout = \"5s\"\n");
    let run = sandbox.run(&["config", "check"]).exits(2);
    assert!(run.out.contains("`lisen` (line 1): unknown key; did you mean `listen`?"), "{}", run.out);
    assert!(
        run.out.contains("`limits.idle_timout` (line 3): unknown key; did you mean `idle_timeout`?"),
        "{run:?}"
    );

    let json = sandbox.run(&["config", "check", "--json"]).exits(2);
    assert_eq!(json.json()["valid"], false);
    let problem = json.json()["problems"][0].clone();
    assert_eq!((problem["at"].as_str(), problem["line"].as_u64()), (Some("limits.idle_timout"), Some(3)));
    assert_eq!(keys(&problem.to_string()).len(), 3);

    for command in [&["serve"][..], &["ls"], &["pass", "x"], &["config", "show"]] {
        let run = sandbox.run(command).exits(2).says("did you mean `listen`?");
        run.says("failed to use the configuration `hallpass.toml`");
    }
}

#[test]
fn what_does_not_fit_together_is_found_without_serving() {
    let sandbox = with_two_mounts();
    sandbox.write("hallpass.toml", TWO_MOUNTS.replace("store = \"films\"", "store = \"flims\""));
    let run = sandbox.run(&["config", "check"]).exits(2);
    assert!(run.out.contains("did you mean `films`?"), "{}", run.out);
    sandbox.run(&["serve"]).exits(2).says("did you mean `films`?");
}

#[test]
fn later_features_are_refused_by_name() {
    let sandbox = with_two_mounts();
    for (line, word) in [("policy = \"p.toml\"", "policy"), ("uploads = { under = \"in/\" }", "uploads")] {
        sandbox.write("hallpass.toml", format!("{TWO_MOUNTS}{line}\n"));
        let run = sandbox.run(&["config", "check"]).exits(2);
        assert!(run.out.contains("not available in this version") && run.out.contains(word), "{}", run.out);
    }
}

#[test]
fn variables_override_and_misspelt_ones_are_errors() {
    let sandbox = Sandbox::new();
    let with = |name: &str, value: &str| {
        let mut command = sandbox.command(&["config", "show", "--json"]);
        command.env(name, value);
        Run::of(command)
    };
    assert_eq!(with("HALLPASS_LISTEN", "127.0.0.1:1234").exits(0).json()["listen"], "127.0.0.1:1234");
    with("HALLPASS_LISTEN", "here").exits(2).says("`HALLPASS_LISTEN`");
    with("HALLPASS_LISTN", "127.0.0.1:1234").exits(2).says("HALLPASS_LISTEN");
    let mut command = sandbox.command(&["config", "check"]);
    command.env("HALLPASS_LISTEN", "here").env("HALLPASS_LIMITS_MAX_HEADER", "1");
    let both = Run::of(command).exits(2);
    assert!(
        both.out.contains("`HALLPASS_LISTEN`: ") && both.out.contains("`HALLPASS_LIMITS_MAX_HEADER`: "),
        "{both:?}"
    );
}

#[test]
fn a_secret_that_others_can_read_is_refused() {
    let sandbox = with_two_mounts();
    let mode = |mode| std::os::unix::fs::PermissionsExt::from_mode(mode);
    std::fs::set_permissions(sandbox.path("key"), mode(0o644)).unwrap();
    sandbox.run(&["serve"]).exits(2).says("chmod 600");
    std::fs::remove_file(sandbox.path("key")).unwrap();
    sandbox.run(&["serve"]).exits(2).says("failed to use the secret in");
}

#[test]
fn a_directory_and_a_configuration_do_not_go_together() {
    let sandbox = with_two_mounts();
    sandbox.run(&["serve", "films"]).exits(2).says("leave out the directory");
}
