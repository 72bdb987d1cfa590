//! Many at once: exactly one wins, and nobody sees a mixture.

use bytes::Bytes;
use futures_util::future::{join_all, try_join};
use store::{CopyOptions, Error, ErrorKind, Get, PutMode, PutOptions, Store, Upload, UserMetadata, Written};

use crate::case::{Outcome, case};
use crate::check::{gather, has_bytes, head, holds, key, length, open, put, refused_as, same};
use crate::{Case, Failure};

pub(super) const CASES: &[Case] = &[
    case!(one_of_many_creators_wins, "of 32 creators at once exactly one succeeds, and its bytes are there"),
    case!(one_of_many_updates_wins, "of 16 updates of one version at once exactly one succeeds"),
    case!(one_of_many_copies_wins, "of 16 creating copies at once exactly one succeeds"),
    case!(
        overwriters_leave_one_whole_object,
        "of many overwriters at once the object is one's, bytes and metadata"
    ),
    case!(
        readers_see_whole_versions,
        "while an object is replaced, every reader gets one version from end to end"
    ),
];

/// Begins `count` uploads of different bytes and lengths under one name, their writer in the metadata if it is kept.
async fn begin_many(store: &dyn Store, count: usize) -> Result<Vec<Box<dyn Upload>>, Failure> {
    let mut uploads = Vec::new();
    for writer in 0..count {
        let mut user = UserMetadata::default();
        if store.abilities().keeps_metadata {
            user.insert("writer", writer.to_string()).map_err(|error| Failure::new(error.to_string()))?;
        }
        let mut upload = store.begin(&key("a")?, PutOptions::default().with_user(user)).await?;
        upload.write(text(writer).into()).await?;
        uploads.push(upload);
    }
    Ok(uploads)
}

fn text(writer: usize) -> String {
    format!("{writer:03} ").repeat(writer + 1)
}

/// Fails unless exactly one succeeded and the others were refused for `reason` (or lost a race); returns the winner.
fn one_winner(results: Vec<Result<Written, Error>>, reason: ErrorKind) -> Result<(usize, Written), Failure> {
    let mut winners = Vec::new();
    for (writer, result) in results.into_iter().enumerate() {
        match result {
            Ok(metadata) => winners.push((writer, metadata)),
            error => drop(refused_as("a loser", error, &[reason, ErrorKind::Conflict])?),
        }
    }
    same("how many succeeded", winners.len(), 1)?;
    winners.pop().ok_or_else(|| Failure::new("nobody succeeded"))
}

async fn one_of_many_creators_wins(store: &dyn Store) -> Outcome {
    let uploads = begin_many(store, 32).await?;
    let results = join_all(uploads.into_iter().map(|upload| upload.finish(PutMode::Create))).await;
    let (winner, metadata) = one_winner(results, ErrorKind::AlreadyExists)?;
    has_bytes(store, "a", text(winner).as_bytes()).await?;
    same("version", head(store, "a").await?.etag, metadata.etag)
}

async fn one_of_many_updates_wins(store: &dyn Store) -> Outcome {
    let old = put(store, "a", "old").await?;
    let uploads = begin_many(store, 16).await?;
    let finishes = uploads.into_iter().map(|upload| upload.finish(PutMode::Update(old.etag.clone())));
    let (winner, _) = one_winner(join_all(finishes).await, ErrorKind::PreconditionFailed)?;
    has_bytes(store, "a", text(winner).as_bytes()).await
}

async fn one_of_many_copies_wins(store: &dyn Store) -> Outcome {
    let target = key("target")?;
    let mut sources = Vec::new();
    for source in 0..16 {
        let name = format!("source{source}");
        put(store, &name, text(source)).await?;
        sources.push(key(&name)?);
    }
    let copies = sources.iter().map(|source| store.copy(source, &target, CopyOptions::default()));
    let (winner, _) = one_winner(join_all(copies).await, ErrorKind::AlreadyExists)?;
    has_bytes(store, "target", text(winner).as_bytes()).await
}

async fn overwriters_leave_one_whole_object(store: &dyn Store) -> Outcome {
    let uploads = begin_many(store, 16).await?;
    let results = join_all(uploads.into_iter().map(|upload| upload.finish(PutMode::Overwrite))).await;
    for result in results {
        if result.is_err() {
            refused_as("an overwriter", result, &[ErrorKind::Conflict])?;
        }
    }
    let object = open(store, "a", &Get::default()).await?;
    let written_by = object.metadata.user.get("writer").map(str::to_owned);
    let bytes = gather(object.body).await?;
    let writer = (0..16).find(|writer| text(*writer).as_bytes() == bytes);
    holds(&format!("no writer wrote {} bytes like these", bytes.len()), writer.is_some())?;
    if store.abilities().keeps_metadata {
        same("writer in the metadata", written_by, writer.map(|writer| writer.to_string()))?;
    }
    Ok(())
}

async fn readers_see_whole_versions(store: &dyn Store) -> Outcome {
    const ROUNDS: u8 = 12;
    let version = |round: u8| Bytes::from(vec![b'a' + round; 5000 + 3000 * usize::from(round)]);
    put(store, "a", version(0)).await?;
    let writer = async {
        for round in 1..ROUNDS {
            put(store, "a", version(round)).await?;
        }
        Outcome::Ok(())
    };
    let reader = async {
        for _ in 0..ROUNDS {
            let object = open(store, "a", &Get::default()).await?;
            // A store may find that the version is gone while it sends it; what it sends is never another one.
            let Ok(bytes) = gather(object.body).await else { continue };
            same("bytes sent", length(&bytes), object.metadata.size)?;
            holds("a mixture of two versions", bytes.windows(2).all(|pair| pair.first() == pair.last()))?;
        }
        Ok(())
    };
    try_join(writer, reader).await?;
    has_bytes(store, "a", &version(ROUNDS - 1)).await
}
