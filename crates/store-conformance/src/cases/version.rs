//! What tells versions apart: entity tag, time, digest.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::TryStreamExt;
use store::{
    CopyOptions, Entry, Get, List, PutMode, PutOptions, Sha256Digest, Store, StoreExt, When, Written,
};

use crate::Case;
use crate::case::{Outcome, case};
use crate::check::{head, holds, key, large_body, open, put, put_head, same};

pub(super) const CASES: &[Case] = &[
    case!(other_bytes_have_another_tag, "the tag changes with the bytes"),
    case!(every_write_has_another_tag, "the tag changes with every write, even of the same bytes", needs etag_per_write),
    case!(a_tag_stays_while_nothing_changes, "put, get, head and listing name the same version"),
    case!(a_copy_has_a_tag_of_its_own, "a copy is another version than its source", needs etag_per_write),
    case!(
        the_time_is_that_of_the_write,
        "the modification time is about now, and the same wherever it is told"
    ),
    case!(time_never_goes_back, "a later version is never older", needs fine_modified),
    case!(time_is_finer_than_a_second, "the modification time has fractions of seconds", needs fine_modified),
    case!(a_digest_is_right, "a SHA-256 that is told is that of the bytes"),
    case!(a_digest_is_kept, "the SHA-256 of everything written is known", needs keeps_sha256),
];

async fn other_bytes_have_another_tag(store: &dyn Store) -> Outcome {
    let mut seen = Vec::new();
    for text in ["", "a", "b", "aa", "ba"] {
        let metadata = put(store, "a", text).await?;
        holds(&format!("{} has come before", metadata.etag), !seen.contains(&metadata.etag))?;
        seen.push(metadata.etag);
    }
    Ok(())
}

async fn every_write_has_another_tag(store: &dyn Store) -> Outcome {
    let mut seen = Vec::new();
    for round in 0..6 {
        if round == 3 {
            store.delete(&key("a")?, When::Always).await?;
        }
        let metadata = put(store, "a", "the same").await?;
        holds(&format!("{} has come before", metadata.etag), !seen.contains(&metadata.etag))?;
        seen.push(metadata.etag);
    }
    Ok(())
}

async fn a_tag_stays_while_nothing_changes(store: &dyn Store) -> Outcome {
    let written = put(store, "a", "text").await?;
    put(store, "b", "another").await?;
    for _ in 0..3 {
        same("tag in a head", &head(store, "a").await?.etag, &written.etag)?;
        same("tag in a get", &open(store, "a", &Get::default()).await?.metadata.etag, &written.etag)?;
    }
    let entries: Vec<Entry> = store.list(List::default()).try_collect().await?;
    let listed = entries.iter().find_map(|entry| match entry {
        Entry::Object(listed) if listed.key.as_str() == "a" => listed.etag.clone(),
        _ => None,
    });
    same("tag in the listing, where it has one", listed.unwrap_or(written.etag.clone()), written.etag)
}

async fn a_copy_has_a_tag_of_its_own(store: &dyn Store) -> Outcome {
    let source = put(store, "a", "text").await?;
    let copy = store.copy(&key("a")?, &key("b")?, CopyOptions::default()).await?;
    holds("the copy has the tag of its source", copy.etag != source.etag)?;
    let overwrite = CopyOptions::default().with_mode(PutMode::Overwrite);
    let onto_itself = store.copy(&key("a")?, &key("a")?, overwrite).await?;
    holds("the object copied onto itself has its old tag", onto_itself.etag != source.etag)
}

/// How far the clock of a server may be off.
const SKEW: Duration = Duration::from_mins(15);

async fn the_time_is_that_of_the_write(store: &dyn Store) -> Outcome {
    let before = SystemTime::now() - SKEW;
    let found = put_head(store, "a", "text").await?;
    let recent = before..=SystemTime::now() + SKEW;
    holds(&format!("{:?} is not about now", found.modified), recent.contains(&found.modified))?;
    let entries: Vec<Entry> = store.list(List::default()).try_collect().await?;
    for entry in entries {
        if let Entry::Object(listed) = entry {
            same("second in the listing", seconds(listed.modified), seconds(found.modified))?;
        }
    }
    Ok(())
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

async fn time_never_goes_back(store: &dyn Store) -> Outcome {
    let mut last = UNIX_EPOCH;
    for text in ["a", "b", "c", "d"] {
        put(store, "a", text).await?;
        let modified = head(store, "a").await?.modified;
        holds(&format!("{modified:?} comes after {last:?}"), modified >= last)?;
        last = modified;
    }
    Ok(())
}

async fn time_is_finer_than_a_second(store: &dyn Store) -> Outcome {
    for text in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        put(store, "a", text).await?;
        let since = head(store, "a").await?.modified.duration_since(UNIX_EPOCH).unwrap_or_default();
        if since.subsec_nanos() != 0 {
            return Ok(());
        }
    }
    holds("eight times in a row a whole second", false)
}

/// SHA-256 of nothing, of `abc` and of the large object, computed elsewhere.
const DIGESTS: [(&str, &str); 3] = [
    ("empty", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("large", "241418d40fedabcf2a987fbb53a6926452641e841eb179ae3e246c56e7b5968b"),
];

/// Writes the objects of [`DIGESTS`]; returns their digests as the store tells them, and those expected.
async fn digests(store: &dyn Store) -> Result<Vec<(Option<Sha256Digest>, &'static str)>, crate::Failure> {
    let mut found = Vec::new();
    for (name, expected) in DIGESTS {
        let body = match name {
            "abc" => "abc".into(),
            "large" => large_body(),
            _ => store::Body::empty(),
        };
        let written = store.put(&key(name)?, PutOptions::default(), body, PutMode::Create).await?;
        let copy = key(&format!("copy of {name}"))?;
        let copied = store.copy(&key(name)?, &copy, CopyOptions::default()).await?;
        let looked_up = [head(store, name).await?, store.head(&copy).await?].map(Written::from);
        let told = [written, copied].into_iter().chain(looked_up);
        found.extend(told.map(|written| (written.sha256, expected)));
    }
    Ok(found)
}

async fn a_digest_is_right(store: &dyn Store) -> Outcome {
    for (found, expected) in digests(store).await? {
        same("digest", found.map_or(expected.to_owned(), |digest| digest.to_string()), expected.to_owned())?;
    }
    Ok(())
}

async fn a_digest_is_kept(store: &dyn Store) -> Outcome {
    for (found, expected) in digests(store).await? {
        holds(&format!("no digest where {expected} was expected"), found.is_some())?;
    }
    Ok(())
}
