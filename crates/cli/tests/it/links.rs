//! `pass` and `verify`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::sandbox::{HALLPASS, Run, Sandbox, keys};

fn ready() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("media/a b.txt", "x");
    sandbox.write("media/reports/q1.txt", "x");
    sandbox.write("media/reports/2026/q2.txt", "x");
    sandbox.write("media/public/logo.txt", "x");
    sandbox
}

fn pass(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let mut all = vec!["pass"];
    all.extend(arguments);
    sandbox.run(&all).exits(0).line().to_owned()
}

#[track_caller]
fn verdict(sandbox: &Sandbox, arguments: &[&str], valid: bool, reason: &str) {
    let mut all = vec!["--json", "verify"];
    all.extend(arguments);
    let run = sandbox.run(&all).exits(if valid { 0 } else { 3 });
    let verdict = run.json();
    let known: &[&str] =
        if verdict.get("expires").is_some() { &["valid", "reason", "expires"] } else { &["valid", "reason"] };
    assert_eq!(keys(run.line()), known);
    if let Some(expires) = verdict["expires"].as_str() {
        assert_eq!(verdict["reason"], format!("good until {expires}"));
    }
    assert_eq!(verdict["valid"], valid, "{verdict}");
    assert!(verdict["reason"].as_str().unwrap().contains(reason), "{verdict}");
}

