//! `hallpass verify`: the decision of the gateway, in words.

use std::time::{Duration, SystemTime};

use download::Viewer;
use gateway::Verdict;
use http::Method;
use links::{LinkOptions, Subject};
use object_key::ObjectKey;
use store::StoreExt as _;

use crate::fixture::{Running, config};

struct Case {
    running: Running,
}

impl Case {
    async fn start() -> Self {
        let files: &[(&str, &[u8])] = &[("a.txt", b"a"), ("public/p.txt", b"p")];
        Self { running: Running::start(config(""), files).await }
    }

    fn link(&self, key: &str, options: &LinkOptions) -> String {
        self.running.links().object(&ObjectKey::parse(key).unwrap(), options).unwrap().expose().to_owned()
    }

    async fn verdict(&self, url: &str) -> Verdict {
        self.running.gateway.verify(url, &Method::GET, None).await
    }

    async fn is_refused(&self, url: &str, reason: &str) {
        let verdict = self.verdict(url).await;
        assert_eq!((verdict.valid, verdict.reason.as_str()), (false, reason), "{url}");
        // One decision: the gateway refuses the same request.
        if let Some(target) = url.strip_prefix(self.running.origin.as_str()) {
            assert_eq!(self.running.get(target).await.status, 404);
        }
    }
}

fn hour() -> LinkOptions {
    LinkOptions::lasting(Duration::from_hours(1))
}

#[tokio::test]
async fn good_links_say_until_when() {
    let case = Case::start().await;
    let url = case.link("a.txt", &hour());
    let verdict = case.verdict(&url).await;
    assert!(verdict.valid && verdict.reason.starts_with("good until 20"), "{verdict:?}");
    let path_alone = url.strip_prefix(case.running.origin.as_str()).unwrap();
    assert_eq!(case.verdict(path_alone).await, verdict);
    let public = case.verdict("http://x/media/public/p.txt").await;
    assert_eq!((public.valid, public.reason.as_str()), (true, "public: no pass is needed"));
    let json = serde_json::to_string(&public).unwrap();
    assert_eq!(json, r#"{"valid":true,"reason":"public: no pass is needed"}"#);
}

#[tokio::test]
async fn refusals_say_why() {
    let case = Case::start().await;
    let origin = case.running.origin.clone();
    let good = case.link("a.txt", &hour());
    case.is_refused(&format!("{origin}/media/a.txt"), "no pass, and the object is not public").await;
    case.is_refused(&format!("{origin}/x/a.txt"), "the path lies outside the mount").await;
    case.is_refused(
        &good.replace("a.txt", "b.txt"),
        "the pass does not hold: altered, or made for another object, mount, user or secret",
    )
    .await;
    case.is_refused(&case.link("missing.txt", &hour()), "no such object").await;
    let later = hour().with_not_before(SystemTime::now() + Duration::from_mins(10));
    let verdict = case.verdict(&case.link("a.txt", &later)).await;
    assert!(verdict.reason.contains("not good before"), "{verdict:?}");
    case.is_refused(
        &format!("{origin}/media/../a.txt"),
        "the path names no object: key has a segment `.` or `..`",
    )
    .await;
    case.is_refused("not a url at all", "not a URL").await;
}

#[tokio::test]
async fn versions_and_viewers_count() {
    let case = Case::start().await;
    let store = case.running.gateway.store(&gateway::MountPath::media()).unwrap();
    let etag = store.head(&ObjectKey::parse("a.txt").unwrap()).await.unwrap().etag;
    assert!(case.verdict(&case.link("a.txt", &hour().with_version(etag.as_str()))).await.valid);
    let stale = case.link("a.txt", &hour().with_version("another"));
    case.is_refused(&stale, "the pass does not hold: object is not the version the pass was minted for")
        .await;

    let bound = case.link("a.txt", &hour().with_subject(Subject::User("42".to_owned())));
    case.is_refused(&bound, "the pass does not hold: pass for a user, and the request has none").await;
    let viewer = Some(Viewer::user("42"));
    assert!(case.running.gateway.verify(&bound, &Method::GET, viewer).await.valid);
}

#[tokio::test]
async fn methods_count() {
    let case = Case::start().await;
    let head = case.link("a.txt", &hour().with_method(links::Method::Head));
    case.is_refused(&head, "the pass does not hold: covers HEAD, not GET").await;
    assert!(case.running.gateway.verify(&head, &Method::HEAD, None).await.valid);
    let put = case.running.gateway.verify(&head, &Method::PUT, None).await;
    assert_eq!((put.valid, put.reason.as_str()), (false, "PUT reads nothing; try GET or HEAD"));
}
