//! The program's own state is out of reach, even when the working directory itself is served (S57).

use std::fs;

use crate::curl::curl;
use crate::sandbox::Sandbox;

const OWN: [&str; 6] = [
    ".hallpass/secret",
    ".hallpass/gateway.json",
    ".hallpass/staging/x",
    ".hallpass/locks/x",
    ".hallpass",
    ".hallpass/new",
];

#[test]
fn s57_no_door_leads_to_the_secret() {
    let sandbox = Sandbox::new();
    sandbox.write("file.txt", "content");
    let server = sandbox.serve(&["."]);
    let secret = fs::read(sandbox.path(".hallpass/secret")).unwrap();
    assert_eq!(secret.len(), 65);
    assert!(server.url.contains("/media/file.txt?pass="), "{}", server.url);
    let refusal = curl(&[&format!("{}/media/missing", server.origin)]);
    let here = ["--store", "file:."];
    let run = |arguments: &[&str]| sandbox.run(&[arguments, &here[..]].concat());

    for key in OWN {
        let link = sandbox.run(&["pass", "-q", key]).exits(0);
        assert_eq!(curl(&[link.line()]), refusal, "{key}");
        assert_eq!(curl(&[&format!("{}/media/{key}", server.origin)]), refusal, "{key}");
        for arguments in
            [&["stat", key][..], &["get", key, "-"], &["cp", key, "c"], &["mv", key, "c"], &["rm", key]]
        {
            let run = run(arguments).exits(4);
            assert_eq!(run.out, "", "{run:?}");
        }
        for arguments in [&["put", "file.txt", key][..], &["cp", "file.txt", key], &["mv", "file.txt", key]] {
            run(arguments).exits(2);
            run(&[arguments, &["--overwrite"]].concat()).exits(2);
        }
        run(&["put", "file.txt", key, "--any-name", "--overwrite"]).exits(2);
    }
    run(&["ls", "-r"]).exits(0).prints("file.txt\n");
    run(&["ls"]).exits(0).prints("file.txt\n");
    run(&["ls", ".hallpass/"]).exits(0).prints("");
    run(&["ls", "-r", ".hallpass"]).exits(0).prints("");

    assert_eq!(fs::read(sandbox.path(".hallpass/secret")).unwrap(), secret);
    assert_eq!(sandbox.read("file.txt"), "content");
    assert!(!sandbox.path(".hallpass/new").exists());
    assert_eq!(curl(&[&server.url]).body, b"content");
}

#[test]
fn s57_a_link_to_the_state_s_folder_opens_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("file.txt", "content");
    let server = sandbox.serve(&["."]);
    let refusal = curl(&[&format!("{}/media/missing", server.origin)]);
    let link = sandbox.run(&["pass", "-q", "--prefix", ".hallpass/"]).exits(0);
    assert_eq!(curl(&[&link.line().replace(".hallpass/?", ".hallpass/secret?")]), refusal);
}
