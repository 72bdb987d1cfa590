//! What objects are written with, seen by another client.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::{ServerSideEncryption, StorageClass};
use store::{
    Attributes, Body, CopyMetadata, CopyOptions, ErrorKind, FieldValue, PutMode, PutOptions, Store, StoreExt,
};
use store_s3::{Access, Acl, EncryptionMode, S3Store, Secret};

use super::server::{self, key};

async fn head(store: &S3Store, name: &str) -> HeadObjectOutput {
    server::client().head_object().bucket(store.bucket()).key(name).send().await.unwrap()
}

async fn tags(store: &S3Store, name: &str) -> Vec<(String, String)> {
    let output = server::client().get_object_tagging().bucket(store.bucket()).key(name).send().await.unwrap();
    output.tag_set().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn ds03_d34_d36_fixed_parameters() {
    let mut config = server::config("fixed");
    config.transfer.part_size = 5 << 20;
    config.objects.cache_control = Some("private, max-age=3600".to_owned());
    config.objects.content_disposition = Some("attachment".to_owned());
    config.objects.content_language = Some("de".to_owned());
    config.objects.storage_class = Some("STANDARD_IA".to_owned());
    config.objects.metadata = [pair("origin", "test")].into();
    config.objects.tags = [pair("team", "a+b=c d")].into();
    let store = server::open(&config).await;
    server::put(&store, "small.txt", "text").await;
    server::put(&store, "large.txt", vec![b'x'; 6 << 20]).await;
    for name in ["small.txt", "large.txt"] {
        let found = head(&store, name).await;
        assert_eq!(found.cache_control(), Some("private, max-age=3600"));
        assert_eq!(found.content_disposition(), Some("attachment"));
        assert_eq!(found.content_language(), Some("de"));
        assert_eq!(found.storage_class(), Some(&StorageClass::StandardIa));
        assert_eq!(found.metadata().unwrap().get("origin").map(String::as_str), Some("test"));
        assert_eq!(tags(&store, name).await, [pair("team", "a+b=c d")]);
    }
}

#[tokio::test]
async fn ds03_what_the_caller_says_goes_before() {
    let mut config = server::config("caller");
    config.objects.cache_control = Some("private".to_owned());
    config.objects.metadata = [pair("a", "fixed"), pair("b", "fixed")].into();
    let store = server::open(&config).await;
    let mut attributes = Attributes::default();
    attributes.cache_control = FieldValue::parse("no-store").ok();
    let mut user = store::UserMetadata::default();
    user.insert("a", "said").unwrap();
    let options = PutOptions::default().with_attributes(attributes).with_user(user);
    store.put(&key("a.txt"), options, Body::from("text"), PutMode::Create).await.unwrap();
    let metadata = store.head(&key("a.txt")).await.unwrap();
    assert_eq!(metadata.attributes.cache_control.unwrap().as_str(), "no-store");
    assert_eq!(metadata.user.iter().collect::<Vec<_>>(), [("a", "said"), ("b", "fixed")]);
}

#[tokio::test]
async fn ds03_d36_parameters_by_a_function_of_the_key() {
    let mut config = server::config("by_key");
    config.prefix = "media/".to_owned();
    config.objects.cache_control = Some("private".to_owned());
    let store = server::open(&config).await.with_parameters_for(|key, parameters| {
        if key.as_str().starts_with("thumbs/") {
            parameters.cache_control = Some("private, max-age=86400".to_owned());
        }
        if key.extension() == Some("bad") {
            parameters.cache_control = Some("two\nlines".to_owned());
        }
    });
    server::put(&store, "thumbs/a.png", "image").await;
    server::put(&store, "a.png", "image").await;
    assert_eq!(head(&store, "media/thumbs/a.png").await.cache_control(), Some("private, max-age=86400"));
    assert_eq!(head(&store, "media/a.png").await.cache_control(), Some("private"));
    let error = store.begin(&key("a.bad"), PutOptions::default()).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidMetadata);
    assert!(error.to_string().contains("`objects.cache_control`"), "{error}");
}

#[tokio::test]
async fn ds14_where_the_content_type_comes_from() {
    let typed = |text: &'static str| {
        let mut attributes = Attributes::default();
        attributes.content_type = FieldValue::parse(text).ok();
        PutOptions::default().with_attributes(attributes)
    };
    let store = server::store("types").await;
    for (name, options, expected) in [
        ("a.png", PutOptions::default(), "image/png"),
        ("b.png", typed("image/webp"), "image/webp"),
        ("c", PutOptions::default(), "application/octet-stream"),
    ] {
        store.put(&key(name), options, Body::from("x"), PutMode::Create).await.unwrap();
        assert_eq!(head(&store, name).await.content_type(), Some(expected));
    }
    let mut config = server::config("fixed_type");
    config.objects.content_type = Some("text/plain".to_owned());
    config.objects.guess_encoding = true;
    let store = server::open(&config).await;
    for (name, encoding) in [("a.png", None), ("b.tar.gz", Some("gzip")), ("c.svg.br", Some("br"))] {
        store.put(&key(name), typed("image/webp"), Body::from("x"), PutMode::Create).await.unwrap();
        let found = head(&store, name).await;
        assert_eq!((found.content_type(), found.content_encoding()), (Some("text/plain"), encoding));
    }
}

