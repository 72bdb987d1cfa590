//! Faults of `copy`.

use bytes::Bytes;
use object_key::ObjectKey;
use store::{
    CopyMetadata, CopyOptions, Error, ErrorKind, NameRule, Operation, PutMode, Store, StoreExt, When, Written,
};

use super::upload::pending_once;
use super::{Broken, Fault, nothing, place};

impl Broken {
    pub(super) async fn copy_inner(
        &self,
        from: &ObjectKey,
        to: &ObjectKey,
        mut options: CopyOptions,
    ) -> Result<Written, Error> {
        self.check_new_name(to, Operation::Copy)?;
        options.name_rule = self.rule(options.name_rule);
        let exists = self.inner.exists(to).await?;
        let refused = |kind| Err(Error::new(kind, Operation::Copy).with_key(to));
        match (self.fault, options.mode.clone()) {
            (Fault::CopyOverwrites, PutMode::Create) | (Fault::CopyIgnoresTarget, PutMode::Update(_)) => {
                options.mode = PutMode::Overwrite;
            }
            (Fault::CopyNeverReplaces, PutMode::Overwrite) if exists && from != to => {
                return refused(ErrorKind::AlreadyExists);
            }
            (Fault::CopyChecksEarly, PutMode::Create) if !exists => {
                pending_once().await;
                options.mode = PutMode::Overwrite;
            }
            (Fault::CopyOntoItselfEmpties, PutMode::Overwrite) if from == to => {
                place(&self.inner, to, Bytes::new()).await?;
                return self.written(to).await;
            }
            (_, PutMode::Update(shown)) => options.mode = PutMode::Update(self.version(to, shown).await),
            _ => {}
        }
        match self.fault {
            Fault::CopyLosesMetadata => {
                let (attributes, user) = nothing();
                options.metadata = CopyMetadata::Replace { attributes, user };
            }
            Fault::CopyIgnoresMetadata => options.metadata = CopyMetadata::Keep,
            Fault::CopyIgnoresVersion => options.source = When::Always,
            Fault::CopyNamesUnchecked => options.name_rule = NameRule::Any,
            Fault::CopyOfMissingIsEmpty if !self.inner.exists(from).await? => {
                place(&self.inner, to, Bytes::new()).await?;
                return self.written(to).await;
            }
            _ => {}
        }
        options.source = self.version_of(from, options.source).await;
        self.inner.copy(from, to, options).await?;
        self.after_copy(from, to).await?;
        self.written(to).await
    }

    async fn after_copy(&self, from: &ObjectKey, to: &ObjectKey) -> Result<(), Error> {
        match self.fault {
            Fault::CopyMoves if from != to => self.inner.delete(from, When::Always).await,
            Fault::LongCopiesCut => {
                let bytes = self.inner.read_to_end(to, u64::MAX).await?;
                if bytes.len() > 1_000_000 {
                    place(&self.inner, to, bytes.slice(..1_000_000)).await?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
