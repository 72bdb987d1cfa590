//! The first run.

use std::fs;

use gateway::{Config, Gateway, MountPath, Surroundings, prepare_embedded};
use object_key::ObjectKey;

use crate::fixture::{env, place};

#[tokio::test]
async fn an_empty_directory_gets_something_to_link_to() {
    let place = place(&[]);
    let dir = place.path().join("media");
    prepare_embedded(&dir).await.unwrap();
    let text = fs::read_to_string(dir.join("welcome.txt")).unwrap();
    assert!(text.starts_with("Welcome to Hallpass.\n"));
    prepare_embedded(&dir).await.unwrap(); // a second start changes nothing
    let gateway = Gateway::new(Config::embedded(&dir), &Surroundings::new(place.path(), &env)).await.unwrap();
    let sample = gateway.sample(&MountPath::media()).await.unwrap();
    assert_eq!(sample, Some(ObjectKey::parse("welcome.txt").unwrap()));
}

#[tokio::test]
async fn a_directory_with_files_is_left_alone() {
    let place = place(&[("public/a.txt", b""), ("z.txt", b"")]);
    let dir = place.path().join("media");
    prepare_embedded(&dir).await.unwrap();
    assert!(!dir.join("welcome.txt").exists());
    let gateway = Gateway::new(Config::embedded(&dir), &Surroundings::new(place.path(), &env)).await.unwrap();
    let sample = gateway.sample(&MountPath::media()).await.unwrap();
    assert_eq!(sample, Some(ObjectKey::parse("z.txt").unwrap()), "what is public needs no link");
}

#[tokio::test]
async fn with_public_files_only_there_is_nothing_to_link_to() {
    let place = place(&[("public/a.txt", b"")]);
    let dir = place.path().join("media");
    let gateway = Gateway::new(Config::embedded(&dir), &Surroundings::new(place.path(), &env)).await.unwrap();
    assert_eq!(gateway.sample(&MountPath::media()).await.unwrap(), None);
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_an_error() {
    let place = place(&[]);
    let error = prepare_embedded(&place.path().join("a/b")).await.unwrap_err();
    assert!(error.to_string().contains("failed to prepare"), "{error}");
}

#[tokio::test]
async fn stores_open_by_name_and_by_url() {
    let place = place(&[("a.txt", b"a")]);
    let around = Surroundings::new(place.path(), &env);
    let config = Config::embedded("media".as_ref());
    for name in ["media", "file:media", "memory:"] {
        config.open_store(name, &around).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let misspelt = config.open_store("medai", &around).await.err().unwrap();
    let message = "there is no store `medai`; there are: `media`; did you mean `media`?";
    assert_eq!(misspelt.to_string(), message);
    let missing = config.open_store("file:nowhere", &around).await.err().unwrap();
    assert_eq!(missing.kind(), gateway::GatewayErrorKind::Store);
}
