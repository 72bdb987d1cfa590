//! [`Broken`]: a store with one fault, so that the suite can show that it finds it.

mod copying;
mod fault;
mod listing;
mod reading;
mod upload;

use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use object_key::ObjectKey;
use store::{
    Abilities, Attributes, BoxStream, CopyOptions, ETag, Entry, Error, ErrorKind, Fut, Get, Got, List,
    MemoryStore, Metadata, NameRule, Operation, PutMode, PutOptions, Sha256Digest, Store, StoreExt, Upload,
    UserMetadata, When, Written, check_name, guess_content_type,
};

pub(crate) use self::fault::Fault;

/// A memory store that breaks one promise.
#[derive(Clone)]
pub(crate) struct Broken {
    inner: Arc<MemoryStore>,
    fault: Fault,
    state: Arc<State>,
}

/// What some faults remember.
#[derive(Default)]
struct State {
    leaks: AtomicU64,
    names: Mutex<BTreeSet<String>>,
}

impl Broken {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { inner: Arc::new(MemoryStore::new()), fault, state: Arc::default() }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// What becomes of a name on its way in.
    fn name(&self, key: &ObjectKey) -> ObjectKey {
        let text = key.as_str();
        let bent = match self.fault {
            Fault::NamesFoldCase => text.to_lowercase(),
            Fault::NamesNormalized => text.replace("e\u{301}", "\u{e9}").replace('\u{212a}', "K"),
            Fault::NamesDecoded => text.replace("%41", "A").replace("%2e", "."),
            Fault::NamesTrimmed => text.trim().to_owned(),
            Fault::ExtensionsDropped => text.trim_end_matches(".txt").to_owned(),
            _ => return key.clone(),
        };
        ObjectKey::parse(&bent).unwrap_or_else(|_| key.clone())
    }

    fn check_new_name(&self, key: &ObjectKey, operation: Operation) -> Result<(), Error> {
        let longest = key.segments().map(str::len).max().unwrap_or(0);
        let refused = match self.fault {
            Fault::SegmentsOver255Refused => longest > 255,
            Fault::SegmentsOver250Refused => longest > 250,
            Fault::KeysOver1000Refused => key.as_str().len() > 1000,
            Fault::DepthLimited => key.segments().count() > 50,
            _ => false,
        };
        if refused { Err(Error::new(ErrorKind::InvalidName, operation).with_key(key)) } else { Ok(()) }
    }

    fn rule(&self, rule: NameRule) -> NameRule {
        match self.fault {
            Fault::NamesUnchecked => NameRule::Any,
            Fault::AnyNameRefused => NameRule::Portable,
            _ => rule,
        }
    }

    /// How the metadata of the store behind looks from outside.
    fn shown(&self, key: &ObjectKey, mut metadata: Metadata) -> Metadata {
        match self.fault {
            Fault::TagConstant => metadata.etag = etag("constant"),
            Fault::TagOfBytes => metadata.etag = etag(&metadata.sha256.unwrap().to_string()),
            Fault::TimeOfYesterday => metadata.modified -= Duration::from_hours(24),
            Fault::TimeGoesBack => {
                let writes: u32 = metadata
                    .etag
                    .as_str()
                    .rsplit_once('-')
                    .map_or(0, |(_, count)| u32::from_str_radix(count, 16).unwrap());
                metadata.modified -= Duration::from_secs(10) * writes;
            }
            Fault::TimeInSeconds => metadata.modified = whole_second(metadata.modified),
            Fault::DigestWrong => metadata.sha256 = Some(Sha256Digest([7; 32])),
            Fault::DigestLost => metadata.sha256 = None,
            Fault::ContentTypeNotGuessed => {
                let guess = Some(guess_content_type(key));
                metadata.attributes.content_type.take_if(|given| Some(&*given) == guess.as_ref());
            }
            _ => {}
        }
        metadata
    }

    /// The version of the store behind that is meant by one shown outside.
    async fn version(&self, key: &ObjectKey, shown: ETag) -> ETag {
        match self.inner.head(key).await {
            Ok(metadata) if self.shown(key, metadata.clone()).etag == shown => metadata.etag,
            _ => etag("another"),
        }
    }

    async fn version_of(&self, key: &ObjectKey, when: When) -> When {
        match when {
            When::Always => When::Always,
            When::Matches(shown) => When::Matches(self.version(key, shown).await),
        }
    }

