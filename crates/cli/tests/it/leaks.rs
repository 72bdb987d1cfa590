//! What is written to a log is nobody's key (S15).

use crate::curl::curl;
use crate::sandbox::Sandbox;

#[test]
fn s15_no_log_holds_a_pass_or_a_secret() {
    let sandbox = Sandbox::new();
    sandbox.write("media/a.txt", "content");
    let mut server = sandbox.serve(&["-vv"]);
    let mut bearer = vec![server.url.clone()];
    let mut errors = String::new();
    let secret = sandbox.read(".hallpass/secret").trim().to_owned();
    for options in
        [&[][..], &["--user", "alice"], &["--ttl", "1s"], &["--download-as", "x.txt"], &["--method", "HEAD"]]
    {
        let run = sandbox.run(&[&["pass", "-vv", "a.txt"], options].concat()).exits(0);
        bearer.push(run.line().to_owned());
        errors.push_str(&run.err);
    }
    let good = bearer[1].clone();
    bearer.push(format!("{good}x"));
    bearer.push(good.replace("a.txt", "b.txt"));
    bearer.push(good.replace("?pass=", "?PASS=1&pass="));
    for url in &bearer {
        curl(&[url]);
        curl(&["--head", url]);
        curl(&["--http2-prior-knowledge", url]);
        curl(&["--request", "DELETE", url]);
        curl(&["--range", "0-0,5-2", "--header", &format!("Referer: {url}"), "--cookie", &good, url]);
        let run = sandbox.run(&["verify", "-vv", url]);
        errors.push_str(&run.err);
        assert!(!run.out.contains(token(url)), "{}", run.out);
        errors.push_str(&sandbox.run(&["stat", "-vv", url]).err.replace(url, ""));
    }
    for arguments in
        [&["config", "show"][..], &["config", "show", "--json"], &["config", "check"], &["ls", "-vv"]]
    {
        let run = sandbox.run(arguments);
        errors.push_str(&run.out);
        errors.push_str(&run.err);
    }
    server.signal("TERM");
    let (status, printed) = server.wait();
    assert!(status.success());
    let log = server.log() + &errors + &printed;
    assert!(log.contains("served") && log.contains("refused"), "{log}");
    assert!(log.contains("TRACE") || log.contains("DEBUG") || log.len() > 1000, "{log}");

    assert!(!log.contains(&secret));
    for url in &bearer {
        assert!(!log.contains(token(url)), "{url} in:\n{log}");
        // The tag: the last 128 bits.
        assert!(!log.contains(&token(url)[token(url).len() - 22..]), "{url} in:\n{log}");
    }
    assert!(!log.contains("pass="), "{log}");
}

/// Returns the pass of a link.
fn token(url: &str) -> &str {
    let rest = url.split("pass=").last().unwrap();
    rest.split('&').next().unwrap()
}
