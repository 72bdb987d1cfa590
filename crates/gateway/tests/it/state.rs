//! `.hallpass/`: the secret of a first run, and where the gateway listens.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use gateway::{Config, Gateway, GatewayErrorKind, MountPath, Origin, Running, State, StoreUrl, Surroundings};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::geteuid;

use crate::fixture::{PATIENCE, place};

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

/// A secret that is replaced by moving a link is what Kubernetes mounts; the file itself is what is checked.
#[test]
fn a_secret_may_be_a_link_to_a_file_that_is_private() {
    let place = place(&[]);
    let state = State::below(place.path());
    drop(state.secret().unwrap());
    let (link, file) = (state.secret_path(), place.path().join("file"));
    fs::rename(&link, &file).unwrap();
    symlink("../file", &link).unwrap();
    state.secret().unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    assert!(state.secret().unwrap_err().to_string().contains("run `chmod 600 "));
}

#[test]
fn s56_a_secret_that_is_no_file_is_refused_at_once() {
    let place = place(&[]);
    let state = State::below(place.path());
    drop(state.secret().unwrap());
    fs::remove_file(state.secret_path()).unwrap();
    let private = Mode::RUSR | Mode::WUSR;
    mknodat(CWD, state.secret_path(), FileType::Fifo, private, 0).unwrap();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || tell.send(state.secret().unwrap_err().to_string()));
    let reason = told.recv_timeout(PATIENCE).expect("nobody is waited for");
    assert!(reason.contains("it is no regular file"), "{reason}");
}

#[test]
fn s42_own_state_that_others_may_change_is_refused_with_advice() {
    let place = place(&[]);
    let (state, folder) = (State::below(place.path()), place.path().join(".hallpass"));
    let announcement = state.announce(&running(1)).unwrap();
    drop(state.secret().unwrap());
    let refused = |advice: &str| {
        let errors =
            [state.secret().map(drop), state.announce(&running(1)).map(drop), state.announced().map(drop)];
        for error in errors.map(Result::unwrap_err) {
            assert_eq!(error.kind(), GatewayErrorKind::Secret);
            assert!(error.to_string().contains(advice), "{error}");
        }
    };
    for open in [0o770, 0o702, 0o1777, 0o720] {
        fs::set_permissions(&folder, Permissions::from_mode(open)).unwrap();
        refused("run `chmod 700 ");
    }
    for ours in [0o700, 0o755] {
        fs::set_permissions(&folder, Permissions::from_mode(ours)).unwrap();
        state.secret().unwrap();
        assert_eq!(state.announced().unwrap(), Some(running(1)));
    }
    if geteuid().is_root() {
        chown(&folder, Some(12_345), None).unwrap();
        refused("it belongs to the user 12345");
    }
    drop(announcement);
}

#[test]
fn s42_a_secret_of_somebody_else_is_refused() {
    if !geteuid().is_root() {
        return; // nobody else can give files away
    }
    let place = place(&[]);
    let state = State::below(place.path());
    drop(state.secret().unwrap());
    chown(state.secret_path(), Some(12_345), None).unwrap();
    let error = state.secret().unwrap_err();
    assert_eq!(error.kind(), GatewayErrorKind::Secret);
    assert!(error.to_string().contains("it belongs to the user 12345"), "{error}");
}

