//! The program's own state is out of reach, even when the working directory itself is served (S57).

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use crate::curl::curl;
use crate::sandbox::{HALLPASS, Run, Sandbox};

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

/// The working directory is inside of what is served, and `public/` of that is open to everyone.
#[test]
fn s57_a_directory_above_is_served_without_the_secret() {
    for root in ["..", "absolute", "../../alias"] {
        let sandbox = Sandbox::working_in("site/public");
        sandbox.write("logo.txt", "for everyone");
        sandbox.write("../z.txt", "private");
        symlink("site", sandbox.path("../../alias")).unwrap();
        let absolute = sandbox.outer().join("site").to_string_lossy().into_owned();
        let root = if root == "absolute" { &absolute } else { root };
        let server = sandbox.serve(&[root]);
        assert!(server.url.contains("/media/z.txt?pass="), "{root}: {}", server.url);
        let secret = sandbox.read(".hallpass/secret");
        let refusal = curl(&[&format!("{}/media/missing", server.origin)]);
        let store = format!("file:{root}");
        let run = |arguments: &[&str]| sandbox.run(&[arguments, &["--store", &store]].concat());
        for key in ["public/.hallpass/secret", "public/.hallpass/gateway.json", "public/.hallpass/new"] {
            assert_eq!(curl(&[&format!("{}/media/{key}", server.origin)]), refusal, "{root} {key}");
            let link = sandbox.run(&["pass", "-q", key]).exits(0);
            assert_eq!(curl(&[link.line()]), refusal, "{root} {key}");
            for arguments in [&["get", key, "-"][..], &["stat", key], &["cp", key, "c"], &["mv", key, "c"]] {
                assert_eq!(run(arguments).exits(4).out, "");
            }
            run(&["rm", key]).exits(4);
            run(&["put", "logo.txt", key, "--overwrite"]).exits(2);
        }
        run(&["ls", "-r"]).exits(0).prints("public/logo.txt\nz.txt\n");
        run(&["ls", "public/"]).exits(0).prints("public/logo.txt\n");
        assert_eq!(curl(&[&format!("{}/media/public/logo.txt", server.origin)]).body, b"for everyone");
        assert_eq!(sandbox.read(".hallpass/secret"), secret);
    }
}

/// The welcome link never leads to our own state, even if there is nothing else.
#[test]
fn s57_own_state_is_never_offered() {
    let sandbox = Sandbox::working_in("site/app");
    sandbox.run(&["pass", "-q", "x"]).exits(0); // makes the secret
    let server = sandbox.serve(&[".."]);
    assert!(server.url.contains("/media/welcome.txt?pass="), "{}", server.url);
}

#[test]
fn s57_a_store_that_holds_a_secret_is_refused_by_every_command() {
    let sandbox = Sandbox::new();
    sandbox.write("app/keys/a", "0123456789abcdef0123456789abcdef");
    fs::set_permissions(sandbox.path("app/keys/a"), fs::Permissions::from_mode(0o600)).unwrap();
    sandbox.write("app/file.txt", "content");
    sandbox.write(
        "hallpass.toml",
        "keys = { active = 'a', ring.a.secret_file = 'app/keys/a' }\n\
         stores.media.url = 'file:app'\nmounts.'/media/'.store = 'media'",
    );
    serve_briefly(&sandbox, &[]).exits(2).says("move that out of the directory");
    for store in [&[][..], &["--store", "media"], &["--store", "file:app"], &["--store", "file:."]] {
        for arguments in [
            &["get", "keys/a", "-"][..],
            &["get", "app/keys/a", "-"],
            &["ls", "-r"],
            &["rm", "keys/a", "app/keys/a"],
            &["put", "app/file.txt", "keys/a", "--overwrite"],
        ] {
            let run = sandbox.run(&[arguments, store].concat()).exits(2);
            assert_eq!(run.out, "", "{run:?}");
        }
    }
    assert_eq!(sandbox.read("app/keys/a"), "0123456789abcdef0123456789abcdef");
}

#[test]
fn s57_own_state_is_no_store() {
    let sandbox = Sandbox::new();
    sandbox.run(&["pass", "-q", "x"]).exits(0); // makes the secret
    let secret = sandbox.read(".hallpass/secret");
    for folder in [".hallpass", ".hallpass/new"] {
        serve_briefly(&sandbox, &[folder]).exits(2).says("outside of it");
    }
    let here = ["--store", "file:.hallpass"];
    for arguments in [&["get", "secret", "-"][..], &["ls"], &["rm", "secret"]] {
        assert_eq!(sandbox.run(&[arguments, &here].concat()).exits(2).out, "");
    }
    assert_eq!(sandbox.read(".hallpass/secret"), secret);
    assert_eq!(fs::read_dir(sandbox.path(".hallpass")).unwrap().count(), 1);
}

/// Runs `hallpass serve` where it is to be refused. If it serves after all, that ends, and with another exit code.
fn serve_briefly(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    let mut command = Command::new("timeout");
    command.args(["10", HALLPASS, "serve", "--listen", "127.0.0.1:0"]).args(arguments);
    command.current_dir(sandbox.path("."));
    Run::of(command)
}