#[tokio::test]
async fn ds04_dj6_d33_public_read_only_by_name() {
    let grants = async |store: &S3Store, name: &str| {
        let acl = server::client().get_object_acl().bucket(store.bucket()).key(name).send().await.unwrap();
        acl.grants().iter().filter(|grant| grant.grantee().is_some_and(|who| who.uri().is_some())).count()
    };
    let store = server::store("acl_none").await;
    server::put(&store, "a", "text").await;
    assert_eq!(grants(&store, "a").await, 0);
    let mut config = server::config("acl_public");
    config.objects.acl = Some(Acl::PublicRead);
    config.links.access = Access::Public;
    let store = server::open(&config).await;
    server::put(&store, "a", "text").await;
    assert_eq!(grants(&store, "a").await, 1);
}

#[tokio::test]
async fn d23_dp8_d37_encryption_is_on() {
    let mut config = server::config("sse_s3");
    config.transfer.part_size = 5 << 20;
    config.objects.encryption = Some(EncryptionMode::S3);
    let store = server::open(&config).await;
    server::put(&store, "small", "text").await;
    server::put(&store, "large", vec![1; 6 << 20]).await;
    store.copy(&key("small"), &key("copy"), CopyOptions::default()).await.unwrap();
    for name in ["small", "large", "copy"] {
        assert_eq!(head(&store, name).await.server_side_encryption(), Some(&ServerSideEncryption::Aes256));
    }
}

#[tokio::test]
async fn d37_a_customers_key_is_needed_to_read() {
    let mut config = server::config("sse_c");
    config.objects.encryption = Some(EncryptionMode::Customer);
    config.objects.customer_key = Some(Secret::new("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="));
    let store = server::open(&config).await;
    server::put(&store, "a", "text").await;
    assert_eq!(store.read_to_end(&key("a"), 100).await.unwrap(), "text");
    config.objects.customer_key = Some(Secret::new("ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="));
    let other = server::open(&config).await;
    assert!(other.read_to_end(&key("a"), 100).await.is_err());
    config.objects = store_s3::ObjectParameters::default();
    let none = server::open(&config).await;
    assert!(none.read_to_end(&key("a"), 100).await.is_err());
}

/// A copy has all that its source has, tags included, however it is made.
#[tokio::test]
async fn d310_copies_keep_what_their_source_has() {
    let mut config = server::config("copies");
    config.objects.tags = [pair("team", "a")].into();
    config.transfer.copy_part_size = 5 << 20;
    let tagged = server::open(&config).await;
    server::put(&tagged, "a.txt", vec![b'x'; 11 << 20]).await;
    server::put(&tagged, "empty.txt", "").await;
    config.objects.tags.clear();
    config.transfer.copy_threshold = 1 << 20;
    let store = server::open(&config).await;
    for (mode, parts) in [(PutMode::Create, "-3"), (PutMode::Overwrite, "-3")] {
        let copied =
            store.copy(&key("a.txt"), &key("b.txt"), CopyOptions::default().with_mode(mode)).await.unwrap();
        assert!(copied.etag.as_str().ends_with(parts), "{}", copied.etag);
        assert_eq!(copied.size, 11 << 20);
        assert_eq!(tags(&store, "b.txt").await, [pair("team", "a")]);
        assert_eq!(store.read_to_end(&key("b.txt"), 1 << 30).await.unwrap(), vec![b'x'; 11 << 20]);
    }
    store.copy(&key("empty.txt"), &key("c.txt"), CopyOptions::default()).await.unwrap();
    assert_eq!(tags(&store, "c.txt").await, [pair("team", "a")]);
    let moved = store.rename(&key("b.txt"), &key("d.txt"), PutMode::Create).await.unwrap();
    assert_eq!(moved.size, 11 << 20);
    assert!(!store.exists(&key("b.txt")).await.unwrap());
}

#[tokio::test]
async fn d14_replacing_metadata_leaves_the_rest() {
    let mut config = server::config("replace");
    config.objects.tags = [pair("team", "a")].into();
    let tagged = server::open(&config).await;
    server::put(&tagged, "a.txt", "text").await;
    config.objects.tags.clear();
    let store = server::open(&config).await;
    let before = store.head(&key("a.txt")).await.unwrap();
    let mut attributes = Attributes::default();
    attributes.cache_control = FieldValue::parse("private").ok();
    let replace = CopyMetadata::Replace { attributes, user: store::UserMetadata::default() };
    let options = CopyOptions::default().with_mode(PutMode::Overwrite).with_metadata(replace);
    store.copy(&key("a.txt"), &key("a.txt"), options).await.unwrap();
    let after = store.head(&key("a.txt")).await.unwrap();
    assert_eq!(after.attributes.cache_control.unwrap().as_str(), "private");
    assert_eq!((after.size, after.sha256), (before.size, before.sha256));
    assert_eq!(tags(&store, "a.txt").await, [pair("team", "a")]);
}
