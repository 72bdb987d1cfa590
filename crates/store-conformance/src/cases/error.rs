//! Errors say what went wrong, in which operation, on which key.

use bytes::Bytes;
use store::{CopyOptions, ETag, Error, ErrorKind, Get, Operation, PutMode, PutOptions, Store, When};

use crate::case::{Outcome, case};
use crate::check::{holds, key, put, refused, same, write};
use crate::{Case, Failure};

pub(super) const CASES: &[Case] = &[
    case!(a_read_error_names_its_key, "the error of a read has key and operation, also in its text"),
    case!(a_write_error_names_its_key, "the errors of a put have key and operation, from begin to finish"),
    case!(a_delete_error_names_its_key, "the error of a delete has key and operation", needs conditional_delete),
    case!(a_copy_error_names_its_key, "the error of a copy has the operation and the key that is at fault"),
];

fn names(error: &Error, name: &str, operation: Operation) -> Outcome {
    same(&format!("operation of `{error}`"), error.operation(), operation)?;
    same(&format!("key of `{error}`"), error.key().map(ToString::to_string), Some(name.to_owned()))?;
    holds(
        &format!("the text does not name the key: {error}"),
        error.to_string().contains(&format!("`{name}`")),
    )
}

async fn a_read_error_names_its_key(store: &dyn Store) -> Outcome {
    for ask in [Get::default(), Get::head()] {
        let error = refused("get", store.get(&key("no/such.txt")?, &ask).await, ErrorKind::NotFound)?;
        names(&error, "no/such.txt", Operation::Get)?;
    }
    Ok(())
}

async fn a_write_error_names_its_key(store: &dyn Store) -> Outcome {
    put(store, "a/b", "text").await?;
    let error =
        refused("create", write(store, &key("a/b")?, "x", PutMode::Create).await, ErrorKind::AlreadyExists)?;
    names(&error, "a/b", Operation::Put)?;

    let update = write(store, &key("a/b")?, "x", PutMode::Update(never()?)).await;
    names(&refused("update", update, ErrorKind::PreconditionFailed)?, "a/b", Operation::Put)?;

    let begun = store.begin(&key("a/nul.txt")?, PutOptions::default()).await;
    names(&refused("begin", begun.map(drop), ErrorKind::InvalidName)?, "a/nul.txt", Operation::Put)?;

    for (text, length) in [("too long", 3), ("short", 9)] {
        let mut upload = store.begin(&key("a/c")?, PutOptions::default().with_length(length)).await?;
        let result = match upload.write(Bytes::from_static(text.as_bytes())).await {
            Ok(()) => upload.finish(PutMode::Create).await.map(drop),
            error => error,
        };
        names(&refused("a wrong length", result, ErrorKind::LengthMismatch)?, "a/c", Operation::Put)?;
    }
    Ok(())
}

async fn a_delete_error_names_its_key(store: &dyn Store) -> Outcome {
    put(store, "a/b", "text").await?;
    let result = store.delete(&key("a/b")?, When::Matches(never()?)).await;
    names(&refused("delete", result, ErrorKind::PreconditionFailed)?, "a/b", Operation::Delete)
}

async fn a_copy_error_names_its_key(store: &dyn Store) -> Outcome {
    put(store, "from", "text").await?;
    put(store, "to", "another").await?;
    let plain = CopyOptions::default;
    let rows = [
        ("gone", "new", plain(), ErrorKind::NotFound, "gone"),
        ("from", "to", plain(), ErrorKind::AlreadyExists, "to"),
        ("from", "to", plain().with_mode(PutMode::Update(never()?)), ErrorKind::PreconditionFailed, "to"),
        ("from", "new", plain().with_source(When::Matches(never()?)), ErrorKind::PreconditionFailed, "from"),
        ("from", "a:b", plain(), ErrorKind::InvalidName, "a:b"),
    ];
    for (from, to, options, kind, at_fault) in rows {
        let result = store.copy(&key(from)?, &key(to)?, options).await;
        names(&refused(&format!("copy of `{from}` to `{to}`"), result, kind)?, at_fault, Operation::Copy)?;
    }
    Ok(())
}

/// A version that never was.
fn never() -> Result<ETag, Failure> {
    ETag::new("0-never").map_err(|error| Failure::new(error.to_string()))
}
