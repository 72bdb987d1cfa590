//! Reading, and what is not there.

use futures_util::TryStreamExt;
use store::{ErrorKind, Get, Got, Store, StoreExt};

use super::server::{self, key};

#[tokio::test]
async fn d10_ds11_exists_is_yes_or_no() {
    let store = server::store("exists").await;
    server::put(&store, "a", "text").await;
    assert!(store.exists(&key("a")).await.unwrap());
    assert!(!store.exists(&key("b")).await.unwrap());
}

/// A body comes as it is read; who reads a little does not fetch the rest.
#[tokio::test]
async fn d10_d18_ds11_bodies_are_streams() {
    let store = server::store("streams").await;
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
    server::put(&store, "a", bytes.clone()).await;
    let Got::Object(mut object) = store.get(&key("a"), &Get::default()).await.unwrap() else {
        panic!("no object")
    };
    let first = object.body.try_next().await.unwrap().unwrap();
    assert!(first.len() < bytes.len() && bytes.starts_with(&first));
    drop(object);
    assert_eq!(store.read_to_end(&key("a"), 1 << 30).await.unwrap(), bytes);
}

/// The size is one, whatever the encoding; and an object that is missing is not found.
#[tokio::test]
async fn d14_sizes_and_missing_objects() {
    let store = server::store("sizes").await;
    let request = server::client().put_object().bucket(store.bucket()).key("a.br").content_encoding("br");
    request.body(b"text".to_vec().into()).send().await.unwrap();
    let metadata = store.head(&key("a.br")).await.unwrap();
    assert_eq!((metadata.size, metadata.logical_size), (4, None));
    assert_eq!(metadata.attributes.content_encoding.unwrap().as_str(), "br");
    for name in ["b", "a.br/c", "a"] {
        assert_eq!(store.head(&key(name)).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
}

/// A name is a name, never part of a URL.
#[tokio::test]
async fn d13_names_are_not_urls() {
    let store = server::store("names").await;
    for name in
        ["a?versionId=null", "a#b", "a%2Fb", "a+b c", "a&acl", "https:/host/x", "é/ü.txt", "a;b=c", "~"]
    {
        let key = key(name);
        let options = store::PutOptions::default().with_name_rule(store::NameRule::Any);
        let body = store::Body::from(name.as_bytes().to_vec());
        store.put(&key, options, body, store::PutMode::Create).await.unwrap();
        assert_eq!(store.read_to_end(&key, 100).await.unwrap(), name.as_bytes());
        let copy = store::CopyOptions::default()
            .with_name_rule(store::NameRule::Any)
            .with_mode(store::PutMode::Overwrite);
        let target = object_key::ObjectKey::parse(&format!("copy/{name}")).unwrap();
        store.copy(&key, &target, copy).await.unwrap();
        assert_eq!(store.read_to_end(&target, 100).await.unwrap(), name.as_bytes());
        store.delete(&key, store::When::Always).await.unwrap();
        assert!(!store.exists(&key).await.unwrap());
    }
}

#[tokio::test]
async fn s21_the_stores_own_entries_are_not_the_applications() {
    let store = server::store("own_entries").await;
    let request = server::client().put_object().bucket(store.bucket()).key("a");
    let request =
        request.metadata("plain", "yes").metadata("hallpass-size", "12").metadata("hallpass-other", "x");
    request.body(b"text".to_vec().into()).send().await.unwrap();
    let metadata = store.head(&key("a")).await.unwrap();
    assert_eq!(metadata.user.iter().collect::<Vec<_>>(), [("plain", "yes")]);
    assert_eq!(metadata.logical_size, Some(12));
}
