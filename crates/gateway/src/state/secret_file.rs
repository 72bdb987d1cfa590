//! Files that hold a secret.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use token_hmac::Secret;
use zeroize::Zeroizing;

use super::draft_name;
use super::ownership::{self, Limit};
use crate::{GatewayError, GatewayErrorKind};

/// More than any secret has; a path that leads to something else should not fill the memory.
const MAX_BYTES: u64 = 64 << 10;

/// The group may read it, others may do nothing.
const OURS_TO_READ: Limit = Limit { forbidden: 0o027, advised: "600" };

/// Reads a secret from a file that only its owner (this user or root), and perhaps its group, may read.
///
/// The path may be a symlink, for that is how Kubernetes and others replace secrets; what counts is the file it leads to.
pub(crate) fn read(path: &Path) -> Result<Secret, GatewayError> {
    Secret::from_text(&read_text(path)?).map_err(|reason| refused(path, &reason.to_string()))
}

/// Reads the text of such a file, whatever it is.
pub(crate) fn read_text(path: &Path) -> Result<Zeroizing<String>, GatewayError> {
    let failed = |error: io::Error| refused(path, &error.to_string()).with_source(error);
    let file = open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(refused(path, "it is no regular file"));
    }
    if let Some(reason) = ownership::objection(path, &metadata, OURS_TO_READ) {
        return Err(refused(path, &reason));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Opens what is there, whatever it is, without waiting for anybody at its other end.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

/// Makes a file with a new secret, unless another process was faster: then its file stays.
pub(crate) fn create(folder: &Path, path: &Path) -> Result<(), GatewayError> {
    let secret = Secret::random().map_err(|error| refused(path, &error.to_string()))?;
    // The whole secret is in the file before it gets its name, and the name is taken only if it is free: whoever
    // finds a file there finds all of it.
    let draft = folder.join(draft_name("secret"));
    let made = write(&draft, &hexadecimal(secret.expose_secret())).and_then(|()| link(&draft, path, folder));
    let cleared = fs::remove_file(&draft);
    made.and(cleared).map_err(|error| refused(path, &error.to_string()).with_source(error))
}

fn write(draft: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn link(draft: &Path, path: &Path, folder: &Path) -> io::Result<()> {
    match fs::hard_link(draft, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made.and_then(|()| File::open(folder)?.sync_all()),
    }
}

fn hexadecimal(bytes: &[u8]) -> Zeroizing<String> {
    // Room for all of it from the start: a text that grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len().saturating_mul(2).saturating_add(1)));
    for byte in bytes {
        for half in [byte >> 4, byte & 0xf] {
            text.extend(char::from_digit(half.into(), 16));
        }
    }
    text.push('\n');
    text
}

fn refused(path: &Path, reason: &str) -> GatewayError {
    let message = format!("failed to use the secret in `{}`: {reason}", path.display());
    GatewayError::new(GatewayErrorKind::Secret, message)
}
