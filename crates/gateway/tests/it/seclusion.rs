//! What no store may serve: secrets and the gateway's own state (S57).

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use gateway::{Config, Gateway, GatewayError, GatewayErrorKind, MountPath, Surroundings, prepare_embedded};
use links::LinkOptions;
use object_key::ObjectKey;

use crate::fixture::{SECRET, env, place};

/// A place with a secret in `app/keys/a`, a link to it, and directories to serve.
fn laid_out() -> tempfile::TempDir {
    let place = place(&[]);
    for folder in ["app/keys", "app/media", "other", ".hallpass/media"] {
        fs::create_dir_all(place.path().join(folder)).unwrap();
    }
    fs::write(place.path().join("app/keys/a"), SECRET).unwrap();
    private(&place.path().join("app/keys/a"));
    symlink("../app/keys/a", place.path().join("other/linked")).unwrap();
    symlink("app", place.path().join("alias")).unwrap();
    symlink("..", place.path().join("app/up")).unwrap();
    place
}

fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Composes a gateway over the directory `root`, whose secret is in the file `secret`, and opens the directory alone.
async fn compose(place: &Path, root: &str, secret: &str) -> Result<(), GatewayError> {
    let text = format!(
        "keys = {{ active = 'a', ring.a.secret_file = '{secret}' }}\n\
         stores.m.url = 'file:{root}'\nmounts.'/m/'.store = 'm'"
    );
    let config = Config::from_toml(&text).unwrap();
    let around = Surroundings::new(place, &env);
    let by_name = config.open_store("m", &around).await.map(drop);
    let by_url = config.open_store(&format!("file:{root}"), &around).await.map(drop);
    let composed = Gateway::new(config, &around).await.map(drop);
    let kind = |result: &Result<(), GatewayError>| result.as_ref().err().map(GatewayError::kind);
    assert_eq!((kind(&by_name), kind(&by_url)), (kind(&composed), kind(&composed)), "{root} {secret}");
    composed
}

#[tokio::test]
async fn s57_a_root_that_holds_a_secret_is_refused() {
    let place = laid_out();
    let whole = place.path().to_str().unwrap().to_owned();
    for root in ["app", "app/keys", "app/../app", "alias", ".", "app/up", &whole, &format!("//{whole}/app")] {
        for secret in ["app/keys/a", "other/linked", "alias/keys/a", &format!("{whole}/app/keys/a")] {
            let refused = compose(place.path(), root, secret).await.unwrap_err();
            assert_eq!(refused.kind(), GatewayErrorKind::Secret, "{root} {secret}: {refused}");
            assert!(refused.to_string().contains("move that out of the directory"), "{refused}");
        }
    }
    // Beside it is well; a link is not followed, so that what it leads to is not in the directory.
    for (root, secret) in [("app/media", "app/keys/a"), ("other", "other/linked"), ("other", "alias/keys/a")]
    {
        compose(place.path(), root, secret).await.unwrap();
    }
}

#[tokio::test]
async fn s57_a_root_inside_of_own_state_is_refused() {
    let place = laid_out();
    for root in [".hallpass", ".hallpass/media", "app/../.hallpass/media", "app/up/.hallpass/media"] {
        let refused = compose(place.path(), root, "app/keys/a").await.unwrap_err();
        assert_eq!(refused.kind(), GatewayErrorKind::Config, "{root}: {refused}");
    }
}

/// An own folder that is a symlink has another name where it lies, and a store would not know it.
#[tokio::test]
async fn s57_own_state_elsewhere_is_found_where_it_is() {
    let place = laid_out();
    fs::remove_dir_all(place.path().join(".hallpass")).unwrap();
    fs::create_dir_all(place.path().join("state/media")).unwrap();
    symlink("state", place.path().join(".hallpass")).unwrap();
    for (root, kind) in [
        ("state", GatewayErrorKind::Config),
        ("state/media", GatewayErrorKind::Config),
        (".", GatewayErrorKind::Secret),
    ] {
        let config = Config::embedded(root.as_ref());
        let refused = Gateway::new(config, &Surroundings::new(place.path(), &env)).await.unwrap_err();
        assert_eq!(refused.kind(), kind, "{root}: {refused}");
    }
    Gateway::new(Config::embedded("app".as_ref()), &Surroundings::new(place.path(), &env)).await.unwrap();
}

#[tokio::test]
async fn s57_nothing_is_put_into_own_state_on_the_first_run() {
    let place = laid_out();
    for dir in [".hallpass/media", ".hallpass/new", "app/up/.hallpass/new"] {
        let refused = prepare_embedded(&place.path().join(dir)).await.unwrap_err();
        assert_eq!(refused.kind(), GatewayErrorKind::Config, "{dir}: {refused}");
    }
    assert_eq!(fs::read_dir(place.path().join(".hallpass/media")).unwrap().count(), 0);
    assert!(!place.path().join(".hallpass/new").exists());
}

/// `cd public; hallpass serve ..`, in every spelling: the folder is served, the secret in it is not.
#[tokio::test]
async fn s57_a_directory_above_the_working_directory_is_served_without_the_secret() {
    let place = place(&[]);
    let work = place.path().join("site/public");
    fs::create_dir_all(&work).unwrap();
    fs::write(work.join("a.txt"), "a").unwrap();
    symlink(place.path().join("site"), place.path().join("alias")).unwrap();
    let absolute = place.path().join("site");
    for root in [Path::new(".."), &absolute, Path::new("../../alias"), Path::new("../../alias/../site")] {
        let gateway =
            Gateway::new(Config::embedded(root), &Surroundings::new(&work, &|_| None)).await.unwrap();
        assert!(work.join(".hallpass/secret").exists());
        let links = gateway.links(&MountPath::media(), &gateway.config().origin()).unwrap();
        let options = LinkOptions::lasting(std::time::Duration::from_mins(1));
        for key in ["public/.hallpass/secret", "public/.hallpass/gateway.json"] {
            let url = links.object(&ObjectKey::parse(key).unwrap(), &options).unwrap();
            let verdict = gateway.verify(url.expose(), &http::Method::GET, None).await;
            assert_eq!((verdict.valid, verdict.reason.as_str()), (false, "no such object"), "{root:?}");
        }
    }
}
