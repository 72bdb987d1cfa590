//! Short forms, and a store that can be made to misbehave.

use std::sync::Mutex;

use bytes::Bytes;
use object_key::{ObjectKey, Prefix};
use store::{
    Abilities, Body, BoxStream, CopyOptions, Entry, Error, ErrorKind, Fut, Get, Got, List, MemoryStore,
    Operation, PutMode, PutOptions, Store, StoreExt, Upload, When, Written,
};

pub(crate) fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

pub(crate) fn prefix(text: &str) -> Prefix {
    Prefix::parse(text).unwrap()
}

pub(crate) async fn put(store: &dyn Store, name: &str, text: &str) -> Written {
    let body = Body::from(Bytes::copy_from_slice(text.as_bytes()));
    store.put(&key(name), PutOptions::default(), body, PutMode::Overwrite).await.unwrap()
}

pub(crate) async fn text(store: &dyn Store, name: &str) -> String {
    String::from_utf8(store.read_to_end(&key(name), 1 << 20).await.unwrap().to_vec()).unwrap()
}

/// Fails unless the result is an error of this kind that names this key.
#[track_caller]
pub(crate) fn refused<T>(result: Result<T, Error>, kind: ErrorKind, name: &str) -> Error {
    let Err(error) = result else { panic!("expected {kind:?}, found success") };
    assert_eq!((error.kind(), error.key().map(ObjectKey::as_str)), (kind, Some(name)), "{error}");
    error
}

/// What happens before an operation reaches the store.
type Hook = Box<dyn FnMut(&MemoryStore, Operation, &ObjectKey) -> Result<(), ErrorKind> + Send>;

/// A memory store with a hook before each operation, and a listing that may be made up.
pub(crate) struct Hooked {
    pub(crate) inner: MemoryStore,
    pub(crate) entries: Vec<Entry>,
    hook: Mutex<Hook>,
}

impl Hooked {
    pub(crate) fn new(
        hook: impl FnMut(&MemoryStore, Operation, &ObjectKey) -> Result<(), ErrorKind> + Send + 'static,
    ) -> Self {
        Self { inner: MemoryStore::new(), entries: Vec::new(), hook: Mutex::new(Box::new(hook)) }
    }

    fn call(&self, operation: Operation, key: &ObjectKey) -> Result<(), Error> {
        let hook = &mut *self.hook.lock().unwrap();
        hook(&self.inner, operation, key).map_err(|kind| Error::new(kind, operation).with_key(key))
    }
}

impl Store for Hooked {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        Box::pin(async move {
            self.call(Operation::Get, key)?;
            self.inner.get(key, ask).await
        })
    }

    fn begin<'a>(&'a self, key: &'a ObjectKey, options: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        Box::pin(async move {
            self.call(Operation::Put, key)?;
            self.inner.begin(key, options).await
        })
    }

    fn delete<'a>(&'a self, key: &'a ObjectKey, when: When) -> Fut<'a, ()> {
        Box::pin(async move {
            self.call(Operation::Delete, key)?;
            self.inner.delete(key, when).await
        })
    }

    fn copy<'a>(&'a self, from: &'a ObjectKey, to: &'a ObjectKey, options: CopyOptions) -> Fut<'a, Written> {
        Box::pin(async move {
            self.call(Operation::Copy, from)?;
            self.inner.copy(from, to, options).await
        })
    }

    fn list(&self, ask: List) -> BoxStream<'_, Result<Entry, Error>> {
        if self.entries.is_empty() {
            return self.inner.list(ask);
        }
        Box::pin(futures_util::stream::iter(self.entries.iter().cloned().map(Ok)))
    }

    fn abilities(&self) -> Abilities {
        self.inner.abilities()
    }
}
