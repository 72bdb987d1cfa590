//! Prefixes: everything below some whole segments, and nothing else.

use std::str;

use object_key::{ObjectKey, Prefix};

use crate::key::is_key;

/// Reads the first line as a prefix and the second as a key, or as another prefix.
pub fn check(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let (first, second) = text.split_once('\n').unwrap_or((text, ""));
    let Some(prefix) = parse(first) else { return };
    if let Ok(key) = ObjectKey::parse(second) {
        check_key(&prefix, &key);
    }
    if let Some(other) = parse(second) {
        check_prefix(&prefix, &other);
    }
}

fn parse(text: &str) -> Option<Prefix> {
    let prefix = Prefix::parse(text).ok();
    let body = text.strip_suffix('/').map(str::as_bytes);
    assert_eq!(prefix.is_some(), text.is_empty() || body.is_some_and(is_key), "{text:?}");
    prefix.inspect(|prefix| assert_eq!(prefix.as_str(), text))
}

/// The segments of a prefix, or of a key.
fn segments(text: &str) -> Vec<&str> {
    text.split('/').filter(|segment| !segment.is_empty()).collect()
}

fn check_key(prefix: &Prefix, key: &ObjectKey) {
    let (above, all) = (segments(prefix.as_str()), segments(key.as_str()));
    let below = all.len() > above.len() && above.iter().zip(&all).all(|(a, b)| a == b);
    assert_eq!(prefix.contains(key), below, "{prefix:?} {key:?}");
    assert_eq!(prefix.segment_count(), above.len());

    let rest = prefix.strip(key);
    assert_eq!(rest.is_some(), below);
    if let Some(rest) = rest {
        assert_eq!(segments(rest.as_str()), all.get(above.len()..).unwrap_or_default());
        assert_eq!(prefix.join(&rest).as_ref(), Ok(key), "there and back");
    }
    match prefix.join(key) {
        Ok(joined) => assert!(prefix.contains(&joined) && prefix.strip(&joined).as_ref() == Some(key)),
        Err(_) => assert!(prefix.as_str().len() + key.as_str().len() > ObjectKey::MAX_LEN),
    }
    for count in 0..=all.len() {
        let ancestor = key.ancestor(count);
        assert_eq!(ancestor.is_some(), count < all.len(), "a key goes on after its ancestors");
        if let Some(ancestor) = ancestor {
            assert_eq!(segments(ancestor.as_str()), all.get(..count).unwrap_or_default());
            assert!(ancestor.contains(key));
        }
    }
}

fn check_prefix(prefix: &Prefix, other: &Prefix) {
    let (above, all) = (segments(prefix.as_str()), segments(other.as_str()));
    let below = all.len() >= above.len() && above.iter().zip(&all).all(|(a, b)| a == b);
    assert_eq!(prefix.contains_prefix(other), below, "{prefix:?} {other:?}");
    match prefix.join_prefix(other) {
        Ok(joined) => assert_eq!(segments(joined.as_str()), [above, all].concat()),
        // The `/` at the end of a prefix does not count.
        Err(_) => assert!(prefix.as_str().len() + other.as_str().len() > ObjectKey::MAX_LEN),
    }
}
