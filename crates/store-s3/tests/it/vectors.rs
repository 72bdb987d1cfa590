//! X9: presigned URLs and POST policies, byte for byte as botocore signs them (`tests/vectors/presign.py`).

use std::ops::RangeInclusive;
use std::time::Duration;

use links::{
    Disposition, FormSigner as _, Lifetime, LinkOptions, LinkSigner as _, PostKey, PostPolicy, PostSuccess,
    PostType, UploadSigner as _, UploadTerms,
};
use object_key::Prefix;
use serde_json::Value;
use store::{ETag, NameRule, PutMode, Sha256Digest};
use store_s3::{Environment, S3Config, S3Store};

use super::fixture::{clock_at, key};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/presign.json")).unwrap()
}

/// Calls `check` with each case of a kind and the store that it is about.
async fn each(kind: &str, at_least: usize, check: impl AsyncFn(&Value, &S3Store)) {
    let vectors = vectors();
    let cases = vectors[kind].as_array().unwrap();
    assert!(cases.len() >= at_least, "{} cases", cases.len());
    for case in cases {
        let config: S3Config = serde_json::from_value(case["config"].clone()).unwrap();
        let store = S3Store::connect(&config, &Environment::empty()).await.unwrap();
        check(case, &store).await;
    }
}

fn now() -> links::Clock {
    clock_at(vectors()["now"].as_u64().unwrap())
}

fn text<'a>(case: &'a Value, name: &str) -> Option<&'a str> {
    case[name].as_str()
}

fn lifetime(case: &Value) -> Lifetime {
    Lifetime::Fixed(Duration::from_secs(case["seconds"].as_u64().unwrap()))
}

/// Compares URLs: all bytes, but for the order of parameters, which the signature sorts anyway.
#[track_caller]
fn same_url(name: &Value, ours: &str, theirs: &str) {
    let parts = |url: &str| {
        let (plain, query) = url.split_once('?').unwrap();
        let mut query: Vec<String> = query.split('&').map(str::to_owned).collect();
        query.sort();
        (plain.to_owned(), query)
    };
    assert_eq!(parts(ours), parts(theirs), "{name}");
}

#[tokio::test]
async fn x09_get_and_head_are_signed_as_botocore_signs_them() {
    each("read", 50, async |case, store| {
        let mut options =
            LinkOptions::new(lifetime(case)).with_method(text(case, "method").unwrap().parse().unwrap());
        if let Some(name) = text(case, "disposition") {
            options = options.with_disposition(Disposition::attachment(name));
        }
        if let Some(content_type) = text(case, "content_type") {
            options = options.with_content_type(content_type);
        }
        let links = store.links().unwrap().with_clock(now());
        let url = links.link(&key(text(case, "key").unwrap()), &options).await.unwrap();
        same_url(&case["name"], url.expose(), text(case, "url").unwrap());
    })
    .await;
}

#[tokio::test]
async fn x09_s36_put_is_signed_as_botocore_signs_it() {
    each("put", 20, async |case, store| {
        let length = case["length"].as_u64().unwrap();
        let mode = match text(case, "mode").unwrap() {
            "create" => PutMode::Create,
            "overwrite" => PutMode::Overwrite,
            _ => PutMode::Update(ETag::new(text(case, "etag").unwrap()).unwrap()),
        };
        let mut terms = UploadTerms::new(lifetime(case), text(case, "content_type").unwrap(), length)
            .with_mode(mode)
            .with_name_rule(NameRule::Any);
        if let Some(digest) = text(case, "sha256") {
            terms = terms.with_sha256(digest_of(digest));
        }
        let uploads = store.uploads().unwrap().with_clock(now());
        let upload = uploads.upload(&key(text(case, "key").unwrap()), &terms).await.unwrap();
        same_url(&case["name"], upload.url().expose(), text(case, "url").unwrap());
        let headers: Vec<(&str, &str)> = upload.headers().collect();
        assert_eq!(headers, pairs(&case["headers"]), "{}", case["name"]);
    })
    .await;
}

#[tokio::test]
async fn x09_forms_are_signed_as_botocore_signs_them() {
    each("post", 20, async |case, store| {
        let target = match text(case, "below") {
            Some(prefix) => PostKey::Below(Prefix::parse(prefix).unwrap()),
            None => PostKey::Object(key(text(case, "key").unwrap())),
        };
        let content_type = text(case, "content_type").unwrap().to_owned();
        let content_type = if case["type_is_a_beginning"].as_bool().unwrap() {
            PostType::StartingWith(content_type)
        } else {
            PostType::Exactly(content_type)
        };
        let success = match text(case, "success").unwrap() {
            "201" => PostSuccess::Created,
            _ => PostSuccess::NoContent,
        };
        let policy = PostPolicy::new(lifetime(case), target, range(&case["length"]), content_type)
            .with_success(success)
            .with_name_rule(NameRule::Any);
        let form = store.uploads().unwrap().with_clock(now()).form(&policy).await.unwrap();
        assert_eq!(form.url(), text(case, "url").unwrap(), "{}", case["name"]);
        let fields: Vec<(&str, &str)> = form.expose_fields().collect();
        assert_eq!(fields, pairs(&case["fields"]), "{}", case["name"]);
    })
    .await;
}

fn range(value: &Value) -> RangeInclusive<u64> {
    value[0].as_u64().unwrap()..=value[1].as_u64().unwrap()
}

fn pairs(value: &Value) -> Vec<(&str, &str)> {
    let pairs = value.as_array().unwrap().iter();
    pairs.map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap())).collect()
}

fn digest_of(hex: &str) -> Sha256Digest {
    let digits: Vec<u32> = hex.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
    Sha256Digest(std::array::from_fn(|at| u8::try_from(digits[at * 2] * 16 + digits[at * 2 + 1]).unwrap()))
}
