//! Listing: the order of keys, whatever directories do to it.

use std::fs;

use futures_util::TryStreamExt;
use object_key::Prefix;
use store::{Entry, List, Store, StoreExt};

use crate::support::{Place, key, list};

const NAMES: [&str; 9] = ["a", "b!", "b/1", "b/2/x", "b/2/y", "b/20", "b0", "c-d/e", "c/d"];

async fn filled() -> Place {
    let place = Place::new();
    for name in NAMES {
        place.put(name, "x").await.unwrap();
    }
    place
}

fn prefix(text: &str) -> Prefix {
    Prefix::parse(text).unwrap()
}

#[tokio::test]
async fn names_come_in_the_order_of_their_bytes() {
    let place = filled().await;
    assert_eq!(place.list().await, NAMES);
    assert_eq!(list(&place.store, List::all(prefix("b/"))).await, ["b/1", "b/2/x", "b/2/y", "b/20"]);
    let children = ["a", "b!", "b/", "b0", "c-d/", "c/"];
    assert_eq!(list(&place.store, List::children(Prefix::root())).await, children);
    assert_eq!(list(&place.store, List::children(prefix("b/"))).await, ["b/1", "b/2/", "b/20"]);
    for nothing in ["d/", "a/", "b/1/", "b/2/x/"] {
        assert!(list(&place.store, List::all(prefix(nothing))).await.is_empty(), "{nothing}");
        assert!(list(&place.store, List::children(prefix(nothing))).await.is_empty(), "{nothing}");
    }
}

#[tokio::test]
async fn after_any_name_comes_the_rest() {
    let place = filled().await;
    let children = ["a", "b!", "b/", "b0", "c-d/", "c/"];
    for after in
        NAMES.into_iter().chain(["", "b", "b/", "b/2", "b/2/", "b/2/xx", "b/3", "c", "c/", "z", "b/2!"])
    {
        let rest: Vec<_> = NAMES.into_iter().filter(|name| *name > after).collect();
        assert_eq!(list(&place.store, List::default().with_after(after)).await, rest, "all after {after}");
        let rest: Vec<_> = children.into_iter().filter(|name| *name > after).collect();
        let ask = List::children(Prefix::root()).with_after(after);
        assert_eq!(list(&place.store, ask).await, rest, "children after {after}");
        let rest: Vec<_> = NAMES.into_iter().filter(|name| name.starts_with("b/") && *name > after).collect();
        let ask = List::all(prefix("b/")).with_after(after);
        assert_eq!(list(&place.store, ask).await, rest, "b/ after {after}");
    }
}

#[tokio::test]
async fn more_names_than_a_batch_come_once_each() {
    let place = Place::new();
    let names: Vec<_> = (0..600).map(|number| format!("d{:02}/n{:02}", number / 40, number % 40)).collect();
    for name in &names {
        place.place_by_hand(name, "");
    }
    assert_eq!(place.list().await, names);
}

#[tokio::test]
async fn an_entry_has_what_head_says() {
    let place = Place::new();
    place.put("a", "12345").await.unwrap();
    place.place_by_hand("b", "123");
    let entries: Vec<Entry> = place.store.list(List::default()).try_collect().await.unwrap();
    for entry in entries {
        let Entry::Object(listed) = entry else { panic!("{entry:?}") };
        let head = place.store.head(&listed.key).await.unwrap();
        assert_eq!((listed.size, listed.etag, listed.modified), (head.size, Some(head.etag), head.modified));
    }
}

#[tokio::test]
async fn folders_without_objects_are_none() {
    let place = Place::new();
    fs::create_dir_all(place.file("empty/deep")).unwrap();
    fs::create_dir_all(place.file("full/deep/deeper")).unwrap();
    place.place_by_hand("full/deep/deeper/x", "");
    assert_eq!(list(&place.store, List::children(Prefix::root())).await, ["full/"]);
    assert_eq!(place.list().await, ["full/deep/deeper/x"]);
    assert!(place.store.exists(&key("full/deep/deeper/x")).await.unwrap());
}