#[tokio::test]
async fn secrets_that_cannot_be_used_are_refused_by_name() {
    let place = place(&[]);
    fs::create_dir(place.path().join("media")).unwrap();
    let refused = async |source: &str, env: &(dyn Fn(&str) -> Option<String> + Sync)| {
        let text = format!(
            "keys = {{ active = 'a', ring.a = {{ {source} }} }}\nstores.m.url = 'memory:'\nmounts.'/m/'.store = 'm'"
        );
        let config = Config::from_toml(&text).unwrap();
        let error = Gateway::new(config, &Surroundings::new(place.path(), env)).await.unwrap_err();
        assert_eq!(error.kind(), GatewayErrorKind::Secret);
        error.to_string()
    };
    let unset = refused("secret_env = 'NOT_THERE'", &|_| None).await;
    assert_eq!(unset, "failed to use the key `a`: `NOT_THERE` is not set");
    let short = refused("secret_env = 'SHORT'", &|_| Some("hunter2".to_owned())).await;
    assert!(short.contains("secret has 7 bytes") && !short.contains("hunter2"), "{short}");
    let missing = refused("secret_file = 'nowhere'", &|_| None).await;
    assert!(missing.contains("nowhere`: No such file"), "{missing}");
    let folder = refused("secret_file = 'media'", &|_| None).await;
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
            .args(["--exact", "state::child_of_the_tests_above", "--nocapture", "--ignored"])
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

/// A secret whose directory is lost in a power failure takes every link with it.
#[test]
fn the_name_of_the_directory_is_flushed_to_the_disk() {
    let place = place(&[]);
    let log = place.path().join("calls");
    let traced = Command::new("strace")
        .args(["-f", "-y", "-e", "trace=fsync", "-o"])
        .arg(&log)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "state::child_of_the_tests_above", "--ignored"])
        .env(CHILD, place.path())
        .stdout(Stdio::null())
        .status();
    let traced = traced.expect("`strace` is needed: install it (`cargo xtask test` does)");
    assert!(traced.success(), "`strace` may not trace here");
    let calls = fs::read_to_string(log).unwrap();
    let flushed = |path: &Path| calls.contains(&format!("<{}>", path.canonicalize().unwrap().display()));
    assert!(flushed(&place.path().join(".hallpass")), "{calls}");
    assert!(flushed(place.path()), "{calls}");
}

#[test]
#[ignore = "run by the tests above, in a process of its own"]
fn child_of_the_tests_above() {
    let place = std::env::var(CHILD).unwrap();
    let secret = State::below(Path::new(&place)).secret().unwrap();
    println!("secret={}", String::from_utf8_lossy(secret.expose_secret()));
}

fn running(port: u16) -> Running {
    Running::at(Origin::of_listener(([127, 0, 0, 1], port).into()))
}

#[test]
fn a_gateway_is_announced_while_it_runs() {
    let place = place(&[]);
    let state = State::below(place.path());
    assert_eq!(state.announced().unwrap(), None);
    let announcement = state.announce(&running(1)).unwrap();
    assert_eq!(state.announced().unwrap(), Some(running(1)));
    assert_eq!(mode(&place.path().join(".hallpass/gateway.json")), 0o600);
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(place.path().join(".hallpass/gateway.json")).unwrap()).unwrap();
    assert_eq!(json["origin"], "http://127.0.0.1:1");
    drop(announcement);
    assert_eq!(state.announced().unwrap(), None);
}

#[test]
fn what_it_serves_is_announced_in_any_spelling() {
    let place = place(&[]);
    let state = State::below(place.path());
    for path in ["/srv/media", "/srv/with space/%2f", "/"] {
        let running = running(1).with_store(StoreUrl::File(path.into()));
        let announcement = state.announce(&running).unwrap();
        assert_eq!(state.announced().unwrap(), Some(running));
        drop(announcement);
    }
}

#[test]
fn the_later_gateway_stays_announced_when_the_earlier_ends() {
    let place = place(&[]);
    let state = State::below(place.path());
    let earlier = state.announce(&running(1)).unwrap();
    let later = state.announce(&running(2)).unwrap();
    drop(earlier);
    assert_eq!(state.announced().unwrap(), Some(running(2)));
    drop(later);
    assert_eq!(state.announced().unwrap(), None);
}

#[test]
fn what_a_killed_gateway_left_behind_announces_nothing() {
    let place = place(&[]);
    let state = State::below(place.path());
    let announcement = state.announce(&running(1)).unwrap();
    let file = place.path().join(".hallpass/gateway.json");
    let left_behind = fs::read(&file).unwrap();
    drop(announcement);
    fs::write(&file, left_behind).unwrap();
    assert_eq!(state.announced().unwrap(), None);
    let later = state.announce(&running(2)).unwrap();
    assert_eq!(state.announced().unwrap(), Some(running(2)));
    drop(later);
    assert!(!file.exists());
}

#[test]
fn a_broken_announcement_is_an_error_and_no_panic() {
    let place = place(&[]);
    let state = State::below(place.path());
    drop(state.announce(&running(1)).unwrap());
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
