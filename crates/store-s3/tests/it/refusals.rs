//! What the refusals of a server become.

use std::error::Error as _;

use object_key::ObjectKey;
use store::{Body, CopyOptions, ErrorKind, List, PutMode, PutOptions, Store, StoreExt, When};
use store_s3::{Environment, S3Store, ServerProfile};

use super::stub;

fn key() -> ObjectKey {
    ObjectKey::parse("a").unwrap()
}

async fn exists(status: &'static str) -> Result<bool, ErrorKind> {
    let (store, _) = stub::store(ServerProfile::Aws, status, "", "").await;
    store.exists(&key()).await.map_err(|error| error.kind())
}

/// Missing, refused and out of order are three things.
#[tokio::test]
async fn d10_exists_is_yes_no_or_an_error() {
    assert_eq!(exists("404 Not Found").await, Ok(false));
    assert_eq!(exists("403 Forbidden").await, Err(ErrorKind::Forbidden));
    assert_eq!(exists("500 Internal Server Error").await, Err(ErrorKind::Unavailable));
    assert_eq!(exists("503 Slow Down").await, Err(ErrorKind::Unavailable));
    let nobody = stub::config(ServerProfile::Aws, "http://127.0.0.1:1".to_owned());
    let store = S3Store::connect(&nobody, &Environment::empty()).await.unwrap();
    assert_eq!(store.exists(&key()).await.unwrap_err().kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn s48_another_owners_bucket_is_refused() {
    let body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let (store, _) = stub::store(ServerProfile::Aws, "403 Forbidden", "", body).await;
    let list: Result<Vec<_>, _> = futures_util::TryStreamExt::try_collect(store.list(List::default())).await;
    let errors = [
        store.head(&key()).await.unwrap_err(),
        store.read(&key()).await.unwrap_err(),
        store.put(&key(), PutOptions::default(), Body::from("x"), PutMode::Create).await.unwrap_err(),
        store.copy(&key(), &ObjectKey::parse("b").unwrap(), CopyOptions::default()).await.unwrap_err(),
        store.delete(&key(), When::Always).await.unwrap_err(),
        list.unwrap_err(),
        store.delete_all([key()]).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
        assert!(error.to_string().contains("expected owner"), "{error}");
    }
}

/// Rule 13: the reason is the bucket's, and the way out is named.
#[tokio::test]
async fn d12_a_bucket_without_acls_says_what_to_do() {
    let body = "<Error><Code>AccessControlListNotSupported</Code><Message>no</Message></Error>";
    let (store, _) = stub::store(ServerProfile::Aws, "400 Bad Request", "", body).await;
    let put = store.put(&key(), PutOptions::default(), Body::from("x"), PutMode::Create).await.unwrap_err();
    assert!(put.to_string().contains("leave `objects.acl` out"), "{put}");
}

#[tokio::test]
async fn a_missing_bucket_is_no_missing_object() {
    let body = "<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>";
    let (store, _) = stub::store(ServerProfile::Aws, "404 Not Found", "", body).await;
    let error = store.read(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert!(error.to_string().contains("bucket"), "{error}");
}

#[tokio::test]
async fn another_region_is_named() {
    let headers = "x-amz-bucket-region: eu-west-1\r\n";
    let body = "<Error><Code>PermanentRedirect</Code><Message>no</Message></Error>";
    let (store, _) = stub::store(ServerProfile::Aws, "301 Moved Permanently", headers, body).await;
    let error = store.read(&key()).await.unwrap_err();
    assert!(error.to_string().contains("`eu-west-1`"), "{error}");
}

/// The answer of a server is not for logs: what it says may quote the request, credentials and all (S15).
#[tokio::test]
async fn s15_errors_keep_little_of_the_answer() {
    let body = "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message>\
                <StringToSign>hush</StringToSign><SignatureProvided>hush</SignatureProvided></Error>";
    let (store, _) = stub::store(ServerProfile::Aws, "403 Forbidden", "x-secret: hush\r\n", body).await;
    let error = store.read(&key()).await.unwrap_err();
    let shown = format!("{error} {error:?} {}", error.source().unwrap());
    assert!(!shown.contains("hush") && shown.contains("SignatureDoesNotMatch"), "{shown}");
}
