//! `opendal`'s file service: staged in a folder of its own, published by a rename. It flushes every file, but no
//! directory: that is done here where a write is to be durable. It looks whether the object exists and then renames, so
//! that of two creators both may win.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::TryStreamExt;
use futures_util::future::BoxFuture;
use opendal::services::Fs;
use opendal::{Buffer, Operator};
use peer::Failure;

use crate::{Contender, Durability};

pub struct Opendal {
    operator: Operator,
    root: PathBuf,
    durability: Durability,
}

pub fn open(directory: &Path, durability: Durability) -> Result<Opendal, Failure> {
    let path = |path: &Path| path.to_str().map(str::to_owned).ok_or("the directory is no text");
    let staging = path(&directory.join(".staging"))?;
    let service = Fs::default().root(&path(directory)?).atomic_write_dir(&staging);
    Ok(Opendal { operator: Operator::new(service)?, root: directory.to_owned(), durability })
}

impl Opendal {
    async fn flush_folder(&self, name: &str) -> Result<(), Failure> {
        let folder = self.root.join(Path::new(name).parent().ok_or("no folder")?);
        tokio::task::spawn_blocking(move || std::fs::File::open(folder)?.sync_all()).await??;
        Ok(())
    }
}

impl Contender for Opendal {
    fn put(&self, name: String, body: Vec<Bytes>) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            let body: Buffer = body.into_iter().collect();
            self.operator.write_with(&name, body).if_not_exists(true).await?;
            match self.durability {
                Durability::Flushed => self.flush_folder(&name).await,
                Durability::Unflushed => Ok(()),
            }
        })
    }

    fn read(&self, name: String) -> BoxFuture<'_, Result<usize, Failure>> {
        Box::pin(async move { Ok(self.operator.read(&name).await?.to_bytes().len()) })
    }

    fn stream(&self, name: String) -> BoxFuture<'_, Result<usize, Failure>> {
        Box::pin(async move {
            let mut body = self.operator.reader(&name).await?.into_bytes_stream(..).await?;
            let mut count = 0;
            while let Some(chunk) = body.try_next().await? {
                count += chunk.len();
            }
            Ok(count)
        })
    }

    fn list(&self, prefix: &str) -> BoxFuture<'_, Result<usize, Failure>> {
        let prefix = prefix.to_owned();
        Box::pin(async move {
            let entries = self.operator.lister(&prefix).await?;
            let files = entries.try_filter(|entry| std::future::ready(entry.metadata().is_file()));
            Ok(files.try_fold(0, |count, _| async move { Ok(count + 1) }).await?)
        })
    }
}
