//! Uploads straight to the server, by a plain HTTP client that has a presigned PUT or a form.

use std::time::Duration;

use links::{
    FormSigner as _, Lifetime, PostForm, PostKey, PostPolicy, PostSuccess, PostType, SignedUpload,
    UploadSigner as _, UploadTerms,
};
use object_key::Prefix;
use sha2::{Digest as _, Sha256};
use store::{PutMode, Sha256Digest, StoreExt as _};
use store_s3::{EncryptionMode, S3Store};

use super::http::{Answer, post_form, send};
use super::server::{self, key};

const LIFE: Lifetime = Lifetime::Fixed(Duration::from_mins(5));
const BYTES: &[u8] = b"twelve bytes";

fn png() -> UploadTerms {
    let digest = Sha256Digest(Sha256::digest(BYTES).into());
    UploadTerms::new(LIFE, "image/png", 12).with_sha256(digest)
}

async fn sign(store: &S3Store, terms: &UploadTerms) -> SignedUpload {
    store.uploads().unwrap().upload(&key("in/a b?.png"), terms).await.unwrap()
}

/// Sends what was signed, some fields changed, added or left out.
async fn put(upload: &SignedUpload, changes: &[(&str, Option<&str>)], body: &[u8]) -> Answer {
    let mut headers: Vec<(&str, &str)> = upload.headers().collect();
    for (name, value) in changes {
        headers.retain(|(found, _)| found != name);
        headers.extend(value.map(|value| (*name, value)));
    }
    send("PUT", upload.url().expose(), &headers, body).await
}

async fn exists(store: &S3Store) -> bool {
    store.exists(&key("in/a b?.png")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn s35_a_signed_upload_works_once() {
    let mut config = server::config("direct-put");
    config.objects.encryption = Some(EncryptionMode::S3);
    config.objects.cache_control = Some("private, max-age=60".to_owned());
    let store = server::open(&config).await;
    let upload = sign(&store, &png()).await;
    let answer = put(&upload, &[], BYTES).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("x-amz-server-side-encryption"), Some("AES256"));
    let metadata = store.head(&key("in/a b?.png")).await.unwrap();
    assert_eq!(metadata.size, 12);
    assert_eq!(metadata.attributes.content_type.unwrap().as_str(), "image/png");
    assert_eq!(metadata.attributes.cache_control.unwrap().as_str(), "private, max-age=60");
    assert_eq!(metadata.sha256, png().sha256);
    assert_eq!(put(&upload, &[], BYTES).await.status, 412);

    let again = sign(&store, &png().with_mode(PutMode::Update(metadata.etag))).await;
    assert_eq!(put(&again, &[], BYTES).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn s36_an_upload_other_than_signed_is_refused() {
    let store = server::store("direct-put-other").await;
    let upload = sign(&store, &png()).await;
    for changes in [
        [("content-type", Some("text/html"))].as_slice(),
        &[("content-type", None)],
        &[("if-none-match", None)],
        &[("x-amz-checksum-sha256", None)],
        &[("x-amz-checksum-sha256", Some("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))],
        &[("x-amz-acl", Some("public-read"))],
        &[("x-amz-website-redirect-location", Some("https://evil.com/"))],
        &[("x-amz-storage-class", Some("GLACIER"))],
        &[("x-amz-tagging", Some("a=b"))],
        &[("x-amz-meta-hallpass-size", Some("1"))],
    ] {
        let answer = put(&upload, changes, BYTES).await;
        assert!((400..500).contains(&answer.status), "{changes:?}: {}", answer.status);
        assert!(!exists(&store).await, "{changes:?}");
    }
    for body in [b"twelve BYTES".as_slice(), b"thirteen bytes"] {
        let length = body.len().to_string();
        let answer = put(&upload, &[("content-length", Some(&length))], body).await;
        assert!((400..500).contains(&answer.status), "{body:?}: {}", answer.status);
        assert!(!exists(&store).await, "{body:?}");
    }
    for method in ["GET", "POST", "DELETE"] {
        let headers: Vec<(&str, &str)> = upload.headers().collect();
        let status = send(method, upload.url().expose(), &headers, BYTES).await.status;
        assert!((400..500).contains(&status), "{method}: {status}");
    }
    assert_eq!(put(&upload, &[], BYTES).await.status, 200);
}

fn policy(key: PostKey) -> PostPolicy {
    PostPolicy::new(LIFE, key, 1..=12, PostType::Exactly("image/png".to_owned()))
}

async fn form(store: &S3Store, policy: &PostPolicy) -> PostForm {
    store.uploads().unwrap().form(policy).await.unwrap()
}

/// Sends a form, some fields changed or left out, with this file.
async fn post(form: &PostForm, changes: &[(&str, Option<&str>)], file: &[u8]) -> Answer {
    let mut fields: Vec<(&str, &str)> = form.expose_fields().collect();
    for (name, value) in changes {
        fields.retain(|(found, _)| found != name);
        fields.extend(value.map(|value| (*name, value)));
    }
    post_form(form.url(), &fields, file).await
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_a_form_uploads_what_its_policy_says() {
    let store = server::store("direct-form").await;
    let exact =
        form(&store, &policy(PostKey::Object(key("in/me.png"))).with_success(PostSuccess::Created)).await;
    for (changes, file) in [
        ([].as_slice(), b"thirteen byte".as_slice()),
        (&[], b""),
        (&[("key", Some("in/you.png"))], BYTES),
        (&[("Content-Type", Some("text/html"))], BYTES),
    ] {
        let answer = post(&exact, changes, file).await;
        assert!((400..500).contains(&answer.status), "{changes:?}: {} {}", answer.status, answer.text());
        assert!(!store.exists(&key("in/me.png")).await.unwrap());
    }
    let answer = post(&exact, &[], BYTES).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let metadata = store.head(&key("in/me.png")).await.unwrap();
    assert_eq!((metadata.size, metadata.attributes.content_type.unwrap().as_str()), (12, "image/png"));
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_s03_a_form_for_a_prefix_reaches_no_neighbour() {
    let mut config = server::config("direct-form-prefix");
    config.prefix = "tenant-a/".to_owned();
    let store = server::open(&config).await;
    let mut below = policy(PostKey::Below(Prefix::parse("in/").unwrap()));
    below.content_type = PostType::StartingWith("image/".to_owned());
    let form = form(&store, &below).await;
    let gif = ("Content-Type", Some("image/gif"));
    assert_eq!(post(&form, &[gif], BYTES).await.status, 204);
    assert!(store.exists(&key("in/me.png")).await.unwrap(), "named as the file");
    assert_eq!(post(&form, &[gif, ("key", Some("tenant-a/in/other.gif"))], BYTES).await.status, 204);
    for name in ["in/x", "tenant-a/inbox/x", "tenant-ab/in/x", "tenant-a/x"] {
        assert_eq!(post(&form, &[gif, ("key", Some(name))], BYTES).await.status, 403, "{name}");
    }
    let html = ("Content-Type", Some("text/html"));
    assert_eq!(post(&form, &[html], BYTES).await.status, 403);
}
