//! `object_store`: what is large goes through its `BufWriter`, what is small through `put`, which replaces; or as Hallpass
//! has it: created, with a content type and metadata of the same length.

use std::sync::Arc;

use ::object_store::aws::{AmazonS3, AmazonS3Builder};
use ::object_store::buffered::BufWriter;
use ::object_store::path::Path;
use ::object_store::{Attribute, Attributes, ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use bytes::Bytes;
use futures_util::TryStreamExt;
use futures_util::future::BoxFuture;
use peer::{Failure, chunks};
use tokio::io::AsyncWriteExt;

use crate::{BUCKET, Contender, KEY, LARGE, REGION};

pub struct Arrow {
    store: Arc<AmazonS3>,
    puts: PutOptions,
}

/// How small objects are written.
#[derive(Clone, Copy)]
pub enum Puts {
    /// By default.
    Plain,
    /// With what Hallpass's objects have.
    Alike,
}

pub fn connect(origin: &str, puts: Puts) -> Result<Arrow, Failure> {
    let builder = AmazonS3Builder::new()
        .with_endpoint(origin)
        .with_allow_http(true)
        .with_region(REGION)
        .with_bucket_name(BUCKET)
        .with_access_key_id(KEY)
        .with_secret_access_key(KEY);
    Ok(Arrow { store: Arc::new(builder.build()?), puts: puts.options() })
}

impl Puts {
    fn options(self) -> PutOptions {
        let Self::Alike = self else { return PutOptions::default() };
        let attributes = Attributes::from_iter([
            (Attribute::ContentType, "application/octet-stream".to_owned()),
            (Attribute::Metadata("hallpass-sha256".into()), "x".repeat(44)),
            (Attribute::Metadata("hallpass-upload".into()), "x".repeat(32)),
        ]);
        PutOptions { mode: PutMode::Create, attributes, ..PutOptions::default() }
    }
}

impl Contender for Arrow {
    fn put_large(&self, name: String) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            let mut writer = BufWriter::new(self.store.clone(), Path::parse(name)?);
            for chunk in chunks(LARGE) {
                writer.put(chunk).await?;
            }
            Ok(writer.shutdown().await?)
        })
    }

    fn put_small(&self, name: String, body: Bytes) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            self.store.put_opts(&Path::parse(name)?, body.into(), self.puts.clone()).await?;
            Ok(())
        })
    }

    fn get(&self, name: &str) -> BoxFuture<'_, Result<usize, Failure>> {
        let path = Path::parse(name);
        Box::pin(async move {
            let mut body = self.store.get(&path?).await?.into_stream();
            let mut count = 0;
            while let Some(chunk) = body.try_next().await? {
                count += chunk.len();
            }
            Ok(count)
        })
    }

    fn list(&self, prefix: &str) -> BoxFuture<'_, Result<usize, Failure>> {
        let prefix = Path::parse(prefix);
        Box::pin(async move {
            let objects = self.store.list(Some(&prefix?));
            Ok(objects.try_fold(0, |count, _| async move { Ok(count + 1) }).await?)
        })
    }

    fn delete(&self, name: String) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move { Ok(self.store.delete(&Path::parse(name)?).await?) })
    }
}
