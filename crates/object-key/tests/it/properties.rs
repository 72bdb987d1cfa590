//! What holds for every text.

use object_key::{ObjectKey, Prefix};
use proptest::prelude::*;

/// Texts of which many are keys and many almost are.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        8 => "[a-z.%éß😀 ]{1,4}",
        4 => Just("/".to_owned()),
        1 => Just("..".to_owned()),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

fn keys() -> impl Strategy<Value = ObjectKey> {
    texts().prop_filter_map("no key", |text| ObjectKey::parse(&text).ok())
}

fn prefixes() -> impl Strategy<Value = Prefix> {
    prop_oneof![Just(Prefix::root()), keys().prop_map(|key| Prefix::parse(&format!("{key}/")).unwrap())]
}

/// The rules of the type's documentation, said another way.
fn is_key(text: &str) -> bool {
    (1..=1024).contains(&text.len())
        && text.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
        && !text.chars().any(|c| c == '\\' || c < ' ' || ('\u{7F}'..='\u{9F}').contains(&c))
}

proptest! {
    #[test]
    fn a_text_is_accepted_exactly_or_refused(text in texts()) {
        match ObjectKey::parse(&text) {
            Ok(key) => {
                prop_assert!(is_key(&text));
                prop_assert_eq!(key.as_str(), &text);
            }
            Err(_) => prop_assert!(!is_key(&text)),
        }
    }

    #[test]
    fn a_path_decodes_to_the_key_it_was_made_of(key in keys()) {
        let path = key.url_path().to_string();
        prop_assert!(path.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)));
        prop_assert_eq!(ObjectKey::from_url_path(&path).unwrap(), key);
    }

    #[test]
    fn different_keys_have_different_paths(one in keys(), other in keys()) {
        prop_assert_eq!(one == other, one.url_path().to_string() == other.url_path().to_string());
    }

    #[test]
    fn what_a_path_decodes_to_is_a_key(raw in "[a-z/.%0-9A-F\\\\é]{0,40}") {
        if let Ok(key) = ObjectKey::from_url_path(&raw) {
            prop_assert!(is_key(key.as_str()));
            prop_assert_eq!(key.segments().count(), raw.split('/').count());
        }
    }

    #[test]
    fn s03_a_prefix_holds_a_key_if_its_segments_lead_the_keys(prefix in prefixes(), key in keys()) {
        let below = format!("{prefix}{key}");
        for key in [Some(key), ObjectKey::parse(&below).ok()].into_iter().flatten() {
            let wanted: Vec<&str> = prefix.as_str().split_terminator('/').collect();
            let has: Vec<&str> = key.segments().collect();
            let leads = has.len() > wanted.len() && has.starts_with(&wanted);
            prop_assert_eq!(prefix.contains(&key), leads);
            prop_assert_eq!(prefix.strip(&key).is_some(), leads);
            prop_assert_eq!(key.ancestor(prefix.segment_count()) == Some(prefix.clone()), leads);
        }
    }

    #[test]
    fn stripping_undoes_joining(prefix in prefixes(), key in keys()) {
        let joined = prefix.join(&key).unwrap();
        prop_assert!(prefix.contains(&joined));
        prop_assert_eq!(prefix.strip(&joined), Some(key));
    }

    #[test]
    fn holding_a_prefix_is_holding_what_it_holds(one in prefixes(), other in prefixes(), key in keys()) {
        let joined = one.join_prefix(&other).unwrap();
        prop_assert!(one.contains_prefix(&joined));
        prop_assert!(!one.contains_prefix(&other) || one.contains(&other.join(&key).unwrap()));
        prop_assert_eq!(joined.segment_count(), one.segment_count() + other.segment_count());
    }

    #[test]
    fn a_key_lies_below_its_parent_and_nothing_nearer(key in keys()) {
        prop_assert!(key.parent().contains(&key));
        prop_assert_eq!(key.parent().segment_count() + 1, key.segments().count());
        prop_assert_eq!(format!("{}{}", key.parent(), key.file_name()), key.as_str());
    }

    #[test]
    fn checking_portability_never_panics(key in keys()) {
        let _ = key.check_portable();
    }
}
