//! `gateway.json`: where the gateway of this directory listens, for `hallpass pass` to print links to, and what it
//! serves.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::draft_name;
use crate::{Origin, StoreUrl};

const NAME: &str = "gateway.json";

/// A running gateway, made known in `gateway.json` until this value is dropped.
#[derive(Debug)]
#[must_use = "the announcement is withdrawn when it is dropped"]
pub struct Announcement {
    path: PathBuf,
    text: String,
    /// Locked until this process ends, however it does: what tells a running gateway from one that was killed.
    _locked: File,
}

/// What a running gateway makes known to programs in the same directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Running {
    /// Where it listens.
    pub origin: Origin,
    /// What it serves, when no configuration says so; an absolute address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreUrl>,
}

impl Running {
    /// Describes a gateway that listens at `origin` and serves what a configuration says.
    pub fn at(origin: Origin) -> Self {
        Self { origin, store: None }
    }

    /// Adds what it serves without a configuration.
    #[must_use]
    pub fn with_store(mut self, store: StoreUrl) -> Self {
        self.store = Some(store);
        self
    }
}

#[derive(Serialize, Deserialize)]
struct Record {
    #[serde(flatten)]
    running: Running,
    pid: u32,
    /// Nanoseconds since 1970: with `pid`, what tells our record from another gateway's.
    started: u64,
}

impl Announcement {
    pub(super) fn write(folder: &Path, running: &Running) -> io::Result<Self> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let started = u64::try_from(since_epoch.as_nanos()).unwrap_or_default();
        let record = Record { running: running.clone(), pid: std::process::id(), started };
        let text = serde_json::to_string(&record)? + "\n";
        let draft = folder.join(draft_name(NAME));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        let path = folder.join(NAME);
        // The lock comes before the name: whoever finds the file finds it locked.
        let written = file.write_all(text.as_bytes()).and_then(|()| file.lock());
        let placed = written.and_then(|()| fs::rename(&draft, &path));
        if let Err(error) = placed {
            let _ = fs::remove_file(&draft);
            return Err(error);
        }
        Ok(Self { path, text, _locked: file })
    }

    /// Removes the file, if it still is the one of this gateway.
    fn withdraw(&self) -> io::Result<()> {
        // Another gateway that starts between the two calls announces itself in vain, which only costs a default.
        if fs::read_to_string(&self.path)? == self.text { fs::remove_file(&self.path) } else { Ok(()) }
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        let _ = self.withdraw();
    }
}

/// Reads what is known of the running gateway. What a killed one left behind says nothing.
pub(super) fn read(folder: &Path) -> io::Result<Option<Running>> {
    let mut file = match File::open(folder.join(NAME)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let record: Record = serde_json::from_str(&text)?;
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(record.running)),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
