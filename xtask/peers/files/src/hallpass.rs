//! Hallpass's own store: staged, hashed, with its record of metadata, published by a rename that does not replace.

use std::path::Path;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{TryStreamExt, stream};
use object_key::{ObjectKey, Prefix};
use peer::Failure;
use store::{Body, Entry, List, PutMode, PutOptions, Store, StoreExt};
use store_fs::FileStore;

use crate::{Contender, Durability};

pub struct Hallpass(FileStore);

pub fn open(directory: &Path, durability: Durability) -> Result<Hallpass, Failure> {
    let durability = match durability {
        Durability::Flushed => store_fs::Durability::Full,
        Durability::Unflushed => store_fs::Durability::None,
    };
    Ok(Hallpass(FileStore::builder().with_durability(durability).open(directory)?))
}

impl Contender for Hallpass {
    fn put(&self, name: String, body: Vec<Bytes>) -> BoxFuture<'_, Result<(), Failure>> {
        let body = Body::from_stream(stream::iter(body.into_iter().map(Ok)));
        Box::pin(async move {
            self.0.put(&ObjectKey::parse(&name)?, PutOptions::default(), body, PutMode::Create).await?;
            Ok(())
        })
    }

    fn read(&self, name: String) -> BoxFuture<'_, Result<usize, Failure>> {
        Box::pin(async move { Ok(self.0.read_to_end(&ObjectKey::parse(&name)?, u64::MAX).await?.len()) })
    }

    fn stream(&self, name: String) -> BoxFuture<'_, Result<usize, Failure>> {
        Box::pin(async move {
            let mut body = self.0.read(&ObjectKey::parse(&name)?).await?.body;
            let mut count = 0;
            while let Some(chunk) = body.try_next().await? {
                count += chunk.len();
            }
            Ok(count)
        })
    }

    fn list(&self, prefix: &str) -> BoxFuture<'_, Result<usize, Failure>> {
        let prefix = Prefix::parse(prefix);
        Box::pin(async move {
            let entries = self.0.list(List::all(prefix?));
            let objects = entries.try_filter(|entry| std::future::ready(matches!(entry, Entry::Object(_))));
            Ok(objects.try_fold(0, |count, _| async move { Ok(count + 1) }).await?)
        })
    }
}
