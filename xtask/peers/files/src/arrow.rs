//! `object_store`'s `LocalFileSystem`: staged beside the object, published by a link that does not replace; no metadata.

use std::path::Path;

use bytes::Bytes;
use futures_util::TryStreamExt;
use futures_util::future::BoxFuture;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Name;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutPayload};
use peer::Failure;

use crate::{Contender, Durability};

pub struct Arrow(LocalFileSystem);

pub fn open(directory: &Path, durability: Durability) -> Result<Arrow, Failure> {
    let flushed = durability == Durability::Flushed;
    Ok(Arrow(LocalFileSystem::new_with_prefix(directory)?.with_fsync(flushed)))
}

impl Contender for Arrow {
    fn put(&self, name: String, body: Vec<Bytes>) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            let payload: PutPayload = body.into_iter().collect();
            self.0.put_opts(&Name::parse(name)?, payload, PutMode::Create.into()).await?;
            Ok(())
        })
    }

    fn read(&self, name: String) -> BoxFuture<'_, Result<usize, Failure>> {
        Box::pin(async move { Ok(self.0.get(&Name::parse(name)?).await?.bytes().await?.len()) })
    }

    fn stream(&self, name: String) -> BoxFuture<'_, Result<usize, Failure>> {
        Box::pin(async move {
            let mut body = self.0.get(&Name::parse(name)?).await?.into_stream();
            let mut count = 0;
            while let Some(chunk) = body.try_next().await? {
                count += chunk.len();
            }
            Ok(count)
        })
    }

    fn list(&self, prefix: &str) -> BoxFuture<'_, Result<usize, Failure>> {
        let prefix = Name::parse(prefix);
        Box::pin(async move {
            let objects = self.0.list(Some(&prefix?));
            Ok(objects.try_fold(0, |count, _| async move { Ok(count + 1) }).await?)
        })
    }
}
