//! [`Prefixed`]: what lies below a prefix of a store, as a store of its own.

use std::future::ready;

use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use object_key::{InvalidKey, ObjectKey, Prefix};

use crate::{
    Abilities, Body, BoxStream, CopyOptions, Entry, Error, ErrorKind, Fut, Get, Got, List, Listed, NameRule,
    Object, Operation, PutMode, PutOptions, Store, Upload, When, Written, check_name,
};

/// Shows what lies below a prefix of a store as a store of its own.
///
/// Keys go in and come out without the prefix, in listings and in errors too.
///
/// # Security
/// Confined by construction: a key has no `..`, a prefix ends in `/`, and what the store behind it lists outside the
/// prefix is dropped. `tenant-a/` never reaches `tenant-abc/` (D11, S3).
///
/// ```
/// use object_key::{ObjectKey, Prefix};
/// use store::{Body, MemoryStore, Prefixed, PutMode, PutOptions, StoreExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let shared = MemoryStore::new();
/// let tenant = Prefixed::new(&shared, Prefix::parse("tenant-a/")?);
///
/// tenant.put(&ObjectKey::parse("x.txt")?, PutOptions::default(), Body::from("x"), PutMode::Create).await?;
/// assert!(shared.exists(&ObjectKey::parse("tenant-a/x.txt")?).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Prefixed<S> {
    store: S,
    inside: Inside,
}

impl<S: Store> Prefixed<S> {
    /// Confines a store to what lies below `prefix`.
    pub fn new(store: S, prefix: Prefix) -> Self {
        Self { store, inside: Inside(prefix) }
    }

    /// Returns the prefix.
    pub fn prefix(&self) -> &Prefix {
        &self.inside.0
    }
}

impl<S: Store> Store for Prefixed<S> {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        Box::pin(async move {
            let inner = self.inside.find(key, Operation::Get)?;
            let got = self.store.get(&inner, ask).await.map_err(|error| self.inside.strip_error(error))?;
            Ok(self.inside.strip_got(got))
        })
    }

    fn begin<'a>(&'a self, key: &'a ObjectKey, mut options: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        Box::pin(async move {
            let inner = self.inside.admit(key, &mut options.name_rule, Operation::Put)?;
            let begun = self.store.begin(&inner, options).await;
            let upload = begun.map_err(|error| self.inside.strip_error(error))?;
            let upload: Box<dyn Upload> = Box::new(PrefixedUpload { upload, inside: self.inside.clone() });
            Ok(upload)
        })
    }

    fn delete<'a>(&'a self, key: &'a ObjectKey, when: When) -> Fut<'a, ()> {
        Box::pin(async move {
            match self.inside.find(key, Operation::Delete) {
                Ok(inner) => {
                    self.store.delete(&inner, when).await.map_err(|error| self.inside.strip_error(error))
                }
                Err(_) if when == When::Always => Ok(()),
                Err(missing) => Err(missing),
            }
        })
    }

    fn copy<'a>(
        &'a self,
        from: &'a ObjectKey,
        to: &'a ObjectKey,
        mut options: CopyOptions,
    ) -> Fut<'a, Written> {
        Box::pin(async move {
            let inner_to = self.inside.admit(to, &mut options.name_rule, Operation::Copy)?;
            let inner_from = self.inside.find(from, Operation::Copy)?;
            let copied = self.store.copy(&inner_from, &inner_to, options).await;
            copied.map_err(|error| self.inside.strip_error(error))
        })
    }

    fn list(&self, mut ask: List) -> BoxStream<'_, Result<Entry, Error>> {
        match self.inside.0.join_prefix(&ask.prefix) {
            Ok(prefix) => ask.prefix = prefix,
            Err(_) => return Box::pin(stream::empty()), // too long for any key to lie below it
        }
        ask.after = ask.after.map(|after| format!("{}{after}", self.inside.0));
        let entries = self.store.list(ask).map_err(|error| self.inside.strip_error(error));
        Box::pin(entries.try_filter_map(|entry| ready(Ok(self.inside.strip_entry(entry)))))
    }

    fn abilities(&self) -> Abilities {
        let mut abilities = self.store.abilities();
        abilities.max_key_len = abilities.max_key_len.saturating_sub(self.inside.0.as_str().len());
        abilities
    }
}

/// The prefix, and all that is put below it or brought back out.
#[derive(Debug, Clone)]
struct Inside(Prefix);

impl Inside {
    /// Returns the key behind the prefix of an object that may exist; one too long for that does not.
    fn find(&self, key: &ObjectKey, operation: Operation) -> Result<ObjectKey, Error> {
        self.join(key).map_err(|_| Error::new(ErrorKind::NotFound, operation).with_key(key))
    }

    /// Returns the key behind the prefix of an object to be written.
    ///
    /// The rule binds the caller's part of the name and is judged here; the prefix was chosen by the operator.
    fn admit(&self, key: &ObjectKey, rule: &mut NameRule, operation: Operation) -> Result<ObjectKey, Error> {
        let refused = || Error::new(ErrorKind::InvalidName, operation).with_key(key);
        check_name(key, *rule).map_err(|reason| refused().with_source(reason))?;
        *rule = NameRule::Any;
        self.join(key).map_err(|reason| refused().with_source(reason))
    }

    fn join(&self, key: &ObjectKey) -> Result<ObjectKey, InvalidKey> {
        self.0.join(key)
    }

    fn strip_error(&self, error: Error) -> Error {
        match error.key().and_then(|key| self.0.strip(key)) {
            Some(key) => error.with_key(&key),
            None => error,
        }
    }

    fn strip_got(&self, got: Got) -> Got {
        match got {
            Got::Object(object) => Got::Object(Object { body: self.strip_body(object.body), ..object }),
            other => other,
        }
    }

    /// Bodies of one chunk cannot fail any more and stay what they are.
    fn strip_body(&self, body: Body) -> Body {
        let inside = self.clone();
        match body.into_chunk() {
            Ok(chunk) => chunk.map_or(Body::empty(), Body::from),
            Err(stream) => Body::from_stream(stream.map_err(move |error| inside.strip_error(error))),
        }
    }

    /// Returns the entry as seen from the prefix; none for what does not lie below it.
    fn strip_entry(&self, entry: Entry) -> Option<Entry> {
        match entry {
            Entry::Object(listed) => {
                self.0.strip(&listed.key).map(|key| Entry::Object(Listed { key, ..listed }))
            }
            Entry::Prefix(prefix) => {
                let rest = prefix.as_str().strip_prefix(self.0.as_str()).filter(|rest| !rest.is_empty())?;
                Prefix::parse(rest).ok().map(Entry::Prefix)
            }
            Entry::Unaddressable(raw) => {
                raw.strip_prefix(self.0.as_str().as_bytes()).map(|rest| Entry::Unaddressable(rest.to_vec()))
            }
        }
    }
}

struct PrefixedUpload {
    upload: Box<dyn Upload>,
    inside: Inside,
}

impl Upload for PrefixedUpload {
    /// Hands the chunk on at once: a write that is dropped before it was polled spends the upload too.
    fn write(&mut self, chunk: Bytes) -> Fut<'_, ()> {
        let write = self.upload.write(chunk);
        let inside = &self.inside;
        Box::pin(async move { write.await.map_err(|error| inside.strip_error(error)) })
    }

    fn finish(self: Box<Self>, mode: PutMode) -> Fut<'static, Written> {
        let Self { upload, inside } = *self;
        Box::pin(async move { upload.finish(mode).await.map_err(|error| inside.strip_error(error)) })
    }
}
