//! Many writers at once, in this process and in others.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use store::{ErrorKind, PutMode, PutOptions, Store, StoreExt, When};
use tempfile::TempDir;

use crate::support::{Place, child_root, key, open, put, read, start_child};

#[tokio::test(flavor = "multi_thread")]
async fn of_many_creates_exactly_one_succeeds() {
    let place = Place::new();
    let stores = [open(&place.root(), &[]), open(&place.root(), &[])];
    for round in 0..20 {
        let name = format!("race/{round}");
        let writers = (0..16).map(|writer| {
            let (store, name) = (stores[writer % 2].clone(), name.clone());
            tokio::spawn(async move { put(&store, &name, format!("{writer}"), PutMode::Create).await })
        });
        let results: Vec<_> = join_all(writers).await.into_iter().map(Result::unwrap).collect();
        let winner = results.iter().position(Result::is_ok).unwrap();
        assert_eq!(place.read(&name).await.unwrap(), winner.to_string());
        let lost = results.iter().filter_map(|result| result.as_ref().err());
        assert!(lost.clone().all(|error| error.kind() == ErrorKind::AlreadyExists));
        assert_eq!(lost.count(), 15);
    }
    assert!(place.staged().is_empty());
}

#[tokio::test]
async fn of_creates_in_many_processes_exactly_one_succeeds() {
    let dir = TempDir::new().unwrap();
    let children: Vec<_> = (0..4).map(|_| start_child("races::child_creating", dir.path())).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let wins: usize = wins(dir.path());
    assert_eq!(wins, ROUNDS, "each object was created once");
}

const ROUNDS: usize = 200;

fn wins(dir: &Path) -> usize {
    let logs = std::fs::read_dir(dir.join("wins")).unwrap().map(|log| log.unwrap().path());
    logs.map(|log| std::fs::read_to_string(log).unwrap().lines().count()).sum()
}

#[test]
#[ignore = "run by of_creates_in_many_processes_exactly_one_succeeds"]
fn child_creating() {
    let Some(dir) = child_root() else { return };
    std::fs::create_dir_all(dir.join("wins")).unwrap();
    std::fs::create_dir_all(dir.join("media")).unwrap();
    let store = open(&dir.join("media"), &[]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut won = String::new();
    for round in 0..ROUNDS {
        let name = format!("d{}/{round}", round % 7);
        match runtime.block_on(put(&store, &name, "mine", PutMode::Create)) {
            Ok(_) => won.push_str("won\n"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::AlreadyExists),
        }
    }
    std::fs::write(dir.join(format!("wins/{}", std::process::id())), won).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_updates_of_one_version_exactly_one_succeeds() {
    let place = Place::new();
    let mut version = place.put("a", "0").await.unwrap().etag;
    for _ in 0..100 {
        let mut uploads = Vec::new();
        for _ in 0..8 {
            let mut upload = place.store.begin(&key("a"), PutOptions::default()).await.unwrap();
            upload.write("next".into()).await.unwrap();
            uploads.push(upload);
        }
        // All are ready, so that they meet where versions are compared.
        let finishes = uploads.into_iter().map(|upload| upload.finish(PutMode::Update(version.clone())));
        let results = join_all(finishes.map(tokio::spawn)).await;
        let won: Vec<_> = results.into_iter().filter_map(|result| result.unwrap().ok()).collect();
        assert_eq!(won.len(), 1);
        version = won[0].etag.clone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_update_and_a_delete_of_one_version_exactly_one_succeeds() {
    let place = Place::new();
    for _ in 0..50 {
        let version = place.put("a/b", "0").await.unwrap().etag;
        let (store, mode) = (place.store.clone(), PutMode::Update(version.clone()));
        let update = tokio::spawn(async move { put(&store, "a/b", "1", mode).await.is_ok() });
        let deleted = place.store.delete(&key("a/b"), When::Matches(version)).await.is_ok();
        let updated = update.await.unwrap();
        assert!(updated != deleted, "updated: {updated}, deleted: {deleted}");
        assert_eq!(place.store.exists(&key("a/b")).await.unwrap(), updated);
    }
}

/// What is at a name may change between any two looks at it; an overwrite then looks again.
#[tokio::test(flavor = "multi_thread")]
async fn an_overwrite_bears_objects_and_empty_directories_that_come_and_go() {
    let place = Place::new();
    let end = Instant::now() + Duration::from_secs(2);
    let (name, other) = (place.file("a"), place.file("other"));
    std::fs::write(&other, "other").unwrap();
    // Each of these fails when the overwrite was faster, and the next one goes on from there.
    let changing = std::thread::spawn(move || {
        while Instant::now() < end {
            let _ = std::fs::create_dir(&name);
            let _ = std::fs::remove_dir(&name);
            let _ = std::fs::hard_link(&other, &name);
            let _ = std::fs::remove_file(&name);
            std::thread::sleep(Duration::from_micros(100)); // changing all the time, it would never be seen at rest
        }
    });
    while Instant::now() < end {
        put(&place.store, "a", "mine", PutMode::Overwrite).await.unwrap();
    }
    changing.join().unwrap();
}

/// Deleting removes directories under the hands of those who create in them.
#[tokio::test(flavor = "multi_thread")]
async fn creating_and_deleting_in_one_folder_do_not_disturb_each_other() {
    let place = Place::new();
    let end = Instant::now() + Duration::from_millis(500);
    let workers = (0..4).map(|worker| {
        let store = place.store.clone();
        tokio::spawn(async move {
            let name = format!("deep/er/{worker}");
            while Instant::now() < end {
                put(&store, &name, "x", PutMode::Create).await.unwrap();
                assert_eq!(read(&store, &name).await.unwrap(), "x");
                store.delete(&key(&name), When::Always).await.unwrap();
            }
        })
    });
    join_all(workers).await.into_iter().for_each(Result::unwrap);
    assert!(place.list().await.is_empty());
}
