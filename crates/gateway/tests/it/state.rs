//! `.hallpass/`: the secret of a first run, and where the gateway listens.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use gateway::{Config, Gateway, GatewayErrorKind, MountPath, Origin, State, Surroundings};

use crate::fixture::place;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn s42_the_secret_is_made_once_for_this_user_alone() {
    let place = place(&[]);
    let state = State::below(place.path());
    let first = state.secret().unwrap();
    assert_eq!(first.expose_secret().len(), 64, "32 bytes in hexadecimal");
    assert_eq!(state.secret().unwrap().expose_secret(), first.expose_secret());
    assert_eq!(mode(&place.path().join(".hallpass")), 0o700);
    assert_eq!(mode(&state.secret_path()), 0o600);
    let names: Vec<_> =
        fs::read_dir(place.path().join(".hallpass")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["secret"], "no draft stays behind");
}

#[test]
fn two_directories_have_two_secrets() {
    let (a, b) = (place(&[]), place(&[]));
    let secret = |place: &Path| State::below(place).secret().unwrap().expose_secret().to_vec();
    assert_ne!(secret(a.path()), secret(b.path()));
}

#[test]
fn a_secret_that_others_may_read_is_refused_with_advice() {
    let place = place(&[]);
    let state = State::below(place.path());
    drop(state.secret().unwrap());
    for open in [0o604, 0o620, 0o602, 0o644, 0o666] {
        fs::set_permissions(state.secret_path(), Permissions::from_mode(open)).unwrap();
        let error = state.secret().unwrap_err();
        assert_eq!(error.kind(), GatewayErrorKind::Secret);
        assert!(error.to_string().contains("run `chmod 600 "), "{error}");
    }
    for private in [0o600, 0o400, 0o640] {
        fs::set_permissions(state.secret_path(), Permissions::from_mode(private)).unwrap();
        state.secret().unwrap();
    }
}

#[test]
fn secrets_that_cannot_be_used_are_refused_by_name() {
    let place = place(&[]);
    fs::create_dir(place.path().join("media")).unwrap();
    let refused = |source: &str, env: &dyn Fn(&str) -> Option<String>| {
        let text = format!(
            "keys = {{ active = 'a', ring.a = {{ {source} }} }}\nstores.m.url = 'memory:'\nmounts.'/m/'.store = 'm'"
        );
        let config = Config::from_toml(&text).unwrap();
        let error = Gateway::new(config, &Surroundings::new(place.path(), env)).unwrap_err();
        assert_eq!(error.kind(), GatewayErrorKind::Secret);
        error.to_string()
    };
    let unset = refused("secret_env = 'NOT_THERE'", &|_| None);
    assert_eq!(unset, "failed to use the key `a`: `NOT_THERE` is not set");
    let short = refused("secret_env = 'SHORT'", &|_| Some("hunter2".to_owned()));
    assert!(short.contains("secret has 7 bytes") && !short.contains("hunter2"), "{short}");
    let missing = refused("secret_file = 'nowhere'", &|_| None);
    assert!(missing.contains("nowhere`: No such file"), "{missing}");
    let folder = refused("secret_file = 'media'", &|_| None);
    assert!(folder.contains("it is no regular file"), "{folder}");
}

#[test]
fn threads_that_start_at_once_share_one_secret() {
    let place = place(&[]);
    let state = State::below(place.path());
    let secrets: Vec<Vec<u8>> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..16).map(|_| scope.spawn(|| state.secret().unwrap().expose_secret().to_vec())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(secrets.iter().all(|secret| *secret == secrets[0]));
}

const CHILD: &str = "GATEWAY_TEST_FIRST_START";

#[test]
fn processes_that_start_at_once_share_one_secret() {
    let place = place(&[]);
    let start = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "state::child_of_the_test_above", "--nocapture", "--ignored"])
            .env(CHILD, place.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..8).map(|_| start()).collect();
    let secrets: Vec<String> = children
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success());
            let text = String::from_utf8(output.stdout).unwrap();
            text.split("secret=").nth(1).unwrap().lines().next().unwrap().to_owned()
        })
        .collect();
    assert!(secrets.iter().all(|secret| *secret == secrets[0]), "{secrets:?}");
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn child_of_the_test_above() {
    let place = std::env::var(CHILD).unwrap();
    let secret = State::below(Path::new(&place)).secret().unwrap();
    println!("secret={}", String::from_utf8_lossy(secret.expose_secret()));
}

fn origin(port: u16) -> Origin {
    Origin::of_listener(([127, 0, 0, 1], port).into())
}

#[test]
fn a_gateway_is_announced_while_it_runs() {
    let place = place(&[]);
    let state = State::below(place.path());
    assert_eq!(state.announced().unwrap(), None);
    let announcement = state.announce(&origin(1)).unwrap();
    assert_eq!(state.announced().unwrap(), Some(origin(1)));
    assert_eq!(mode(&place.path().join(".hallpass/gateway.json")), 0o600);
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(place.path().join(".hallpass/gateway.json")).unwrap()).unwrap();
    assert_eq!(json["origin"], "http://127.0.0.1:1");
    drop(announcement);
    assert_eq!(state.announced().unwrap(), None);
}

#[test]
fn the_later_gateway_stays_announced_when_the_earlier_ends() {
    let place = place(&[]);
    let state = State::below(place.path());
    let earlier = state.announce(&origin(1)).unwrap();
    let later = state.announce(&origin(2)).unwrap();
    drop(earlier);
    assert_eq!(state.announced().unwrap(), Some(origin(2)));
    drop(later);
    assert_eq!(state.announced().unwrap(), None);
}

#[test]
fn what_a_killed_gateway_left_behind_announces_nothing() {
    let place = place(&[]);
    let state = State::below(place.path());
    let announcement = state.announce(&origin(1)).unwrap();
    let file = place.path().join(".hallpass/gateway.json");
    let left_behind = fs::read(&file).unwrap();
    drop(announcement);
    fs::write(&file, left_behind).unwrap();
    assert_eq!(state.announced().unwrap(), None);
    let later = state.announce(&origin(2)).unwrap();
    assert_eq!(state.announced().unwrap(), Some(origin(2)));
    drop(later);
    assert!(!file.exists());
}

#[test]
fn a_broken_announcement_is_an_error_and_no_panic() {
    let place = place(&[]);
    let state = State::below(place.path());
    drop(state.announce(&origin(1)).unwrap());
    for text in ["", "{}", "{\"origin\":\"ftp://x\",\"pid\":1,\"started\":1}"] {
        fs::write(place.path().join(".hallpass/gateway.json"), text).unwrap();
        assert_eq!(state.announced().unwrap_err().kind(), GatewayErrorKind::State);
    }
}

/// Links made without the gateway, as `hallpass pass` does, open what the gateway serves.
#[test]
fn links_are_made_without_opening_a_store() {
    let place = place(&[]);
    let config = Config::embedded("nowhere".as_ref());
    let around = Surroundings::new(place.path(), &|_| None);
    let links = config.links(&MountPath::media(), &config.origin(), &around).unwrap();
    assert_eq!(links.base().as_str(), "http://127.0.0.1:8080/media/");
    let error = config.links(&MountPath::parse("/x/").unwrap(), &config.origin(), &around).unwrap_err();
    assert_eq!(error.to_string(), "there is no mount `/x/`; there are: `/media/`");
}
