//! Links and uploads: which terms they keep, and which they refuse.

use std::sync::Arc;
use std::time::Duration;

use links::{
    Disposition, FormSigner as _, Lifetime, LinkErrorKind, LinkOptions, LinkSigner, Method, PostKey,
    PostPolicy, PostType, Subject, UploadSigner as _, UploadTerms,
};
use object_key::{ObjectKey, Prefix};
use store::{NameRule, PutMode, Sha256Digest};
use store_s3::{Access, Acl, EncryptionMode, S3Config, S3Links, S3Uploads, Secret, ServerProfile, Signing};

use super::fixture::{NOW, at, clock_at, config, connect, key};

const HOUR: Duration = Duration::from_hours(1);

async fn links(config: &S3Config) -> S3Links {
    connect(config).await.links().unwrap().with_clock(clock_at(NOW))
}

async fn uploads(config: &S3Config) -> S3Uploads {
    connect(config).await.uploads().unwrap().with_clock(clock_at(NOW))
}

fn png() -> UploadTerms {
    UploadTerms::new(Lifetime::Fixed(HOUR), "image/png", 12)
}

fn policy(key: PostKey) -> PostPolicy {
    PostPolicy::new(Lifetime::Fixed(HOUR), key, 1..=100, PostType::Exactly("image/png".to_owned()))
}

/// The parameter of a URL, as it stands there.
fn parameter<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = url.split_once('?').unwrap();
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// A server to which nothing is granted that is not known.
fn generic() -> S3Config {
    let mut config = config();
    config.endpoint = Some("http://127.0.0.1:9".to_owned());
    config.server = Some(ServerProfile::Garage);
    config
}

#[tokio::test]
async fn a_term_that_s3_does_not_know_is_refused() {
    let plain = || LinkOptions::lasting(HOUR);
    let unsupported = [
        plain().with_subject(Subject::User("42".to_owned())),
        plain().with_subject(Subject::Session("x".to_owned())),
        plain().with_not_before(at(NOW)),
        plain().with_not_before(at(NOW + 60)),
        plain().with_version("9e107d9d"),
        plain().with_method(Method::Put),
        plain().with_method(Method::Post),
        plain().with_method(Method::Delete),
    ];
    let links = links(&config()).await;
    for options in unsupported {
        let error = links.link(&key("a"), &options).await.unwrap_err();
        assert_eq!(error.kind(), LinkErrorKind::Unsupported, "{options:?}");
    }
    assert!(links.link(&key("a"), &plain()).await.is_ok());
}

/// A term added to the type has to be honoured or refused in `S3Links`, and then be named here.
#[test]
fn ds11_no_term_is_forgotten() {
    let fields = |shown: String| -> Vec<String> {
        let lines = shown.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "));
        lines.filter_map(|line| Some(line.trim().split_once(':')?.0.to_owned())).collect()
    };
    let of_links = ["lifetime", "method", "subject", "not_before", "version", "disposition", "content_type"];
    assert_eq!(fields(format!("{:#?}", LinkOptions::lasting(HOUR))), of_links);
    let of_uploads = ["lifetime", "content_type", "length", "sha256", "mode", "name_rule"];
    assert_eq!(fields(format!("{:#?}", png())), of_uploads);
    let of_forms = ["lifetime", "key", "length", "content_type", "success", "name_rule"];
    assert_eq!(fields(format!("{:#?}", policy(PostKey::Object(key("a"))))), of_forms);
}

/// Of what S3 lets a URL override, a link has these two; nothing that an application says gets in as a parameter.
#[tokio::test]
async fn ds11_a_link_has_no_parameters_but_its_own() {
    let options = LinkOptions::lasting(HOUR)
        .with_disposition(Disposition::attachment("a.csv&versionId=x"))
        .with_content_type("text/csv;x=\"&acl&response-expires=x\"");
    for method in [Method::Get, Method::Head] {
        let options = options.clone().with_method(method);
        let url = links(&config()).await.link(&key("a?acl&b=c"), &options).await.unwrap();
        let (_, query) = url.expose().split_once('?').unwrap();
        let mut names: Vec<_> = query.split('&').filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
        // The signature's own, and what the SDK names the operation by.
        names.retain(|name| !name.starts_with("X-Amz-") && *name != "x-id");
        names.sort_unstable();
        assert_eq!(names, ["response-content-disposition", "response-content-type"], "{query}");
    }
}

