//! What is written to a log is nobody's key (S15), on S3 too.

use crate::curl::curl;
use crate::place::{Place, front, with_keys};
use crate::sandbox::{Run, Sandbox};

const SECRET: &str = "a-secret-that-occurs-nowhere-else";

#[test]
fn s15_no_log_holds_a_secret_or_a_signature() {
    let place = Place::with(&[("a.txt", "content")]);
    place.write("b", "b");
    let mut all = String::new();
    let mut run = |arguments: &[&str], secret: &str, endpoint: &str| {
        let store = place.store_at(endpoint);
        let arguments = [arguments, &["-vv", "--store", &store]].concat();
        let run = Run::of(with_keys(Sandbox::command(&place, &arguments), secret));
        all.push_str(&run.err);
        run
    };
    let mut tokens = Vec::new();
    for secret in ["test", SECRET] {
        for endpoint in [crate::place::endpoint(), front()] {
            for command in
                [&["ls"][..], &["stat", "a.txt"], &["get", "a.txt", "-"], &["put", "b", "c"], &["rm", "c"]]
            {
                run(command, secret, &endpoint);
            }
            let url = run(&["url", "a.txt", "--via", "s3"], secret, &endpoint).exits(0);
            let signature = url.line().split("X-Amz-Signature=").nth(1).unwrap();
            tokens.push(signature.split('&').next().unwrap().to_owned());
        }
    }
    place.configure("");
    let mut server = place.serve(&["-vv"]);
    let pass = server.url.split("pass=").nth(1).unwrap().to_owned();
    for url in [server.url.clone(), format!("{}x", server.url)] {
        curl(&[&url]);
        curl(&["--head", &url]);
    }
    tokens.push(pass);
    server.signal("TERM");
    assert!(server.wait().0.success());
    all.push_str(&server.log());
    all.push_str(&place.run(&["config", "show"]).exits(0).out);

    assert!(all.contains("served") && all.contains("refused"), "{all}");
    for token in tokens.iter().map(String::as_str).chain([SECRET, "Signature=", "AWS4-HMAC", "pass="]) {
        assert!(!all.contains(token), "`{token}` in:\n{all}");
    }
}
