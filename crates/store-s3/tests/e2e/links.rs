//! Presigned URLs in the hands of a plain HTTP client: what they open, and what they do not.

use std::time::{Duration, SystemTime};

use links::{Clock, Disposition, Lifetime, LinkOptions, LinkSigner as _, Method};
use store::StoreExt as _;
use store_s3::{S3Store, Secret};

use super::http::{get, send};
use super::server::{self, key};

const LIFE: Duration = Duration::from_mins(5);
const NAME: &str = "a b/c+d %7E ?#&'~ münchen.txt";

async fn filled(test: &str) -> S3Store {
    let store = server::store(test).await;
    server::put(&store, NAME, "one text").await;
    server::put(&store, "other", "another text").await;
    store
}

async fn link(store: &S3Store, options: &LinkOptions) -> String {
    store.links().unwrap().link(&key(NAME), options).await.unwrap().expose().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_a_link_opens_its_object_as_its_terms_say() {
    let store = filled("link-opens").await;
    let url = link(&store, &LinkOptions::lasting(LIFE)).await;
    let answer = get(&url).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "one text"));
    assert_eq!(send("GET", &url, &[("range", "bytes=4-7")], b"").await.text(), "text");

    let options = LinkOptions::lasting(LIFE)
        .with_disposition(Disposition::attachment("Übersicht 1.csv"))
        .with_content_type("text/csv; charset=utf-8");
    let answer = get(&link(&store, &options).await).await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let disposition = "attachment; filename=\"_bersicht 1.csv\"; filename*=UTF-8''%C3%9Cbersicht%201.csv";
    assert_eq!(answer.header("content-disposition"), Some(disposition));
}

#[tokio::test(flavor = "multi_thread")]
async fn x01_a_stable_link_works_although_it_is_dated_back() {
    let store = filled("link-stable").await;
    let stable = Lifetime::Stable { at_least: LIFE, window: Duration::from_hours(24) };
    let url = link(&store, &LinkOptions::new(stable)).await;
    assert_eq!(get(&url).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_a_link_works_for_its_method_only() {
    let store = filled("link-method").await;
    let reading = link(&store, &LinkOptions::lasting(LIFE)).await;
    let asking = link(&store, &LinkOptions::lasting(LIFE).with_method(Method::Head)).await;
    let answer = send("HEAD", &asking, &[], b"").await;
    assert_eq!((answer.status, answer.header("content-length")), (200, Some("8")));
    for (method, url) in [
        ("HEAD", &reading),
        ("PUT", &reading),
        ("DELETE", &reading),
        ("POST", &reading),
        ("GET", &asking),
        ("PUT", &asking),
    ] {
        let status = send(method, url, &[], b"").await.status;
        assert!((400..500).contains(&status), "{method}: {status}");
    }
    assert_eq!(store.read_to_end(&key(NAME), 100).await.unwrap(), "one text");
}

/// Returns the URL with each of its parameters altered, taken out, and sent twice, and with others added.
fn tampered(url: &str) -> Vec<String> {
    let (plain, query) = url.split_once('?').unwrap();
    let pairs: Vec<&str> = query.split('&').collect();
    let with = |at: usize, replacement: &[String]| {
        let mut pairs: Vec<String> = pairs.iter().map(|pair| (*pair).to_owned()).collect();
        pairs.splice(at..=at, replacement.iter().cloned());
        format!("{plain}?{}", pairs.join("&"))
    };
    let mut all = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let last = if pair.ends_with('0') { '1' } else { '0' };
        let altered = format!("{}{last}", &pair[..pair.len() - 1]);
        all.push(with(at, &[altered]));
        all.push(with(at, &[]));
    }
    let life = pairs.iter().position(|pair| pair.starts_with("X-Amz-Expires=")).unwrap();
    all.push(with(life, &["X-Amz-Expires=604800".to_owned()]));
    all.push(format!("{url}&response-content-language=de"));
    all.push(format!("{url}&versionId=null"));
    all.push(url.replace("a%20b/", "a%20c/"));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_a_link_altered_anywhere_is_refused() {
    let store = filled("link-tampered").await;
    let options = LinkOptions::lasting(LIFE)
        .with_disposition(Disposition::attachment("a.csv"))
        .with_content_type("text/csv");
    let url = link(&store, &options).await;
    assert_eq!(get(&url).await.status, 200);
    let tampered = tampered(&url);
    assert!(tampered.len() > 20, "{}", tampered.len());
    for altered in tampered {
        let status = get(&altered).await.status;
        assert!((400..500).contains(&status), "{status}: {altered}");
    }
    // Servers take the first of two, or refuse both; nobody takes the one that was not signed.
    let twice = get(&format!("{url}&response-content-type=text%2Fhtml")).await;
    assert!(twice.status == 403 || twice.header("content-type") == Some("text/csv"), "{twice:?}");
    let (_, query) = url.split_once('?').unwrap();
    let other = format!("{}/{}/other?{query}", server::endpoint(), store.bucket());
    assert_eq!(get(&other).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_an_expired_link_is_refused() {
    let store = filled("link-expired").await;
    let earlier = SystemTime::now() - LIFE - Duration::from_secs(2);
    let links = store.links().unwrap().with_clock(Clock::new(move || earlier));
    let url = links.link(&key(NAME), &LinkOptions::lasting(LIFE)).await.unwrap();
    let answer = get(url.expose()).await;
    assert_eq!(answer.status, 403, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn x09_a_link_signed_with_another_secret_is_refused() {
    let config = server::config("link-secret");
    let store = server::open(&config).await;
    server::put(&store, NAME, "one text").await;
    let mut wrong = config.clone();
    wrong.credentials.secret_access_key = Some(Secret::new("tesT"));
    let wrong = S3Store::connect(&wrong, &store_s3::Environment::empty()).await.unwrap();
    assert_eq!(get(&link(&store, &LinkOptions::lasting(LIFE)).await).await.status, 200);
    assert_eq!(get(&link(&wrong, &LinkOptions::lasting(LIFE)).await).await.status, 403);
}