#[tokio::test]
async fn x09_seven_days_are_the_most() {
    let links = links(&config()).await;
    let week = Duration::from_hours(7 * 24);
    let url = links.link(&key("a"), &LinkOptions::lasting(week)).await.unwrap();
    assert_eq!(url.expires(), at(NOW + 7 * 86_400));
    for life in [week + Duration::from_secs(1), Duration::ZERO, Duration::MAX] {
        let error = links.link(&key("a"), &LinkOptions::lasting(life)).await.unwrap_err();
        assert_eq!(error.kind(), LinkErrorKind::InvalidTerms, "{life:?}");
    }
}

#[tokio::test]
async fn s24_a_content_type_cannot_end_a_header_line() {
    let links = links(&config()).await;
    for text in ["text/html\r\nset-cookie: a=b", "a\n", "", "ü"] {
        let options = LinkOptions::lasting(HOUR).with_content_type(text);
        let error = links.link(&key("a"), &options).await.unwrap_err();
        assert_eq!(error.kind(), LinkErrorKind::InvalidTerms, "{text:?}");
    }
}

#[tokio::test]
async fn x01_links_stay_the_same_within_a_window() {
    let stable = Lifetime::Stable { at_least: Duration::from_mins(5), window: Duration::from_mins(15) };
    let options = LinkOptions::new(stable).with_disposition(Disposition::attachment("a.pdf"));
    let store = connect(&config()).await;
    let sign = async |seconds: u64| {
        let links = store.links().unwrap().with_clock(clock_at(seconds));
        links.link(&key("a"), &options).await.unwrap()
    };
    let window = NOW / 900 * 900;
    let (first, last) = (sign(window + 601).await, sign(window + 1_500).await);
    assert_eq!(first, last);
    assert_ne!(first, sign(window + 600).await);
    assert_ne!(first, sign(window + 1_501).await);
    assert_eq!(last.expires(), at(window + 1_800));
}

#[tokio::test]
async fn ds05_the_configured_lifetime_is_the_default() {
    let mut config = config();
    config.links.lifetime = Duration::from_mins(2);
    let links = links(&config).await;
    let url = links.link(&key("a"), &links.default_options()).await.unwrap();
    assert_eq!(url.expires(), at(NOW + 120));
}

#[tokio::test]
async fn d13_a_name_is_appended_and_never_resolved() {
    for text in ["//evil.com/x", "/x", "../x", "a/../../x", "https://evil.com/x", "a//b"] {
        assert!(ObjectKey::parse(text).is_err(), "{text}");
    }
    let mut config = config();
    config.prefix = "tenant-a/".to_owned();
    let links = links(&config).await;
    for (name, path) in
        [("evil.com/x", "evil.com/x"), ("%2e%2e/x", "%252e%252e/x"), ("?x", "%3Fx"), ("@h", "%40h")]
    {
        let url = links.link(&key(name), &LinkOptions::lasting(HOUR)).await.unwrap();
        let expected = format!("https://media.s3.eu-west-1.amazonaws.com/tenant-a/{path}?");
        assert!(url.expose().starts_with(&expected), "{}", url.expose());
    }
}

#[tokio::test]
async fn x09_links_show_the_public_endpoint() {
    let mut config = generic();
    config.links.public_endpoint = Some("https://files.example.com".to_owned());
    let url = links(&config).await.link(&key("a"), &LinkOptions::lasting(HOUR)).await.unwrap();
    assert!(url.expose().starts_with("https://files.example.com/media/a?"), "{}", url.expose());
    let form = uploads(&config).await.form(&policy(PostKey::Object(key("a")))).await.unwrap();
    assert_eq!(form.url(), "https://files.example.com/media");
}

