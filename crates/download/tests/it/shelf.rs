//! A store whose objects, bodies and faults a test makes by hand.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use object_key::ObjectKey;
use store::{
    Abilities, Body, BoxStream, CopyOptions, ETag, Entry, Error, ErrorKind, FieldValue, Fut, Get, Got, List,
    Metadata, Object, Operation, PutOptions, Store, Upload, When, Written,
};

use crate::fixture::{MODIFIED, at, key};

/// The store; clones share their objects.
#[derive(Clone, Default)]
pub(crate) struct Shelf {
    items: Arc<Mutex<BTreeMap<ObjectKey, Item>>>,
    lookups: Arc<AtomicUsize>,
}

#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) metadata: Metadata,
    pub(crate) content: Content,
}

#[derive(Clone)]
pub(crate) enum Content {
    /// What a store does by the book.
    Bytes(Bytes),
    /// A body handed out as it is, whatever was asked for.
    Careless(fn() -> Body),
    /// No body: looking the object up fails.
    Broken(ErrorKind),
}

/// Describes an object of these bytes with the tag `"v1"`; an empty type is none.
pub(crate) fn item(bytes: impl Into<Bytes>, content_type: &str) -> Item {
    let bytes = bytes.into();
    let size = u64::try_from(bytes.len()).unwrap();
    let mut metadata = Metadata::new(size, ETag::new("v1").unwrap(), at(MODIFIED));
    metadata.attributes.content_type = (!content_type.is_empty()).then(|| field(content_type));
    Item { metadata, content: Content::Bytes(bytes) }
}

/// Describes an object that says it has `size` bytes and comes with another body.
pub(crate) fn careless(size: u64, body: fn() -> Body) -> Item {
    let metadata = Metadata::new(size, ETag::new("v1").unwrap(), at(MODIFIED));
    Item { metadata, content: Content::Careless(body) }
}

pub(crate) fn field(text: &str) -> FieldValue {
    FieldValue::parse(text.to_owned()).unwrap()
}

impl Shelf {
    pub(crate) fn with(self, name: &str, item: Item) -> Self {
        self.put(name, item);
        self
    }

    pub(crate) fn put(&self, name: &str, item: Item) {
        self.items.lock().unwrap().insert(key(name), item);
    }

    /// Returns how often an object was looked up.
    pub(crate) fn lookups(&self) -> usize {
        self.lookups.load(Ordering::SeqCst)
    }

    fn find(&self, key: &ObjectKey) -> Result<Item, Error> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        let found = self.items.lock().unwrap().get(key).cloned();
        found.ok_or_else(|| Error::new(ErrorKind::NotFound, Operation::Get).with_key(key))
    }
}

impl Store for Shelf {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        Box::pin(async move {
            let Item { metadata, content } = self.find(key)?;
            match content {
                Content::Bytes(bytes) => Ok(Got::from_plan(ask.plan(&metadata), metadata, |part| {
                    let at = |position| usize::try_from(position).unwrap();
                    bytes.slice(at(part.start)..at(part.end)).into()
                })),
                Content::Careless(body) => Ok(Got::Object(Object { metadata, part: None, body: body() })),
                Content::Broken(kind) => Err(Error::new(kind, Operation::Get).with_key(key)),
            }
        })
    }

    fn begin<'a>(&'a self, _: &'a ObjectKey, _: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        unsupported(Operation::Put)
    }

    fn delete<'a>(&'a self, _: &'a ObjectKey, _: When) -> Fut<'a, ()> {
        unsupported(Operation::Delete)
    }

    fn copy<'a>(&'a self, _: &'a ObjectKey, _: &'a ObjectKey, _: CopyOptions) -> Fut<'a, Written> {
        unsupported(Operation::Copy)
    }

    fn list(&self, _: List) -> BoxStream<'_, Result<Entry, Error>> {
        Box::pin(futures_util::stream::empty())
    }

    fn abilities(&self) -> Abilities {
        Abilities::all()
    }
}

fn unsupported<'a, T: Send + 'a>(operation: Operation) -> Fut<'a, T> {
    Box::pin(async move { Err(Error::new(ErrorKind::Unsupported, operation)) })
}
