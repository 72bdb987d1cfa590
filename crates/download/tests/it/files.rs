//! Over real files: what is no regular file of the store is missing, like everything else that is missing.

use std::path::Path;

use download::Download;
use http::Request;
use http_body_util::BodyExt;
use object_key::Prefix;
use store_fs::FileStore;
use tower_service::Service;

use crate::fixture::{link, passes};

/// Asks a mount over `root` where everything is public, and tells status and body.
async fn ask(root: &Path, path: &str) -> (u16, String) {
    let store = FileStore::open(root).unwrap();
    let mut service = Download::new(store, passes()).with_public(Prefix::root());
    let Ok(response) = service.call(Request::get(path).body(()).unwrap()).await;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.into()).unwrap())
}

#[tokio::test]
async fn d06_d21_s56_s57_what_is_no_object_is_missing() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("media");
    std::fs::create_dir_all(root.join("folder/inner")).unwrap();
    std::fs::create_dir_all(root.join(".hallpass")).unwrap();
    std::fs::write(place.path().join("outside"), "foreign").unwrap();
    std::fs::write(root.join("here.txt"), "here").unwrap();
    std::fs::write(root.join(".hallpass/secret"), "state").unwrap();
    std::os::unix::fs::symlink(place.path(), root.join("up")).unwrap();
    std::os::unix::fs::symlink("../outside", root.join("link")).unwrap();
    std::os::unix::fs::symlink("here.txt", root.join("alias")).unwrap();
    std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();

    assert_eq!(ask(&root, "/here.txt").await, (200, "here".to_owned()));
    let long = format!("/{}", "x".repeat(256));
    for path in [
        "/folder",
        "/folder/",
        "/folder/inner",
        "/folder/missing",
        "/here.txt/below",
        "/.hallpass",
        "/.hallpass/secret",
        "/%2ehallpass/secret",
        "/up/outside",
        "/up/media/here.txt",
        "/link",
        "/alias",
        "/socket",
        "/",
        &long,
    ] {
        assert_eq!(ask(&root, path).await, (404, "Not found\n".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn dt1_a_link_opens_a_file_put_there_by_hand() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("users")).unwrap();
    std::fs::write(root.path().join("users/me ü.txt"), "by hand").unwrap();
    let store = FileStore::open(root.path()).unwrap();
    let mut service = Download::new(store, passes())
        .with_mount(&crate::fixture::base())
        .with_clock(crate::fixture::still());
    let Ok(response) = service.call(Request::get(link("users/me ü.txt")).body(()).unwrap()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "by hand");
}