#[tokio::test]
async fn d17_nothing_falls_back_to_unsigned_links() {
    let private = connect(&config()).await;
    assert_eq!(private.public_links().await.unwrap_err().key(), "links.signing");
    assert!(private.link_signer(None).is_ok());

    let mut cdn = config();
    cdn.links.signing = Signing::Elsewhere;
    cdn.links.custom_domain = Some("cdn.example.com".to_owned());
    let cdn = connect(&cdn).await;
    assert_eq!(cdn.links().unwrap_err().key(), "links.signing");
    assert_eq!(cdn.link_signer(None).err().unwrap().key(), "links.signing");
    assert_eq!(cdn.public_links().await.unwrap_err().key(), "links.signing");
    let other: Arc<dyn LinkSigner> = private.link_signer(None).unwrap();
    assert!(Arc::ptr_eq(&cdn.link_signer(Some(other.clone())).unwrap(), &other));
    assert!(private.link_signer(Some(other)).is_err(), "two signers");
}

#[tokio::test]
async fn ds05_d33_d35_a_public_bucket_has_plain_urls() {
    let mut public = config();
    public.prefix = "static/".to_owned();
    public.links.access = Access::Public;
    let signed = connect(&public).await;
    assert!(signed.public_links().await.is_err() && signed.links().is_ok(), "public, but signed");

    public.links.signing = Signing::Unsigned;
    let store = connect(&public).await;
    assert!(store.links().is_err() && store.link_signer(None).is_err());
    let plain = store.public_links().await.unwrap();
    let url = "https://media.s3.eu-west-1.amazonaws.com/static/a%20b%3F.css";
    assert_eq!(plain.object(&key("a b?.css")).unwrap(), url);

    public.links.custom_domain = Some("cdn.example.com".to_owned());
    let plain = connect(&public).await.public_links().await.unwrap();
    assert_eq!(plain.object(&key("evil.com/x")).unwrap(), "https://cdn.example.com/static/evil.com/x");
}

#[tokio::test]
async fn s35_s36_what_an_upload_may_be_is_signed() {
    let terms = png().with_sha256(Sha256Digest([7; 32]));
    let upload = uploads(&config()).await.upload(&key("a"), &terms).await.unwrap();
    let signed = "content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256\
                  %3Bx-amz-meta-hallpass-sha256";
    assert_eq!(parameter(upload.url().expose(), "X-Amz-SignedHeaders"), Some(signed));
    let headers: Vec<_> = upload.headers().collect();
    assert!(headers.contains(&("content-length", "12")) && headers.contains(&("if-none-match", "*")));
    assert!(!headers.iter().any(|(name, _)| name.contains("acl") || *name == "host"));
}

#[tokio::test]
async fn s36_a_server_that_may_not_check_a_term_is_not_given_it() {
    let garage = uploads(&generic()).await;
    let digest = png().with_mode(PutMode::Overwrite).with_sha256(Sha256Digest([7; 32]));
    for terms in [png(), digest] {
        let error = garage.upload(&key("a"), &terms).await.unwrap_err();
        assert_eq!(error.kind(), LinkErrorKind::Unsupported, "{terms:?}");
    }
    assert!(garage.upload(&key("a"), &png().with_mode(PutMode::Overwrite)).await.is_ok());
}

#[tokio::test]
async fn s36_an_acl_is_signed_for_nobody() {
    let mut config = config();
    config.objects.acl = Some(Acl::BucketOwnerFullControl);
    let uploads = uploads(&config).await;
    let put = uploads.upload(&key("a"), &png()).await.unwrap_err();
    let post = uploads.form(&policy(PostKey::Object(key("a")))).await.unwrap_err();
    assert_eq!([put.kind(), post.kind()], [LinkErrorKind::Unsupported; 2]);
}

