//! [`S3Store`]: objects in a bucket.

use std::sync::Arc;
use std::time::SystemTime;

use object_key::{ObjectKey, Prefix};
use store::{
    Abilities, BoxStream, CopyOptions, Entry, Error, ErrorKind, Fut, Get, Got, List, Operation, Prefixed,
    PutOptions, Store, Upload, When, Written,
};

use crate::bucket::{Bucket, unopened};
use crate::client::Parts;
use crate::collect::{self, Collect, Collected};
use crate::config::{ConfigError, Environment, S3Config};
use crate::delete::{self, Undeleted};
use crate::error::{Cause, Site};
use crate::parameters::ObjectParameters;
use crate::probe::{self, Probed};
use crate::{Profile, create_bucket, get};

/// A store whose objects lie in a bucket of S3 or of a server like it.
///
/// Clones share one HTTP client and its connections. It runs on tokio.
///
/// # Security
/// Whatever the names, nothing outside of [`S3Config::prefix`] is read, written or listed.
#[derive(Debug, Clone)]
pub struct S3Store {
    inside: Prefixed<Bucket>,
    bucket: Bucket,
}

impl S3Store {
    /// Connects as configured, without asking the server for anything.
    ///
    /// # Errors
    /// What is wrong with the configuration, or with what it takes from the environment.
    pub async fn connect(config: &S3Config, environment: &Environment) -> Result<Self, ConfigError> {
        let settings = config.settings()?;
        settings.warn();
        // The future of the SDK's sources is so large that callers should not have to hold it.
        let parts = Box::pin(Parts::assemble(settings, environment)).await?;
        Ok(Self::from_bucket(Bucket::new(parts)))
    }

    /// Connects as configured and makes sure that the bucket is there, creating it if that is configured.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is no such bucket, [`ErrorKind::Forbidden`] when the credentials may not list
    /// it or it is not the expected owner's (S48), [`ErrorKind::Internal`] with the [`ConfigError`] as its source.
    pub async fn open(config: &S3Config, environment: &Environment) -> Result<Self, Error> {
        let connected = Self::connect(config, environment).await;
        let store = connected.map_err(|error| {
            unopened(ErrorKind::Internal).with_detail(error.to_string()).with_source(error)
        })?;
        store.check_bucket().await?;
        Ok(store)
    }

    fn from_bucket(bucket: Bucket) -> Self {
        let prefix = bucket.settings().prefix.clone();
        Self { inside: Prefixed::new(bucket.clone(), prefix), bucket }
    }

    /// Lets a function of the key adjust what each object is written with (DS3).
    ///
    /// It gets the key without the prefix of the store, and the configured parameters to change.
    #[must_use]
    pub fn with_parameters_for(
        self,
        adjust: impl Fn(&ObjectKey, &mut ObjectParameters) + Send + Sync + 'static,
    ) -> Self {
        Self::from_bucket(self.bucket.with_parameters_for(Arc::new(adjust)))
    }

    /// Returns the name of the bucket.
    pub fn bucket(&self) -> &str {
        self.bucket.name()
    }

    /// Returns the prefix that all keys lie below.
    pub fn prefix(&self) -> &Prefix {
        self.inside.prefix()
    }

    /// Returns what the server is taken to honour.
    pub fn profile(&self) -> &Profile {
        self.bucket.profile()
    }

    /// Finds out what the server honours, by writing, reading and deleting a small object of its own.
    ///
    /// # Errors
    /// When the server refuses more than conditions.
    pub async fn probe(&self) -> Result<Probed, Error> {
        probe::probe(&self.bucket).await
    }

    /// Deletes many objects, up to a thousand in one request. Missing ones are no error.
    ///
    /// Returns those that could not be deleted, each with its reason.
    ///
    /// # Errors
    /// When a whole request fails; objects of earlier ones are deleted then.
    pub async fn delete_all(
        &self,
        keys: impl IntoIterator<Item = ObjectKey> + Send,
    ) -> Result<Vec<Undeleted>, Error> {
        let prefix = self.prefix().clone();
        let inner: Vec<ObjectKey> = keys.into_iter().filter_map(|key| prefix.join(&key).ok()).collect();
        let failed = delete::delete_all(&self.bucket, inner).await?;
        Ok(failed.into_iter().filter_map(|failure| failure.strip(&prefix)).collect())
    }

    /// Reads a whole object as it was before this store compressed it (DS8); any other as it is.
    ///
    /// # Errors
    /// As [`Store::get`]. The body fails rather than yield more than `cap` bytes.
    ///
    /// # Security
    /// `cap` is what stands between a small object and an endless body (S43).
    pub async fn read_decoded(&self, key: &ObjectKey, cap: u64) -> Result<store::Body, Error> {
        get::read_decoded(&self.inside, key, cap).await
    }

    /// Waits until the uploads that were dropped are aborted.
    ///
    /// That happens in the background: a program that ends before leaves their parts behind, to be
    /// [collected](Self::collect).
    pub async fn settled(&self) {
        self.bucket.background().settled().await;
    }

    /// Collects uploads in parts that were begun before `before` and neither finished nor aborted.
    ///
    /// # Errors
    /// When the server refuses; it takes `s3:ListBucketMultipartUploads` besides `s3:AbortMultipartUpload`.
    ///
    /// # Security
    /// An upload that still runs is aborted, too, when it began so early: a day ago is a good choice.
    pub async fn collect(&self, before: SystemTime, mode: Collect) -> Result<Collected, Error> {
        collect::collect(&self.bucket, before, mode).await
    }

    /// Makes sure that the bucket is there.
    async fn check_bucket(&self) -> Result<(), Error> {
        let bucket = &self.bucket;
        let head =
            bucket.client().head_bucket().bucket(bucket.name()).set_expected_bucket_owner(bucket.owner());
        let Err(failure) = head.send().await else { return Ok(()) };
        if Cause::of(&failure).status() != 404 {
            return Err(Site::whole(Operation::Open).failed(&failure));
        }
        if bucket.settings().create_bucket {
            return create_bucket::create(bucket).await;
        }
        let detail = format!("there is no bucket `{}`; `create_bucket` makes it", bucket.name());
        Err(unopened(ErrorKind::NotFound).with_detail(detail))
    }

    /// Returns the bucket, before its prefix: what links are made of.
    pub(crate) fn inner(&self) -> &Bucket {
        &self.bucket
    }
}

impl Store for S3Store {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        self.inside.get(key, ask)
    }

    fn begin<'a>(&'a self, key: &'a ObjectKey, options: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        self.inside.begin(key, options)
    }

    fn delete<'a>(&'a self, key: &'a ObjectKey, when: When) -> Fut<'a, ()> {
        self.inside.delete(key, when)
    }

    fn copy<'a>(&'a self, from: &'a ObjectKey, to: &'a ObjectKey, options: CopyOptions) -> Fut<'a, Written> {
        self.inside.copy(from, to, options)
    }

    fn list(&self, ask: List) -> BoxStream<'_, Result<Entry, Error>> {
        self.inside.list(ask)
    }

    fn abilities(&self) -> Abilities {
        self.inside.abilities()
    }
}
