//! Listing: in which order, and from where on.

use store::{List, Store};

use super::list::{lists, put_all};
use crate::Case;
use crate::case::{Outcome, case};
use crate::check::prefix;

pub(super) const CASES: &[Case] = &[
    case!(names_order_by_bytes, "names order by their bytes, with `/` as one of them"),
    case!(unicode_orders_by_bytes, "names order by their UTF-8, not by UTF-16, case or language"),
    case!(folders_order_with_their_slash, "a folder stands in the order as its name with `/`"),
    case!(a_listing_goes_on_after_a_name, "a listing can go on after any of its entries"),
    case!(after_may_be_any_text, "`after` may be text that names nothing"),
    case!(
        after_and_prefix_go_together,
        "`after` is compared with whole names, not with what follows the prefix"
    ),
    case!(children_go_on_after_a_name, "a listing of children goes on after an object or a folder"),
];

/// In the order of their bytes; a walk by folders would find another one.
const BY_BYTES: [&str; 12] =
    ["A", "a b", "a!", "a-b", "a.b", "a/b", "a/b-c", "a/b.c", "a/c/d", "a0", "aa", "ab/c"];

async fn names_order_by_bytes(store: &dyn Store) -> Outcome {
    let mut scrambled = BY_BYTES;
    scrambled.sort_by_key(|name| name.bytes().rev().collect::<Vec<_>>());
    put_all(store, &scrambled).await?;
    lists(store, List::default(), &BY_BYTES).await
}

async fn unicode_orders_by_bytes(store: &dyn Store) -> Outcome {
    let names = ["B", "Z/x", "a", "z", "Ä", "ä/x", "ä0", "č", "ｚ", "😀", "😀/x"];
    let names = names.get(..10).unwrap_or(&names); // the last would clash with a file of its folder's name
    let mut scrambled = names.to_vec();
    scrambled.reverse();
    put_all(store, &scrambled).await?;
    lists(store, List::default(), names).await
}

async fn folders_order_with_their_slash(store: &dyn Store) -> Outcome {
    put_all(store, &BY_BYTES).await?;
    let children = ["A", "a b", "a!", "a-b", "a.b", "a/", "a0", "aa", "ab/"];
    lists(store, List::children(prefix("")?), &children).await?;
    lists(store, List::children(prefix("a/")?), &["a/b", "a/b-c", "a/b.c", "a/c/"]).await
}

async fn a_listing_goes_on_after_a_name(store: &dyn Store) -> Outcome {
    put_all(store, &BY_BYTES).await?;
    for (at, name) in BY_BYTES.iter().enumerate() {
        let rest = BY_BYTES.get(at + 1..).unwrap_or_default();
        lists(store, List::default().with_after(*name), rest).await?;
    }
    Ok(())
}

async fn after_may_be_any_text(store: &dyn Store) -> Outcome {
    put_all(store, &["a-b", "a/b", "a/c/d", "a0", "b"]).await?;
    let rows: [(&str, &[&str]); 9] = [
        ("", &["a-b", "a/b", "a/c/d", "a0", "b"]),
        ("a", &["a-b", "a/b", "a/c/d", "a0", "b"]),
        ("a.", &["a/b", "a/c/d", "a0", "b"]),
        ("a/", &["a/b", "a/c/d", "a0", "b"]),
        ("a/b/", &["a/c/d", "a0", "b"]),
        ("a/c", &["a/c/d", "a0", "b"]),
        ("a/c/d/e", &["a0", "b"]),
        ("a//\u{10FFFF}\\..", &["a/b", "a/c/d", "a0", "b"]),
        ("\u{10FFFF}", &[]),
    ];
    for (after, rest) in rows {
        lists(store, List::default().with_after(after), rest).await?;
    }
    Ok(())
}

async fn after_and_prefix_go_together(store: &dyn Store) -> Outcome {
    put_all(store, &["a/x", "b/a", "b/b/c", "b/d", "c/x"]).await?;
    let rows: [(&str, &[&str]); 7] = [
        ("", &["b/a", "b/b/c", "b/d"]),
        ("a/z", &["b/a", "b/b/c", "b/d"]),
        ("b/", &["b/a", "b/b/c", "b/d"]),
        ("b/a", &["b/b/c", "b/d"]),
        ("b/b/c", &["b/d"]),
        ("b/d", &[]),
        ("c", &[]),
    ];
    for (after, rest) in rows {
        lists(store, List::all(prefix("b/")?).with_after(after), rest).await?;
    }
    Ok(())
}

async fn children_go_on_after_a_name(store: &dyn Store) -> Outcome {
    put_all(store, &["a", "b/1", "b/2", "c", "d/e/1", "d/e/2", "d/f"]).await?;
    let rows: [(&str, &[&str]); 8] = [
        ("", &["a", "b/", "c", "d/"]),
        ("a", &["b/", "c", "d/"]),
        ("b", &["b/", "c", "d/"]),
        ("b/", &["c", "d/"]),
        ("b/1", &["c", "d/"]), // inside the folder is after its name
        ("b0", &["c", "d/"]),
        ("c", &["d/"]),
        ("d/e/1", &[]),
    ];
    for (after, rest) in rows {
        lists(store, List::children(prefix("")?).with_after(after), rest).await?;
    }
    lists(store, List::children(prefix("d/")?).with_after("d/e"), &["d/e/", "d/f"]).await?;
    lists(store, List::children(prefix("d/")?).with_after("d/e/"), &["d/f"]).await?;
    lists(store, List::children(prefix("d/")?).with_after("d/e/1"), &["d/f"]).await
}
