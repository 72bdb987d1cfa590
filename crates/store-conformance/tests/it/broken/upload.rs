//! Faults of `begin` and of the upload.

use std::future::{poll_fn, ready};
use std::task::Poll;

use bytes::Bytes;
use futures_util::FutureExt;
use object_key::ObjectKey;
use store::{
    Attributes, CopyMetadata, CopyOptions, Error, ErrorKind, Fut, NameRule, Operation, PutMode, PutOptions,
    Store, StoreExt, Upload, UserMetadata, When, Written,
};

use super::{Broken, Fault, place};

pub(super) struct BrokenUpload {
    store: Broken,
    key: ObjectKey,
    upload: Option<Box<dyn Upload>>,
    size: usize,
    existed: bool,
}

impl Broken {
    pub(super) async fn begin_inner(
        &self,
        key: &ObjectKey,
        mut options: PutOptions,
    ) -> Result<Box<dyn Upload>, Error> {
        self.check_new_name(key, Operation::Put)?;
        options.name_rule = self.rule(options.name_rule);
        let existed = self.inner.exists(key).await?;
        match self.fault {
            Fault::LengthUnchecked => options.length = None,
            Fault::LengthNeverRight => options.length = options.length.map(|length| length.saturating_add(1)),
            Fault::MetadataLost => {
                options.attributes = Attributes::default();
                options.user = UserMetadata::default();
            }
            Fault::UserMetadataCut => {
                let mut cut = UserMetadata::default();
                for (name, value) in options.user.iter().take(10) {
                    cut.insert(name, value.to_owned()).unwrap();
                }
                options.user = cut;
            }
            Fault::DispositionLost => options.attributes.content_disposition = None,
            Fault::ContentTypeAlwaysGuessed => options.attributes.content_type = None,
            Fault::FolderNamesTaken if self.state.names.lock().unwrap().contains(&format!("{key}/")) => {
                return Err(Error::new(ErrorKind::Conflict, Operation::Put).with_key(key));
            }
            Fault::UploadVisible if !existed => {
                place(&self.inner, key, Bytes::new()).await?;
            }
            _ => {}
        }
        let upload = Some(self.inner.begin(key, options).await?);
        Ok(Box::new(BrokenUpload { store: self.clone(), key: key.clone(), upload, size: 0, existed }))
    }

    /// The terms as they are understood.
    async fn mode(&self, key: &ObjectKey, mode: PutMode, existed: bool) -> Result<PutMode, Error> {
        let exists = self.inner.exists(key).await?;
        let refused = |kind| Err(Error::new(kind, Operation::Put).with_key(key));
        Ok(match (self.fault, mode) {
            (Fault::CreateChecksEarly, PutMode::Create) if existed => {
                return refused(ErrorKind::AlreadyExists);
            }
            (Fault::CreateReplaces | Fault::CreateChecksEarly, PutMode::Create) => PutMode::Overwrite,
            (Fault::DeletedNamesTaken, PutMode::Create)
                if self.state.names.lock().unwrap().contains(key.as_str()) =>
            {
                return refused(ErrorKind::AlreadyExists);
            }
            (Fault::OverwriteKeepsTheOld, PutMode::Overwrite) if exists => {
                return refused(ErrorKind::AlreadyExists);
            }
            (Fault::UpdateIgnoresVersion, PutMode::Update(_)) if exists => PutMode::Overwrite,
            (Fault::UpdateCreates, PutMode::Update(_)) if !exists => PutMode::Create,
            (Fault::UpdateFails, PutMode::Update(_)) => return refused(ErrorKind::PreconditionFailed),
            (_, PutMode::Update(shown)) => PutMode::Update(self.version(key, shown).await),
            (_, mode) => mode,
        })
    }
}

impl BrokenUpload {
    async fn commit(mut self: Box<Self>, mode: PutMode) -> Result<Written, Error> {
        let (store, key) = (self.store.clone(), self.key.clone());
        let upload = self.upload.take().unwrap();
        match store.fault {
            Fault::UploadVisible if !self.existed => store.inner.delete(&key, When::Always).await?,
            Fault::EmptyRefused if self.size == 0 => {
                return Err(Error::new(ErrorKind::LengthMismatch, Operation::Put).with_key(&key));
            }
            Fault::FinishInTwoSteps if !store.inner.exists(&key).await? => {
                place(&store.inner, &key, Bytes::new()).await?;
                pending_once().await;
                store.inner.delete(&key, When::Always).await?;
            }
            _ => {}
        }
        let mode = store.mode(&key, mode, self.existed).await?;
        let overwritten = if mode == PutMode::Overwrite { store.inner.head(&key).await.ok() } else { None };
        upload.finish(mode).await?;
        store.aftermath(&key, overwritten).await?;
        store.written(&key).await
    }
}

impl Broken {
    /// What faults do once an object is there.
    async fn aftermath(&self, key: &ObjectKey, overwritten: Option<store::Metadata>) -> Result<(), Error> {
        match (self.fault, overwritten) {
            (Fault::OldMetadataKept, Some(old)) => {
                let metadata = CopyMetadata::Replace { attributes: old.attributes, user: old.user };
                let options = CopyOptions::default().with_mode(PutMode::Overwrite).with_metadata(metadata);
                self.inner.copy(key, key, options.with_name_rule(NameRule::Any)).await?;
            }
            (Fault::ParentLost, _) => {
                let parent = key.parent().as_str().trim_end_matches('/').to_owned();
                if let Ok(parent) = ObjectKey::parse(&parent) {
                    self.inner.delete(&parent, When::Always).await?;
                }
            }
            (Fault::LongObjectsCut, _) => {
                let bytes = self.inner.read_to_end(key, u64::MAX).await?;
                if bytes.len() > 1_000_000 {
                    place(&self.inner, key, bytes.slice(..1_000_000)).await?;
                }
            }
            (Fault::FoldersStay | Fault::FolderNamesTaken, _) => {
                let mut names = self.state.names.lock().unwrap();
                names.extend((1..).map_while(|depth| key.ancestor(depth)).map(|folder| folder.to_string()));
            }
            _ => {}
        }
        Ok(())
    }
}

impl Upload for BrokenUpload {
    fn write(&mut self, chunk: Bytes) -> Fut<'_, ()> {
        self.size += chunk.len();
        let upload = self.upload.as_mut().unwrap();
        match self.store.fault {
            Fault::SingleBytesLost if chunk.len() == 1 => Box::pin(ready(Ok(()))),
            Fault::GapsForgiven => Box::pin(async move { upload.write(chunk).await }),
            _ => {
                let (write, store, key) = (upload.write(chunk), self.store.clone(), self.key.clone());
                Box::pin(async move { store.told(write.await, &key) })
            }
        }
    }

    fn finish(self: Box<Self>, mode: PutMode) -> Fut<'static, Written> {
        let (store, key) = (self.store.clone(), self.key.clone());
        let commit = self.commit(mode);
        if store.is(Fault::FinishAtOnce) {
            let done = commit.now_or_never();
            return Box::pin(async move { done.unwrap_or_else(|| unreachable!("memory never waits")) });
        }
        Box::pin(async move { store.told(commit.await, &key) })
    }
}

impl Drop for BrokenUpload {
    fn drop(&mut self) {
        let Some(upload) = self.upload.take() else { return };
        match self.store.fault {
            Fault::DropCommits => drop(upload.finish(PutMode::Overwrite).now_or_never()),
            Fault::DropDeletes => drop(self.store.inner.delete(&self.key, When::Always).now_or_never()),
            _ => {}
        }
    }
}

/// Waits for one poll.
pub(super) async fn pending_once() {
    let mut waited = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
