//! [`Bucket`]: the store before its prefix, shared by uploads, readers and listings.

use std::fmt;
use std::sync::Arc;

use aws_sdk_s3::Client;
use object_key::ObjectKey;
use store::{
    Abilities, BoxStream, CopyOptions, Entry, Error, ErrorKind, Fut, Get, Got, List, Operation, PutMode,
    PutOptions, Store, Upload, When, Written,
};
use tokio::sync::OnceCell;

use crate::client::Parts;
use crate::config::{Settings, TransferConfig};
use crate::encryption::CustomerKey;
use crate::error::Site;
use crate::parameters::{ObjectParameters, Parameters};
use crate::upload::Background;
use crate::{Profile, Support, copy, delete, get, list, probe, upload};

/// Adjusts what one object is written with.
pub(crate) type ParametersFor = Arc<dyn Fn(&ObjectKey, &mut ObjectParameters) + Send + Sync>;

/// A bucket and how it is spoken to.
#[derive(Clone)]
pub(crate) struct Bucket {
    parts: Parts,
    parameters_for: Option<ParametersFor>,
    /// What was found out about conditional writes.
    conditional_writes: Arc<OnceCell<Support>>,
    background: Background,
}

impl Bucket {
    pub(crate) fn new(parts: Parts) -> Self {
        let known = match parts.profile().conditional_writes {
            Support::Unknown => OnceCell::new(),
            known => OnceCell::new_with(Some(known)),
        };
        Self {
            parts,
            parameters_for: None,
            conditional_writes: Arc::new(known),
            background: Background::new(),
        }
    }

    pub(crate) fn with_parameters_for(mut self, adjust: ParametersFor) -> Self {
        self.parameters_for = Some(adjust);
        self
    }

    /// Returns what counts the work that goes on after its caller has gone.
    pub(crate) fn background(&self) -> &Background {
        &self.background
    }

    /// Tells whether what objects are written with depends on their names.
    pub(crate) fn depends_on_key(&self) -> bool {
        self.parameters_for.is_some() || self.settings().objects.guess_encoding
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }

    pub(crate) fn client(&self) -> &Client {
        &self.parts.client
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    pub(crate) fn transfer(&self) -> &TransferConfig {
        &self.settings().transfer
    }

    pub(crate) fn profile(&self) -> &Profile {
        self.parts.profile()
    }

    pub(crate) fn name(&self) -> &str {
        &self.settings().bucket
    }

    /// Returns the value of `x-amz-expected-bucket-owner` (S48).
    pub(crate) fn owner(&self) -> Option<String> {
        self.settings().expected_owner.clone()
    }

    /// Returns the key that has to go with each request for an object's bytes or metadata.
    pub(crate) fn customer(&self) -> Option<&CustomerKey> {
        self.settings().parameters.encryption.customer()
    }

    /// Returns what an object of this name is written with.
    ///
    /// # Errors
    /// When the application's function makes something up that cannot be.
    pub(crate) fn parameters(&self, key: &ObjectKey, site: &Site) -> Result<Parameters, Error> {
        let Some(adjust) = &self.parameters_for else { return Ok(self.settings().parameters.clone()) };
        let mut parameters = self.settings().objects.clone();
        // The application knows its objects by the names below its prefix.
        match self.settings().prefix.strip(key) {
            Some(inside) => adjust(&inside, &mut parameters),
            None => adjust(key, &mut parameters),
        }
        let refused = |problem: String| site.error(ErrorKind::InvalidMetadata).with_detail(problem);
        let parameters = parameters.check().map_err(|error| refused(error.to_string()))?;
        if parameters.encryption.customer() != self.customer() {
            return Err(refused(
                "a customer's key has to be one for all objects, or none could be read".to_owned(),
            ));
        }
        Ok(parameters)
    }

    /// Makes sure that the server honours the conditions of this mode; asked once, and only where it is not known.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when it ignores them: a write that is to replace nothing would replace something.
    pub(crate) async fn require_conditions(&self, mode: &PutMode, site: &Site) -> Result<(), Error> {
        if *mode == PutMode::Overwrite {
            return Ok(());
        }
        let support = self.conditional_writes.get_or_try_init(|| probe::conditional_writes(self)).await?;
        if *support == Support::Yes {
            return Ok(());
        }
        let detail =
            format!("{} ignores the condition that an object is created only", self.profile().server);
        Err(site.error(ErrorKind::Unsupported).with_detail(detail))
    }
}

impl Store for Bucket {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        Box::pin(get::get(self, key, ask))
    }

    fn begin<'a>(&'a self, key: &'a ObjectKey, options: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        Box::pin(async move { upload::begin(self, key, options) })
    }

    fn delete<'a>(&'a self, key: &'a ObjectKey, when: When) -> Fut<'a, ()> {
        Box::pin(delete::delete(self, key, when))
    }

    fn copy<'a>(&'a self, from: &'a ObjectKey, to: &'a ObjectKey, options: CopyOptions) -> Fut<'a, Written> {
        Box::pin(copy::copy(self, from, to, options))
    }

    fn list(&self, ask: List) -> BoxStream<'_, Result<Entry, Error>> {
        Box::pin(list::list(self, ask))
    }

    fn abilities(&self) -> Abilities {
        let mut abilities = Abilities::all();
        abilities.conditional_delete = self.profile().conditional_delete == Support::Yes;
        abilities.fine_modified = false; // HTTP dates have whole seconds
        abilities.keeps_sha256 = false; // not for objects of several parts
        abilities.etag_per_write = false; // it is made of the bytes
        abilities
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { bucket, prefix, profile, .. } = self.settings();
        f.debug_struct("Bucket")
            .field("name", bucket)
            .field("prefix", &prefix.as_str())
            .field("server", &profile.server)
            .finish_non_exhaustive()
    }
}

/// A failure to open the store.
pub(crate) fn unopened(kind: ErrorKind) -> Error {
    Site::whole(Operation::Open).error(kind)
}
