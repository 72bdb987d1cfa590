//! [`State`]: the gateway's own `.hallpass/`, which lies in the working directory and never in what is served.

mod announcement;
pub(crate) mod ownership;
pub(crate) mod secret_file;

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use token_hmac::Secret;

pub use announcement::{Announcement, Running};

use ownership::Limit;

use crate::{GatewayError, GatewayErrorKind};

// SECURITY: whoever can write there can give us a secret of their own, or have links printed that lead to them.
const OURS_TO_WRITE: Limit = Limit { forbidden: 0o022, advised: "700" };

/// The directory `.hallpass/`, for this user alone: the secret of a first run, and where the gateway listens.
#[derive(Debug, Clone)]
pub struct State {
    folder: PathBuf,
}

impl State {
    /// Names the state in a working directory; nothing is touched.
    pub fn below(directory: &Path) -> Self {
        Self { folder: directory.join(".hallpass") }
    }

    /// Returns the path of the directory.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the path of the secret.
    pub fn secret_path(&self) -> PathBuf {
        self.folder.join("secret")
    }

    /// Returns the secret, which is made of 32 random bytes the first time. Of processes that start at once, all get
    /// the same one.
    ///
    /// # Errors
    /// The file cannot be made or read, or others may read it, or change what is in the directory.
    pub fn secret(&self) -> Result<Secret, GatewayError> {
        let path = self.secret_path();
        self.make()?;
        if !fs::exists(&path).map_err(|error| self.failed("read", &error))? {
            secret_file::create(&self.folder, &path)?;
        }
        secret_file::read(&path)
    }

    /// Makes a running gateway known to programs in the same directory, until the returned value is dropped.
    ///
    /// # Errors
    /// The file cannot be written, or others may change what is in the directory.
    pub fn announce(&self, running: &Running) -> Result<Announcement, GatewayError> {
        self.make()?;
        Announcement::write(&self.folder, running).map_err(|error| self.failed("write", &error))
    }

    /// Returns what is known of the gateway that runs in this directory, or was killed there.
    ///
    /// # Errors
    /// The file is there and cannot be read, or others may change what is in the directory.
    pub fn announced(&self) -> Result<Option<Running>, GatewayError> {
        self.check()?;
        announcement::read(&self.folder).map_err(|error| self.failed("read", &error))
    }

    /// Makes the directory so that it survives a power failure, or checks the one that is there.
    fn make(&self) -> Result<(), GatewayError> {
        let made = DirBuilder::new().mode(0o700).create(&self.folder);
        match made.and_then(|()| File::open(self.folder.join(".."))?.sync_all()) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => self.check(),
            made => made.map_err(|error| self.failed("make", &error)),
        }
    }

    /// Checks that nobody else can change what is in the directory, if there is one.
    fn check(&self) -> Result<(), GatewayError> {
        match fs::metadata(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self.failed("read", &error)),
            Ok(metadata) => match ownership::objection(&self.folder, &metadata, OURS_TO_WRITE) {
                Some(reason) => Err(self.refused(&reason)),
                None => Ok(()),
            },
        }
    }

    fn refused(&self, reason: &str) -> GatewayError {
        let message = format!("failed to use the gateway's state in `{}`: {reason}", self.folder.display());
        GatewayError::new(GatewayErrorKind::Secret, message)
    }

    fn failed(&self, verb: &str, error: &io::Error) -> GatewayError {
        let cause = error.raw_os_error().map(io::Error::from_raw_os_error);
        let message = format!("failed to {verb} the gateway's state in `{}`: {error}", self.folder.display());
        let error = GatewayError::new(GatewayErrorKind::State, message);
        match cause {
            Some(cause) => error.with_source(cause),
            None => error,
        }
    }
}

/// Returns a name that no other process and no other thread uses, for a file that gets its real name when it is whole.
fn draft_name(of: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("{of}.{}.{now}.{count}.draft", process::id())
}
