//! Names: which may be written, and that they come back as they are.

use object_key::ObjectKey;
use store::{Body, CopyOptions, ErrorKind, Get, List, NameRule, PutMode, PutOptions, Store, StoreExt, When};

use crate::Case;
use crate::case::{Outcome, case};
use crate::check::{has_bytes, is_missing, key, names, put, refused, same};

pub(super) const CASES: &[Case] = &[
    case!(
        odd_names_come_back,
        "names with spaces, `%`, `?`, `#`, quotes and other scripts come back as they are"
    ),
    case!(
        only_portable_names_are_written,
        "a name that means something else elsewhere is refused by default (S5, S6)"
    ),
    case!(only_portable_names_are_copied_to, "a copy takes only portable names by default"),
    case!(every_name_is_written_when_asked_to, "`NameRule::Any` writes and copies to every well-formed name"),
    case!(every_name_may_be_asked_for, "reading or deleting an unportable name is no error"),
    case!(names_are_not_folded, "names that differ in case or normalisation are different objects"),
    case!(segments_of_255_bytes_fit, "a segment may have 255 bytes"),
    case!(longer_segments_fit_or_are_refused, "a longer segment is held or refused, and can be asked for"),
    case!(the_longest_key_fits, "a key may be as long as the store says, and no longer"),
];

/// In the order of their bytes.
const ODD: [&str; 50] = [
    " leading",
    "!",
    "\"quoted\"",
    "$HOME",
    "%2e%2e",
    "%41",
    "'x'",
    "(a)",
    "*",
    "-",
    "--",
    "-rf",
    "..a",
    "...x",
    ".hidden",
    "100%",
    "<a>",
    "=",
    "@",
    "[a]",
    "^",
    "`a`",
    "a b",
    "a#b",
    "a$b",
    "a%00b",
    "a&b=c",
    "a*b?",
    "a+b",
    "a,b",
    "a..b",
    "a;b",
    "a=b",
    "a?b",
    "a|b",
    "a\u{a0}b",
    "con-",
    "x y/%2f/?/#",
    "{a}",
    "|",
    "~",
    "~root",
    "é",
    "ü/ö",
    "Привет",
    "עברית",
    "日本語",
    "한국어",
    "👍🏽",
    "😀",
];

async fn odd_names_come_back(store: &dyn Store) -> Outcome {
    for name in ODD {
        put(store, name, name).await?;
    }
    for name in ODD {
        has_bytes(store, name, name.as_bytes()).await?;
        store.copy(&key(name)?, &key("copy")?, CopyOptions::default().with_mode(PutMode::Overwrite)).await?;
        has_bytes(store, "copy", name.as_bytes()).await?;
    }
    store.delete(&key("copy")?, When::Always).await?;
    let mut expected = ODD.map(str::to_owned);
    expected.sort();
    same("listing", names(store, List::default()).await?, expected.to_vec())?;
    for name in ODD {
        store.delete(&key(name)?, When::Always).await?;
    }
    same("listing afterwards", names(store, List::default()).await?, Vec::new())
}

/// Device names, trailing dots and spaces, `:`, decomposed and invisible characters.
const UNPORTABLE: [&str; 14] = [
    "a/NUL",
    "con.txt",
    "AUX.tar.gz",
    "COM¹",
    "lpt1/x",
    "x::$DATA",
    "C:x",
    "a.",
    "b /x",
    "e\u{301}",
    "\u{212a}",
    "f\u{202e}txt",
    "\u{feff}g",
    "h\u{200b}i",
];

async fn put_any(store: &dyn Store, name: &str) -> Outcome {
    let options = PutOptions::default().with_name_rule(NameRule::Any);
    store.put(&key(name)?, options, Body::from(name.as_bytes().to_vec()), PutMode::Create).await?;
    Ok(())
}

async fn only_portable_names_are_written(store: &dyn Store) -> Outcome {
    for name in UNPORTABLE {
        let begun = store.begin(&key(name)?, PutOptions::default()).await;
        refused(&format!("begin of {name:?}"), begun.map(drop), ErrorKind::InvalidName)?;
        is_missing(store, name).await?;
    }
    Ok(())
}

