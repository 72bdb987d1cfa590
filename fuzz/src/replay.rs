//! Every input of the committed corpus, once more: what the fuzzer has found stays found without a fuzzer.

use std::fs;
use std::path::Path;

fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let entries = fs::read_dir(&folder).expect("each target has a corpus");
    let inputs: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    assert!(!inputs.is_empty(), "the corpus of `{target}` is empty");
    for input in inputs {
        println!("{}", input.display()); // shown only if the property breaks
        check(&fs::read(&input).unwrap());
    }
}

#[test]
fn s01_s07_key() {
    replay("key", crate::key::check);
}

#[test]
fn s03_prefix() {
    replay("prefix", crate::prefix::check);
}

#[test]
fn s09_s10_s12_pass() {
    replay("pass", crate::pass::check);
}

#[test]
fn s16_s17_range() {
    replay("range", crate::range::check);
}

#[test]
fn s19_preconditions() {
    replay("preconditions", crate::preconditions::check);
}

#[test]
fn s54_date() {
    replay("date", crate::date::check);
}

#[test]
fn s04_s40_s57_objects() {
    replay("objects", crate::objects::check);
}

#[test]
fn cloudfront_key() {
    replay("cloudfront-key", crate::cloudfront::check_key);
}

#[test]
fn s23_cloudfront_url() {
    replay("cloudfront-url", crate::cloudfront::check_url);
}

#[test]
fn s23_cloudfront_policy() {
    replay("cloudfront-policy", crate::cloudfront::check_policy);
}

#[test]
fn s12_cloudfront_request() {
    replay("cloudfront-request", crate::cloudfront::check_request);
}

#[test]
fn config() {
    replay("config", crate::config::check);
}
