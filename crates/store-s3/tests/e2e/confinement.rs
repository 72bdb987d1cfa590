//! Neighbours in one bucket never meet (D11, D12, S3).

use futures_util::TryStreamExt;
use object_key::{ObjectKey, Prefix};
use store::{CopyOptions, Entry, ErrorKind, List, Store, StoreExt, When};
use store_s3::{S3Config, S3Store};

use super::server::{self, key};

async fn tenants(test: &str) -> (S3Store, S3Store, S3Store) {
    let whole = server::config(test);
    let below = |prefix: &str| {
        let mut config: S3Config = whole.clone();
        prefix.clone_into(&mut config.prefix);
        config
    };
    let all = server::open(&whole).await;
    (all, server::open(&below("tenant-a/")).await, server::open(&below("tenant-abc/")).await)
}

async fn names(store: &S3Store, ask: List) -> Vec<String> {
    let entries: Vec<Entry> = store.list(ask).try_collect().await.unwrap();
    let name = |entry: Entry| match entry {
        Entry::Object(listed) => listed.key.to_string(),
        Entry::Prefix(prefix) => prefix.to_string(),
        Entry::Unaddressable(raw) => format!("raw:{}", String::from_utf8(raw).unwrap()),
        other => panic!("{other:?}"),
    };
    entries.into_iter().map(name).collect()
}

#[tokio::test]
async fn d11_s03_ds07_a_prefix_reaches_no_neighbour() {
    let (all, a, abc) = tenants("tenants").await;
    server::put(&all, "tenant-a.txt", "beside").await;
    server::put(&a, "doc.txt", "of a").await;
    server::put(&abc, "doc.txt", "of abc").await;
    assert_eq!(names(&a, List::default()).await, ["doc.txt"]);
    assert_eq!(names(&a, List::children(Prefix::root())).await, ["doc.txt"]);
    assert_eq!(names(&abc, List::default()).await, ["doc.txt"]);
    assert_eq!(a.read_to_end(&key("doc.txt"), 100).await.unwrap(), "of a");
    assert!(ObjectKey::parse("../tenant-abc/doc.txt").is_err(), "no key leads out");
    let foreign = a.head(&key("tenant-abc/doc.txt")).await.unwrap_err();
    assert_eq!(foreign.kind(), ErrorKind::NotFound);
    assert_eq!(foreign.key(), Some(&key("tenant-abc/doc.txt")), "as the caller knows it");
}

#[tokio::test]
async fn d12_s03_s08_deleting_and_copying_stay_inside() {
    let (all, a, abc) = tenants("stay_inside").await;
    for store in [&all, &a, &abc] {
        for name in ["doc.txt", "a[b]*", "x/doc.txt"] {
            let options = store::PutOptions::default().with_name_rule(store::NameRule::Any);
            store.put(&key(name), options, "text".into(), store::PutMode::Create).await.unwrap();
        }
    }
    a.copy(&key("doc.txt"), &key("copy.txt"), CopyOptions::default()).await.unwrap();
    a.delete(&key("doc.txt"), When::Always).await.unwrap();
    let gone = a.delete_all([key("x/doc.txt"), key("a[b]*"), key("missing")]).await.unwrap();
    assert!(gone.is_empty(), "{gone:?}");
    assert_eq!(names(&a, List::default()).await, ["copy.txt"]);
    assert_eq!(names(&abc, List::default()).await, ["a[b]*", "doc.txt", "x/doc.txt"]);
    assert!(all.exists(&key("doc.txt")).await.unwrap() && all.exists(&key("a[b]*")).await.unwrap());
}

/// Names that no key can be are reported, in their place.
#[tokio::test]
async fn what_is_no_key_is_listed_all_the_same() {
    let (all, a, _) = tenants("raw_names").await;
    let client = server::client();
    for raw in ["tenant-a/", "tenant-a/a//b", "tenant-a/c/", "tenant-a/b/../x", "tenant-a/d", "/root"] {
        let put = client.put_object().bucket(all.bucket()).key(raw).send().await;
        put.unwrap_or_else(|error| panic!("{raw}: {error:?}"));
    }
    assert_eq!(names(&a, List::default()).await, ["raw:a//b", "raw:b/../x", "raw:c/", "d"]);
    assert_eq!(names(&a, List::children(Prefix::root())).await, ["a/", "b/", "c/", "d"]);
    let below = List::children(Prefix::parse("a/").unwrap());
    assert_eq!(names(&a, below).await, ["raw:a//"]);
}

#[tokio::test]
async fn ds11_d310_listings_have_several_pages() {
    let store = server::store("pages").await;
    let client = server::client();
    let names_there: Vec<String> = (0..1203).map(|number| format!("n{:04} +é/x", number * 7)).collect();
    let puts = names_there.iter().map(|name| client.put_object().bucket(store.bucket()).key(name).send());
    let puts = futures_util::stream::iter(puts);
    let done: Vec<_> = futures_util::StreamExt::buffer_unordered(puts, 16).try_collect().await.unwrap();
    assert_eq!(done.len(), 1203);
    assert_eq!(names(&store, List::default()).await, names_there);
    let folders: Vec<String> = names_there.iter().map(|name| name.trim_end_matches('x').to_owned()).collect();
    assert_eq!(names(&store, List::children(Prefix::root())).await, folders);
    let after = List::children(Prefix::root()).with_after(&*folders[1000]);
    assert_eq!(names(&store, after).await, folders[1001..]);
    let keys = names_there.iter().map(|name| key(name));
    assert!(store.delete_all(keys).await.unwrap().is_empty());
    assert!(names(&store, List::default()).await.is_empty());
}
