//! `gateway.json`: where the gateway of this directory listens, for `hallpass pass` to print links to.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::draft_name;
use crate::Origin;

const NAME: &str = "gateway.json";

/// A running gateway, made known in `gateway.json` until this value is dropped.
#[derive(Debug)]
#[must_use = "the announcement is withdrawn when it is dropped"]
pub struct Announcement {
    path: PathBuf,
    text: String,
}

#[derive(Serialize, Deserialize)]
struct Record {
    origin: Origin,
    pid: u32,
    /// Nanoseconds since 1970: with `pid`, what tells our record from another gateway's.
    started: u64,
}

impl Announcement {
    pub(super) fn write(folder: &Path, origin: &Origin) -> io::Result<Self> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let started = u64::try_from(since_epoch.as_nanos()).unwrap_or_default();
        let record = Record { origin: origin.clone(), pid: std::process::id(), started };
        let text = serde_json::to_string(&record)? + "\n";
        let draft = folder.join(draft_name(NAME));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        let path = folder.join(NAME);
        let placed = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&draft, &path));
        if let Err(error) = placed {
            let _ = fs::remove_file(&draft);
            return Err(error);
        }
        Ok(Self { path, text })
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

pub(super) fn read(folder: &Path) -> io::Result<Option<Origin>> {
    match fs::read_to_string(folder.join(NAME)) {
        Ok(text) => Ok(Some(serde_json::from_str::<Record>(&text)?.origin)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