#[tokio::test]
async fn an_upload_that_cannot_be_is_refused_at_once() {
    let uploads = uploads(&config()).await;
    let mut too_long = png();
    too_long.length = (5 << 30) + 1;
    let mut header = png();
    header.content_type = "image/png\r\nx-amz-acl: public-read".to_owned();
    for terms in [too_long, header, png().with_name_rule(NameRule::Portable)] {
        let name = if terms.length == 12 && terms.content_type == "image/png" { "con" } else { "a" };
        let error = uploads.upload(&key(name), &terms).await.unwrap_err();
        assert_eq!(error.kind(), LinkErrorKind::InvalidTerms, "{terms:?}");
    }
}

#[tokio::test]
async fn a_customers_key_is_handed_to_nobody() {
    let mut config = config();
    config.objects.encryption = Some(EncryptionMode::Customer);
    config.objects.customer_key = Some(Secret::new("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="));
    let store = connect(&config).await;
    assert_eq!(store.links().unwrap_err().key(), "objects.encryption");
    assert_eq!(store.uploads().unwrap_err().key(), "objects.encryption");
}

#[tokio::test]
async fn x09_a_form_is_as_exact_as_its_policy() {
    let below = |text: &str| policy(PostKey::Below(Prefix::parse(text).unwrap()));
    let mut empty = policy(PostKey::Object(key("a")));
    #[expect(clippy::reversed_empty_ranges, reason = "that is the case")]
    {
        empty.length = 2..=1;
    }
    let mut huge = policy(PostKey::Object(key("a")));
    huge.length = 0..=(5 << 30) + 1;
    let file_name = policy(PostKey::Object(key("a/${filename}"))).with_name_rule(NameRule::Any);
    let uploads = uploads(&config()).await;
    for policy in [empty, huge, file_name, below("${filename}/"), below("")] {
        let error = uploads.form(&policy).await.unwrap_err();
        assert_eq!(error.kind(), LinkErrorKind::InvalidTerms, "{policy:?}");
    }
}

#[tokio::test]
async fn x09_what_a_form_cannot_say_is_refused() {
    let object = policy(PostKey::Object(key("a")));
    let mut owner = config();
    owner.expected_bucket_owner = Some("111122223333".to_owned());
    let mut tags = config();
    tags.objects.tags.insert("a".to_owned(), "b".to_owned());
    for config in [owner, tags] {
        let error = uploads(&config).await.form(&object).await.unwrap_err();
        assert_eq!(error.kind(), LinkErrorKind::Unsupported);
    }
    let store = connect(&config()).await.with_parameters_for(|_, _| {});
    let below = policy(PostKey::Below(Prefix::parse("in/").unwrap()));
    let error = store.uploads().unwrap().form(&below).await.unwrap_err();
    assert_eq!(error.kind(), LinkErrorKind::Unsupported);
    assert!(store.uploads().unwrap().form(&object).await.is_ok());
}

#[tokio::test]
async fn s33_no_debug_text_lets_anyone_in() {
    let (links, uploads) = (links(&config()).await, uploads(&config()).await);
    let url = links.link(&key("a"), &LinkOptions::lasting(HOUR)).await.unwrap();
    let upload = uploads.upload(&key("a"), &png()).await.unwrap();
    let form = uploads.form(&policy(PostKey::Object(key("a")))).await.unwrap();
    let signature = |url: &str| parameter(url, "X-Amz-Signature").unwrap().to_owned();
    let fields = form.expose_fields().filter(|(name, _)| matches!(*name, "policy" | "x-amz-signature"));
    let mut secrets: Vec<String> = fields.map(|(_, value)| value.to_owned()).collect();
    secrets.extend([signature(url.expose()), signature(upload.url().expose()), "s3cr3t".to_owned()]);
    assert_eq!(secrets.len(), 5);
    for shown in [
        format!("{links:?}{uploads:?}{url:?}{upload:?}{form:?}"),
        format!("{links:#?}{uploads:#?}{url:#?}{upload:#?}{form:#?}"),
    ] {
        assert!(secrets.iter().all(|secret| !shown.contains(secret)), "{shown}");
    }
}
