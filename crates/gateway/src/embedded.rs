//! The first run: a directory to serve, and something in it.

use std::path::Path;

use futures_util::StreamExt as _;
use object_key::{ObjectKey, Prefix};
use store::{Body, Entry, ErrorKind, List, PutMode, PutOptions, Store, StoreExt as _};
use store_fs::{FileStore, MissingRoot};

use crate::{GatewayError, GatewayErrorKind, seclusion};

const WELCOME: &str = "\
Welcome to Hallpass.

You are reading a private file through a link that works for a while. Without its pass, or with one
character of it changed, there is nothing here.

Put your own files next to this one. `hallpass pass KEY` prints a link to any of them.
";

/// Makes the directory that [`Config::embedded`](crate::Config::embedded) serves, if it is missing, and puts a
/// `welcome.txt` into an empty one, so that there is something to link to.
///
/// # Errors
/// The directory lies in a folder `.hallpass`, or it or the file cannot be made.
pub async fn prepare_embedded(dir: &Path) -> Result<(), GatewayError> {
    let failed = |error: store::Error| {
        let message = format!("failed to prepare `{}`: {error}", dir.display());
        GatewayError::new(GatewayErrorKind::Store, message).with_source(error)
    };
    seclusion::refuse_own(dir)?;
    let store = FileStore::builder().with_missing_root(MissingRoot::Create).open(dir).map_err(failed)?;
    match store.list(List::default()).next().await {
        Some(Ok(_)) => return Ok(()),
        Some(Err(error)) => return Err(failed(error)),
        None => {}
    }
    let name = ObjectKey::parse("welcome.txt").map_err(|error| {
        GatewayError::new(GatewayErrorKind::Store, format!("failed to name a file: {error}"))
    })?;
    match store.put(&name, PutOptions::default(), Body::from(WELCOME), PutMode::Create).await {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
        _ => Ok(()),
    }
}

/// How many entries are looked at for one to link to.
const LOOKED_AT: usize = 10_000;

/// Returns the first object that is not public, to show a link to.
pub(crate) async fn sample(store: &dyn Store, public: &[Prefix]) -> Result<Option<ObjectKey>, store::Error> {
    let mut entries = store.list(List::default()).take(LOOKED_AT);
    while let Some(entry) = entries.next().await {
        match entry? {
            Entry::Object(listed) if !public.iter().any(|prefix| prefix.contains(&listed.key)) => {
                return Ok(Some(listed.key));
            }
            _ => {}
        }
    }
    Ok(None)
}