async fn only_portable_names_are_copied_to(store: &dyn Store) -> Outcome {
    put(store, "source", "text").await?;
    for name in UNPORTABLE {
        let copied = store.copy(&key("source")?, &key(name)?, CopyOptions::default()).await;
        refused(&format!("copy to {name:?}"), copied, ErrorKind::InvalidName)?;
        is_missing(store, name).await?;
    }
    Ok(())
}

async fn every_name_is_written_when_asked_to(store: &dyn Store) -> Outcome {
    for name in UNPORTABLE {
        put_any(store, name).await?;
        let any = CopyOptions::default().with_name_rule(NameRule::Any);
        store.copy(&key(name)?, &key(&format!("copy/{name}"))?, any).await?;
    }
    for name in UNPORTABLE {
        has_bytes(store, name, name.as_bytes()).await?;
        has_bytes(store, &format!("copy/{name}"), name.as_bytes()).await?;
    }
    let listed = names(store, List::default()).await?;
    same("objects listed", listed.len(), 2 * UNPORTABLE.len())
}

async fn every_name_may_be_asked_for(store: &dyn Store) -> Outcome {
    for name in UNPORTABLE {
        let got = store.get(&key(name)?, &Get::default()).await;
        refused(&format!("get {name:?}"), got, ErrorKind::NotFound)?;
        store.delete(&key(name)?, When::Always).await?;
    }
    Ok(())
}

async fn names_are_not_folded(store: &dyn Store) -> Outcome {
    let rows = [
        "A.txt", "a.txt", "a.TXT", "\u{e9}", "e\u{301}", "K", "\u{212a}", "k", "ß", "ss", "İ", "i", "ﬁ", "fi",
    ];
    for name in rows {
        put_any(store, name).await?;
    }
    for name in rows {
        has_bytes(store, name, name.as_bytes()).await?;
    }
    same("objects listed", names(store, List::default()).await?.len(), rows.len())
}

async fn segments_of_255_bytes_fit(store: &dyn Store) -> Outcome {
    let plain = "n".repeat(255);
    let cyrillic = format!("{}x", "ж".repeat(127));
    for name in [format!("{plain}/{cyrillic}"), format!("{}.txt", "n".repeat(251))] {
        put(store, &name, "text").await?;
        has_bytes(store, &name, b"text").await?;
        same("whether it is listed", names(store, List::default()).await?.contains(&name), true)?;
    }
    Ok(())
}

async fn longer_segments_fit_or_are_refused(store: &dyn Store) -> Outcome {
    for name in ["n".repeat(256), format!("{}/x", "n".repeat(300)), "ж".repeat(128)] {
        is_missing(store, &name).await?;
        store.delete(&key(&name)?, When::Always).await?;
        if store.abilities().long_segments {
            put(store, &name, "text").await?;
            has_bytes(store, &name, b"text").await?;
        } else {
            let begun = store.begin(&key(&name)?, PutOptions::default()).await;
            refused("begin", begun.map(drop), ErrorKind::InvalidName)?;
        }
    }
    Ok(())
}

async fn the_longest_key_fits(store: &dyn Store) -> Outcome {
    let most = store.abilities().max_key_len;
    // Segments of 200 bytes: 199 and the `/` between them.
    let of_length = |length: usize| -> String {
        (1..=length).map(|at| if at % 200 == 0 && at < length { '/' } else { 'k' }).collect()
    };
    let longest = of_length(most);
    put(store, &longest, "text").await?;
    has_bytes(store, &longest, b"text").await?;
    same("listing", names(store, List::default()).await?, vec![longest])?;
    if most < ObjectKey::MAX_LEN {
        let longer = of_length(most + 1);
        is_missing(store, &longer).await?;
        let begun = store.begin(&key(&longer)?, PutOptions::default()).await;
        refused("begin of a longer one", begun.map(drop), ErrorKind::InvalidName)?;
        store.delete(&key(&longer)?, When::Always).await?;
    }
    Ok(())
}