#[test]
fn a_link_stands_alone_on_one_line() {
    let sandbox = ready();
    let run = sandbox.run(&["pass", "a b.txt"]).exits(0);
    let notes = "note: no gateway runs in this directory; the link leads to http://127.0.0.1:8080\n\
                 note: made a new secret, `.hallpass/secret`\n";
    assert_eq!(run.err, notes);
    assert!(!sandbox.run(&["pass", "a b.txt"]).exits(0).err.contains("secret"), "there is one now");
    let token = run.line().strip_prefix("http://127.0.0.1:8080/media/a%20b.txt?pass=").unwrap();
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{token}");
    assert!(token.len() <= 64, "{token}");

    let json = sandbox.run(&["pass", "a b.txt", "--json"]).exits(0);
    assert_eq!(keys(json.line()), ["url", "expires"]);
    assert!(json.json()["expires"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn the_origin_is_the_public_url_or_the_running_gateway_s_or_the_configured_one() {
    let sandbox = ready();
    let begins = |origin: &str| {
        let url = pass(&sandbox, &["reports/q1.txt"]);
        assert!(url.starts_with(&format!("{origin}/media/reports/q1.txt?pass=")), "{url}");
    };
    begins("http://127.0.0.1:8080");
    let mut server = sandbox.serve(&[]);
    begins(&server.origin);
    server.signal("TERM");
    server.wait();
    begins("http://127.0.0.1:8080");
    let mut killed = sandbox.serve(&[]);
    killed.signal("KILL");
    killed.wait();
    assert!(sandbox.path(".hallpass/gateway.json").exists(), "left behind");
    begins("http://127.0.0.1:8080");
    let (first, second) = (sandbox.serve(&[]), sandbox.serve(&["media"]));
    second.wait_for_log("is served from this directory too");
    begins(&second.origin);
    assert_eq!(sandbox.run(&["pass", "reports/q1.txt"]).exits(0).err, "");
    drop((first, second));

    let mut command = sandbox.command(&["pass", "reports/q1.txt"]);
    command.env("HALLPASS_LISTEN", "127.0.0.1:9999");
    assert!(Run::of(command).line().starts_with("http://127.0.0.1:9999/"));
    let mut command = sandbox.command(&["pass", "reports/q1.txt"]);
    command.env("HALLPASS_PUBLIC_URL", "https://media.example.com");
    assert!(Run::of(command).line().starts_with("https://media.example.com/media/reports/"));
}

#[test]
fn what_is_not_there_yet_gets_a_link_and_a_warning() {
    let sandbox = ready();
    sandbox
        .run(&["pass", "later.txt"])
        .exits(0)
        .says("warning: there is no `later.txt` in the store `media` yet");
    assert_eq!(sandbox.run(&["pass", "later.txt", "--json"]).exits(0).err, "");
    assert_eq!(sandbox.run(&["pass", "later.txt", "--quiet"]).exits(0).err, "");
}

#[test]
fn terms_are_kept() {
    let sandbox = ready();
    let key = "reports/q1.txt";
    verdict(&sandbox, &[&pass(&sandbox, &[key])], true, "good until 20");

    let alice = pass(&sandbox, &[key, "--user", "alice"]);
    verdict(&sandbox, &[&alice, "--user", "alice"], true, "good until");
    verdict(&sandbox, &[&alice, "--user", "bob"], false, "altered, or made for another");
    verdict(&sandbox, &[&alice], false, "pass for a user");

    let head = pass(&sandbox, &[key, "--method", "head"]);
    verdict(&sandbox, &[&head, "--method", "HEAD"], true, "good until");
    verdict(&sandbox, &[&head], false, "covers HEAD, not GET");
    verdict(&sandbox, &[&pass(&sandbox, &[key, "--method", "GET,HEAD"]), "--method", "HEAD"], true, "good");

    let tomorrow = SystemTime::now() + Duration::from_hours(24);
    let tomorrow = tomorrow.duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
    for ttl in ["15m", "2d"] {
        let later = pass(&sandbox, &[key, "--ttl", ttl, "--not-before", &tomorrow]);
        verdict(&sandbox, &[&later], false, "not good before 20");
    }

    let saved = pass(&sandbox, &[key, "--download-as", "Übersicht.txt"]);
    assert!(saved.contains("&response-content-disposition=attachment"), "{saved}");
    verdict(&sandbox, &[&saved], true, "good until");
    verdict(&sandbox, &[&saved.replace("attachment", "inline")], false, "altered, or made for another");
}

#[test]
fn a_stable_link_is_the_same_for_all_in_a_window() {
    let sandbox = ready();
    let stable = || pass(&sandbox, &["reports/q1.txt", "--ttl", "1h", "--stable", "1d"]);
    let first = stable();
    // The two differ only if midnight (UTC) lies between them; then the next two do not.
    assert!(first == stable() || stable() == stable());
    verdict(&sandbox, &[&first], true, "good until");
}

#[test]
fn s03_a_link_to_a_folder_opens_what_is_below_it_and_nothing_else() {
    let sandbox = ready();
    let run = sandbox.run(&["pass", "reports/", "--prefix"]).exits(0);
    let url = run.line();
    let at = |key: &str| url.replacen("/media/reports/", &format!("/media/{key}"), 1);
    verdict(&sandbox, &[&at("reports/q1.txt")], true, "good");
    verdict(&sandbox, &[&at("reports/2026/q2.txt")], true, "good");
    verdict(&sandbox, &[&at("a%20b.txt")], false, "longer prefix");
    verdict(&sandbox, &[&at("reportsx/q1.txt")], false, "altered, or made for another");
    verdict(&sandbox, &[url], false, "");
    sandbox.run(&["pass", "reports", "--prefix"]).exits(2).says("prefix does not end in `/`");
    sandbox.run(&["pass", "", "--prefix"]).exits(2);
    sandbox.run(&["pass", "/", "--prefix"]).exits(2).says("no link opens everything");
    sandbox.run(&["pass", "reports/"]).exits(2).says("for a whole folder add `--prefix`");
}

#[test]
fn verify_says_why_not() {
    let sandbox = ready();
    let good = pass(&sandbox, &["reports/q1.txt"]);
    verdict(&sandbox, &[&good], true, "good until");
    verdict(&sandbox, &["http://127.0.0.1:8080/media/public/logo.txt"], true, "public");
    verdict(&sandbox, &[&good.replace("q1", "q2")], false, "altered, or made for another");
    verdict(&sandbox, &["http://127.0.0.1:8080/media/reports/q1.txt"], false, "no pass");
    verdict(&sandbox, &["http://127.0.0.1:8080/elsewhere/x"], false, "outside the mount");
    for wrong in ["no url at all", "welcome.txt", ""] {
        assert_eq!(sandbox.run(&["verify", wrong, "--json"]).exits(2).says("not a URL").out, "");
    }
    assert!(sandbox.run(&["verify", &good, "--json"]).exits(0).json()["expires"].is_string());
    verdict(&sandbox, &[&pass(&sandbox, &["-q", "missing.txt"])], false, "no such object");
    verdict(&sandbox, &["http://127.0.0.1:8080/media/public/../reports/q1.txt"], false, "names no object");

    assert_eq!(sandbox.run(&["verify", &good]).exits(0).err, "");
    sandbox
        .run(&["verify", &good.replace("q1", "q2")])
        .exits(3)
        .says("note: no gateway runs in this directory");
    let run = sandbox.run(&["verify", &format!("{good}x")]).exits(3);
    assert!(run.line().starts_with("not valid: "), "{run:?}");
}

#[test]
fn s10_a_link_is_worth_nothing_elsewhere() {
    let (here, there) = (ready(), ready());
    let url = pass(&here, &["reports/q1.txt"]);
    pass(&there, &["reports/q1.txt"]);
    verdict(&there, &[&url], false, "altered, or made for another");
}

#[test]
fn d07_terms_that_make_no_sense_are_refused() {
    let sandbox = ready();
    let refused = |arguments: &[&str], why: &str| {
        let mut all = vec!["pass", "reports/q1.txt"];
        all.extend(arguments);
        let run = sandbox.run(&all).exits(2).says(why);
        assert_eq!(run.out, "");
    };
    refused(&["--one-time"], "no ledger");
    refused(
        &["--ttl", "8d"],
        "failed to make a link: it would end more than 7d from now; `max_life` of the mount `/media/` sets that limit",
    );
    refused(&["--ttl", "0s"], "less than a second");
    refused(&["--stable", "10ms"], "less than a second");
    refused(&["--ttl", "soon"], "no duration such as");
    refused(&["--not-before", "2099-01-01T00:00:00Z"], "failed to make a link");
    refused(&["--not-before", "tomorrow"], "no time such as");
    refused(&["--method", "DELETE"], "possible values: GET, HEAD");
    refused(&["--mount", "/other/"], "no mount `/other/`");
    refused(&["--mount", "other"], "a mount is a path such as");
}

#[test]
fn a_shell_can_use_the_link_as_it_stands() {
    let sandbox = ready();
    let _server = sandbox.serve(&[]);
    let script = format!("curl --disable -fsS --noproxy '*' \"$('{HALLPASS}' pass 'a b.txt')\"");
    let output = sandbox.program("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(output.stdout, b"x", "{}", String::from_utf8_lossy(&output.stderr));
}
