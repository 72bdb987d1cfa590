//! Hallpass's own store, as it is by default: it creates (`If-None-Match`) and never replaces, or replaces where that is
//! asked for.

use ::store::{Body, Entry, List, PutMode, PutOptions, Store, StoreExt, When};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{TryStreamExt, stream};
use object_key::{ObjectKey, Prefix};
use peer::{Failure, chunks};
use store_s3::{Environment, S3Config, S3Store, Secret};

use crate::{BUCKET, Contender, KEY, LARGE, REGION};

pub struct Hallpass {
    store: S3Store,
    mode: PutMode,
}

pub async fn connect(origin: &str, mode: PutMode) -> Result<Hallpass, Failure> {
    let mut config = S3Config::new(BUCKET);
    config.endpoint = Some(origin.to_owned());
    config.region = Some(REGION.to_owned());
    config.credentials.access_key_id = Some(KEY.to_owned());
    config.credentials.secret_access_key = Some(Secret::new(KEY));
    Ok(Hallpass { store: S3Store::open(&config, &Environment::empty()).await?, mode })
}

impl Hallpass {
    async fn put(&self, name: &str, body: Body) -> Result<(), Failure> {
        let key = ObjectKey::parse(name)?;
        self.store.put(&key, PutOptions::default(), body, self.mode.clone()).await?;
        Ok(())
    }
}

impl Contender for Hallpass {
    fn put_large(&self, name: String) -> BoxFuture<'_, Result<(), Failure>> {
        let body = Body::from_stream(stream::iter(chunks(LARGE).map(Ok)));
        Box::pin(async move { self.put(&name, body).await })
    }

    fn put_small(&self, name: String, body: Bytes) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move { self.put(&name, Body::from(body)).await })
    }

    fn get(&self, name: &str) -> BoxFuture<'_, Result<usize, Failure>> {
        let key = ObjectKey::parse(name);
        Box::pin(async move {
            let mut body = self.store.read(&key?).await?.body;
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
            let entries = self.store.list(List::all(prefix?));
            let objects = entries.try_filter(|entry| std::future::ready(matches!(entry, Entry::Object(_))));
            Ok(objects.try_fold(0, |count, _| async move { Ok(count + 1) }).await?)
        })
    }

    fn delete(&self, name: String) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move { Ok(self.store.delete(&ObjectKey::parse(&name)?, When::Always).await?) })
    }
}
