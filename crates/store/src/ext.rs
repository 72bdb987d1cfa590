//! [`StoreExt`]: the short forms that callers use.

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use object_key::ObjectKey;

use crate::{
    Body, CopyOptions, Error, ErrorKind, Fut, Get, Got, Metadata, Object, Operation, PutMode, PutOptions,
    Store, WantedName, When, Written,
};

/// The short forms of the operations, for every [`Store`], `dyn Store` included.
pub trait StoreExt: Store {
    /// Returns what is known about an object.
    ///
    /// # Errors
    /// As [`Store::get`].
    fn head<'a>(&'a self, key: &'a ObjectKey) -> Fut<'a, Metadata> {
        Box::pin(async move {
            let got = self.get(key, &Get::head()).await?;
            Ok(got.metadata().clone())
        })
    }

    /// Opens a whole object for reading.
    ///
    /// # Errors
    /// As [`Store::get`].
    fn read<'a>(&'a self, key: &'a ObjectKey) -> Fut<'a, Object> {
        Box::pin(async move {
            let Got::Object(object) = self.get(key, &Get::default()).await? else {
                let error = Error::new(ErrorKind::Internal, Operation::Get).with_key(key);
                return Err(error.with_detail("the store saw a precondition where none was"));
            };
            Ok(object)
        })
    }

    /// Tells whether there is such an object. An error is no "no" (D10).
    ///
    /// # Errors
    /// As [`Store::get`], but for [`NotFound`](ErrorKind::NotFound).
    fn exists<'a>(&'a self, key: &'a ObjectKey) -> Fut<'a, bool> {
        Box::pin(async move {
            match self.get(key, &Get::head()).await {
                Ok(_) => Ok(true),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
                Err(error) => Err(error),
            }
        })
    }

    /// Writes a whole object. Nothing is visible if the body fails.
    ///
    /// # Errors
    /// As [`Store::begin`] and [`Upload::finish`](crate::Upload::finish), or the body's own.
    fn put<'a>(
        &'a self,
        key: &'a ObjectKey,
        options: PutOptions,
        mut body: Body,
        mode: PutMode,
    ) -> Fut<'a, Written> {
        Box::pin(async move {
            let mut upload = self.begin(key, options).await?;
            while let Some(chunk) = body.try_next().await? {
                upload.write(chunk).await?;
            }
            upload.finish(mode).await
        })
    }

    /// Writes a whole object under the wanted name or, where that is taken, under one like it.
    ///
    /// On a collision `_` and seven random letters and digits come before the extension, as with Django's storages;
    /// random, for counting up would make each of many equal names cost more than the one before (S41). No object is
    /// ever replaced: when another writer is faster, `body` is called again for the next name.
    ///
    /// # Errors
    /// As [`put`](Self::put); [`InvalidName`](ErrorKind::InvalidName) also when there is no room for the letters.
    fn put_unique<'a>(
        &'a self,
        name: impl Into<WantedName>,
        options: PutOptions,
        mut body: impl FnMut() -> Body + Send + 'a,
    ) -> Fut<'a, (ObjectKey, Written)> {
        let name = name.into();
        Box::pin(async move {
            let longest = self.abilities().max_key_len;
            // Asked first, for otherwise the whole body may be sent before the store says that the name is taken.
            let free = name.fits(longest) && !self.exists(name.key()).await?;
            let mut key = if free { name.key().clone() } else { name.another(longest)? };
            let mut attempts_left = ATTEMPTS;
            loop {
                attempts_left -= 1;
                match self.put(&key, options.clone(), body(), PutMode::Create).await {
                    Err(error) if gives_way(&error, &key, &name) && attempts_left > 0 => {
                        key = name.another(longest)?;
                    }
                    done => return done.map(|metadata| (key, metadata)),
                }
            }
        })
    }

    /// Moves an object within the store: copies it, then deletes the version that was copied.
    ///
    /// This is two steps. When the second fails, the object is there under both names. A newer version of the source is
    /// not deleted where the store can tell ([`Abilities::conditional_delete`](crate::Abilities)); that is
    /// [`PreconditionFailed`](ErrorKind::PreconditionFailed), and the target has the older one. Onto itself, nothing
    /// happens.
    ///
    /// # Errors
    /// As [`Store::copy`] and [`Store::delete`].
    fn rename<'a>(&'a self, from: &'a ObjectKey, to: &'a ObjectKey, mode: PutMode) -> Fut<'a, Written> {
        Box::pin(async move {
            let source = self.head(from).await?;
            if from == to {
                return stay(from, source, &mode);
            }
            let version = When::Matches(source.etag);
            let options = CopyOptions::default().with_mode(mode).with_source(version.clone());
            let moved = self.copy(from, to, options).await?;
            let conditional = self.abilities().conditional_delete;
            match self.delete(from, if conditional { version } else { When::Always }).await {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                Ok(()) | Err(_) => Ok(moved), // deleted by someone else: gone all the same
            }
        })
    }

    /// Reads a whole object of at most `cap` bytes into memory.
    ///
    /// # Errors
    /// [`TooLarge`](ErrorKind::TooLarge) for a larger one, before anything of it is read; else as [`Store::get`].
    fn read_to_end<'a>(&'a self, key: &'a ObjectKey, cap: u64) -> Fut<'a, Bytes> {
        Box::pin(async move {
            let object = self.read(key).await?;
            let size = object.metadata.size;
            match usize::try_from(size) {
                Ok(length) if size <= cap => gather(object.body.exactly(size), length).await,
                _ => {
                    let error = Error::new(ErrorKind::TooLarge, Operation::Get).with_key(key);
                    Err(error.with_detail(format!("{size} bytes, at most {cap} wanted")))
                }
            }
        })
    }
}

impl<S: Store + ?Sized> StoreExt for S {}

/// A lost race is rare, one lost eight times in a row is something else.
const ATTEMPTS: u32 = 8;

/// Tells whether another name may help.
///
/// A made-up name is nobody else's: what it conflicts with (on files, an object that has the name of its folder) stands in
/// the way of every other one, and the body is not sent again for nothing.
fn gives_way(error: &Error, tried: &ObjectKey, wanted: &WantedName) -> bool {
    match error.kind() {
        ErrorKind::AlreadyExists => true,
        ErrorKind::Conflict => tried == wanted.key(),
        _ => false,
    }
}

/// Judges a move of an object onto itself, which must not end with its deletion.
fn stay(key: &ObjectKey, metadata: Metadata, mode: &PutMode) -> Result<Written, Error> {
    let refused = match mode {
        PutMode::Overwrite => return Ok(metadata.into()),
        PutMode::Update(etag) if *etag == metadata.etag => return Ok(metadata.into()),
        PutMode::Update(_) => ErrorKind::PreconditionFailed,
        PutMode::Create => ErrorKind::AlreadyExists,
    };
    Err(Error::new(refused, Operation::Copy).with_key(key))
}

/// Puts a body together; one that is a single chunk already is not copied.
async fn gather(body: Body, length: usize) -> Result<Bytes, Error> {
    match body.into_chunk() {
        Ok(chunk) => Ok(chunk.unwrap_or_default()),
        Err(mut stream) => {
            let mut bytes = BytesMut::with_capacity(length);
            while let Some(chunk) = stream.try_next().await? {
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes.freeze())
        }
    }
}
