//! `hallpass url --via s3`, opened by a client that knows nothing of S3.

use std::thread;
use std::time::Duration;

use crate::curl::curl;
use crate::place::{Place, endpoint, front, with_keys};
use crate::sandbox::{Run, Sandbox};

const NAME: &str = "a b/münchen.txt";

#[test]
fn x09_a_presigned_url_opens_its_object_and_no_other() {
    let place = Place::with(&[(NAME, "one text"), ("b.txt", "another")]);
    let url = place.on_store(&["url", NAME, "--via", "s3"]).exits(0);
    let good = url.line();
    assert_eq!(curl(&[good]).body, b"one text");
    assert_eq!(curl(&["--range", "4-7", good]).body, b"text");
    let last = if good.ends_with('0') { '1' } else { '0' };
    for bad in [
        format!("{}{last}", &good[..good.len() - 1]),
        good.replace("X-Amz-Expires=3600", "X-Amz-Expires=3601"),
        format!("{good}&response-content-language=de"),
        good.replace("a%20b/m%C3%BCnchen.txt", "b.txt"),
    ] {
        assert_ne!(bad, good);
        assert_eq!(curl(&[&bad]).code(), 403, "{bad}");
    }
    assert!((400..500).contains(&curl(&["--request", "PUT", "--data", "x", good]).code()));
    assert!((400..500).contains(&curl(&["--head", good]).code()), "HEAD is a method of its own");

    let head = place.on_store(&["url", NAME, "--via", "s3", "--method", "HEAD"]).exits(0);
    assert_eq!(curl(&["--head", head.line()]).header("content-length"), Some("8"));
    let mut terms =
        vec!["url", NAME, "--via", "s3", "--disposition", "inline", "--download-as", "Übersicht.txt"];
    terms.extend(["--type", "text/csv", "--stable", "1d"]);
    let answer = curl(&[place.on_store(&terms).exits(0).line()]);
    assert_eq!(answer.header("content-type"), Some("text/csv"));
    let disposition = "inline; filename=\"_bersicht.txt\"; filename*=UTF-8''%C3%9Cbersicht.txt";
    assert_eq!(answer.header("content-disposition"), Some(disposition));
    assert_eq!(place.on_store(&terms).exits(0).line(), place.on_store(&terms).exits(0).line(), "X1");
}

#[test]
fn x09_a_presigned_url_ends() {
    let place = Place::with(&[(NAME, "one text")]);
    let url = place.on_store(&["url", NAME, "--via", "s3", "--ttl", "1s"]).exits(0);
    thread::sleep(Duration::from_secs(3));
    assert_eq!(curl(&[url.line()]).code(), 403);
}

#[test]
fn x09_before_a_server_that_checks_only_the_right_secret_opens() {
    let place = Place::with(&[(NAME, "one text")]);
    let store = place.store_at(&front());
    let url = |secret: &str| {
        let command = Sandbox::command(&place, &["url", NAME, "--via", "s3", "--store", &store]);
        Run::of(with_keys(command, secret)).exits(0).line().to_owned()
    };
    let good = url("test");
    assert_eq!(curl(&[&good]).body, b"one text");
    assert_eq!(curl(&[&url("tesT")]).code(), 403);
    assert_eq!(curl(&[good.split_once('?').unwrap().0]).code(), 403, "anonymous");
}

#[test]
fn ds05_links_lead_to_the_public_endpoint_and_last_as_configured() {
    let place = Place::with(&[("a.txt", "a")]);
    place.configure("");
    let more = "links = { lifetime = '5m', public_endpoint = 'https://media.example.com' }\n";
    let text = place.read("hallpass.toml").replace("prefix = 'in/'\n", &format!("prefix = 'in/'\n{more}"));
    place.write("hallpass.toml", text);
    let url = place.run(&["url", "a.txt", "--via", "s3"]).exits(0);
    assert!(
        url.line().starts_with("https://media.example.com/") && url.line().contains("X-Amz-Expires=300&")
    );
    assert!(!url.line().contains(&endpoint()));
}