    async fn written(&self, key: &ObjectKey) -> Result<Written, Error> {
        let mut written: Written = self.shown(key, self.inner.head(key).await?).into();
        match self.fault {
            Fault::WrittenSizeZero => written.size = 0,
            Fault::WrittenTagWrong => written.etag = etag("wrong"),
            _ => {}
        }
        Ok(written)
    }

    /// How errors come out.
    fn told<T>(&self, result: Result<T, Error>, key: &ObjectKey) -> Result<T, Error> {
        result.map_err(|error| match self.fault {
            Fault::ErrorsWithoutKey => Error::new(error.kind(), error.operation()),
            Fault::ErrorsOfOpen => Error::new(error.kind(), Operation::Open).with_key(key),
            _ => error,
        })
    }

    async fn delete_inner(&self, key: &ObjectKey, when: When) -> Result<(), Error> {
        let missing = self.inner.exists(key).await.is_ok_and(|exists| !exists);
        let versioned = when != When::Always;
        match self.fault {
            Fault::DeleteDoesNothing => return Ok(()),
            Fault::DeleteOfMissingFails if missing => {
                return Err(Error::new(ErrorKind::NotFound, Operation::Delete).with_key(key));
            }
            Fault::DeleteOfMissingVersionWorks if missing => return Ok(()),
            Fault::DeleteOfVersionUnsupported if versioned => {
                return Err(Error::new(ErrorKind::Unsupported, Operation::Delete).with_key(key));
            }
            Fault::DeleteOfMissingVersionFailed if missing && versioned => {
                return Err(Error::new(ErrorKind::PreconditionFailed, Operation::Delete).with_key(key));
            }
            Fault::DeleteIgnoresVersion if !missing => return self.inner.delete(key, When::Always).await,
            Fault::DeleteByText => {
                for name in self.all_names().await {
                    if name.as_str().starts_with(key.as_str()) {
                        self.inner.delete(&name, When::Always).await?;
                    }
                }
                return Ok(());
            }
            Fault::DeletedNamesTaken if !missing => {
                self.state.names.lock().unwrap().insert(key.to_string());
            }
            Fault::ReadsCheckNames => check_portable(key, Operation::Delete)?,
            _ => {}
        }
        let when = self.version_of(key, when).await;
        self.inner.delete(key, when).await
    }
}

impl Store for Broken {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        Box::pin(async move { self.told(self.get_inner(&self.name(key), ask).await, key) })
    }

    fn begin<'a>(&'a self, key: &'a ObjectKey, options: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        Box::pin(async move { self.told(self.begin_inner(&self.name(key), options).await, key) })
    }

    fn delete<'a>(&'a self, key: &'a ObjectKey, when: When) -> Fut<'a, ()> {
        Box::pin(async move { self.told(self.delete_inner(&self.name(key), when).await, key) })
    }

    fn copy<'a>(&'a self, from: &'a ObjectKey, to: &'a ObjectKey, options: CopyOptions) -> Fut<'a, Written> {
        Box::pin(
            async move { self.told(self.copy_inner(&self.name(from), &self.name(to), options).await, to) },
        )
    }

    fn list(&self, ask: List) -> BoxStream<'_, Result<Entry, Error>> {
        self.list_inner(ask)
    }

    fn abilities(&self) -> Abilities {
        self.inner.abilities()
    }
}

fn check_portable(key: &ObjectKey, operation: Operation) -> Result<(), Error> {
    check_name(key, NameRule::Portable)
        .map_err(|reason| Error::new(ErrorKind::InvalidName, operation).with_key(key).with_source(reason))
}

fn etag(text: &str) -> ETag {
    ETag::new(text).unwrap()
}

fn whole_second(time: std::time::SystemTime) -> std::time::SystemTime {
    let since = time.duration_since(std::time::UNIX_EPOCH).unwrap();
    std::time::UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

/// Attributes and user metadata of nobody.
fn nothing() -> (Attributes, UserMetadata) {
    (Attributes::default(), UserMetadata::default())
}

/// Writes an object behind the fault.
async fn place(store: &MemoryStore, key: &ObjectKey, bytes: bytes::Bytes) -> Result<Written, Error> {
    let options = PutOptions::default().with_name_rule(NameRule::Any);
    store.put(key, options, bytes.into(), PutMode::Overwrite).await
}
