//! Signatures before a server that checks each: the front (`xtask/s3-front`), behind which LocalStack is as it is.

use std::env;
use std::time::{Duration, SystemTime};

use links::{
    Clock, FormSigner as _, Lifetime, LinkOptions, LinkSigner as _, PostKey, PostPolicy, PostType,
    UploadSigner as _, UploadTerms,
};
use store::{ErrorKind, PutMode, PutOptions, StoreExt as _};
use store_s3::{Environment, S3Config, S3Store, Secret};

use super::http::{get, post_form, send};
use super::server::{self, key};

const LIFE: Duration = Duration::from_mins(5);

/// Access to a bucket through the front, which is made and filled behind it.
async fn config(test: &str) -> S3Config {
    let mut config = server::config(test);
    server::put(&server::open(&config).await, "me.txt", "one text").await;
    let front = env::var("E2E_S3_FRONT");
    config.endpoint = Some(front.expect("no front: run `cargo xtask e2e`, which starts one"));
    config
}

async fn connect(config: &S3Config) -> S3Store {
    S3Store::connect(config, &Environment::empty()).await.unwrap()
}

/// The same access with a secret that is not the right one.
async fn stranger(config: &S3Config) -> S3Store {
    let mut config = config.clone();
    config.credentials.secret_access_key = Some(Secret::new("tesT"));
    connect(&config).await
}

async fn link(store: &S3Store) -> String {
    let links = store.links().unwrap();
    links.link(&key("me.txt"), &LinkOptions::lasting(LIFE)).await.unwrap().expose().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_a_link_is_signed_and_nothing_works_without() {
    let config = config("front-link").await;
    let store = connect(&config).await;
    let url = link(&store).await;
    assert_eq!(get(&url).await.text(), "one text");
    let (plain, _) = url.split_once('?').unwrap();
    assert_eq!(get(plain).await.status, 403, "anonymous");
    assert_eq!(get(&link(&stranger(&config).await).await).await.status, 403, "another secret");
    let changed = if url.ends_with('0') { "1" } else { "0" };
    assert_eq!(get(&format!("{}{changed}", &url[..url.len() - 1])).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_a_store_with_another_secret_reads_and_writes_nothing() {
    let config = config("front-store").await;
    let (store, stranger) = (connect(&config).await, stranger(&config).await);
    assert_eq!(store.read_to_end(&key("me.txt"), 100).await.unwrap(), "one text");
    let error = stranger.read_to_end(&key("me.txt"), 100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
    let put = |store: S3Store, name| async move {
        store.put(&key(name), PutOptions::default(), "text".into(), PutMode::Create).await
    };
    assert_eq!(put(stranger, "x.txt").await.unwrap_err().kind(), ErrorKind::Forbidden);
    put(store, "y.txt").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s36_an_upload_is_signed_and_nothing_works_without() {
    let config = config("front-put").await;
    let terms = UploadTerms::new(Lifetime::Fixed(LIFE), "image/png", 12);
    let sign = async |store: &S3Store| store.uploads().unwrap().upload(&key("x.png"), &terms).await.unwrap();
    let upload = sign(&connect(&config).await).await;
    let headers: Vec<(&str, &str)> = upload.headers().collect();
    let wrong = sign(&stranger(&config).await).await;
    let (plain, _) = upload.url().expose().split_once('?').unwrap();
    for url in [wrong.url().expose(), plain] {
        assert_eq!(send("PUT", url, &headers, b"twelve bytes").await.status, 403, "{url}");
    }
    let html: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, if *name == "content-type" { "text/html" } else { value }))
        .collect();
    assert_eq!(send("PUT", upload.url().expose(), &html, b"twelve bytes").await.status, 403);
    let answer = send("PUT", upload.url().expose(), &headers, b"twelve bytes").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_a_form_is_signed_and_nothing_works_without() {
    let config = config("front-form").await;
    let content_type = PostType::Exactly("image/png".to_owned());
    let policy = PostPolicy::new(Lifetime::Fixed(LIFE), PostKey::Object(key("x.png")), 1..=12, content_type);
    let store = connect(&config).await;
    let form = store.uploads().unwrap().form(&policy).await.unwrap();
    let forged = stranger(&config).await.uploads().unwrap().form(&policy).await.unwrap();
    let earlier = SystemTime::now() - LIFE - Duration::from_secs(2);
    let expired = store.uploads().unwrap().with_clock(Clock::new(move || earlier));
    let expired = expired.form(&policy).await.unwrap();
    let mut wider = policy.clone();
    wider.length = 0..=1_000_000;
    let wider = store.uploads().unwrap().form(&wider).await.unwrap();

    let fields: Vec<(&str, &str)> = form.expose_fields().collect();
    let without = |name: &str| fields.iter().copied().filter(|(found, _)| *found != name).collect::<Vec<_>>();
    let wider = wider.expose_fields().find(|(name, _)| *name == "policy").unwrap();
    let tampered = [without("policy"), vec![wider]].concat();
    for (what, fields) in [
        ("another secret", forged.expose_fields().collect()),
        ("expired", expired.expose_fields().collect()),
        ("another form's policy", tampered),
        ("no signature", without("x-amz-signature")),
        ("no policy", without("policy")),
    ] {
        let answer = post_form(form.url(), &fields, b"twelve bytes").await;
        assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
    }
    let answer = post_form(form.url(), &fields, b"twelve bytes").await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}
