//! What no file store may serve: secrets, and the gateway's own state (S57).

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::{Config, GatewayError, GatewayErrorKind, Surroundings};

/// The folder that `store-fs` refuses in every key.
const OWN: &str = ".hallpass";

/// Refuses a root from which a secret could be read, or our own state changed.
///
/// Directories are told apart by what they are, not by how they are spelt: symlinks and bind mounts make no difference.
///
/// # Errors
/// [`Config`](GatewayErrorKind::Config) for a root inside of our own state, [`Secret`](GatewayErrorKind::Secret) for one
/// that a secret lies in.
pub(crate) fn check(root: &Path, config: &Config, around: &Surroundings<'_>) -> Result<(), GatewayError> {
    let Some(identity) = Identity::of(root) else {
        return Ok(()); // whoever opens it learns what is wrong
    };
    refuse_own(root)?;
    let state = around.state();
    let own_folder = Identity::of(state.folder());
    if own_folder.is_some() && folders_above(root).any(|folder| Identity::of(&folder) == own_folder) {
        return Err(lies_in_own(root));
    }
    let named = config.secret_files().into_iter().map(|path| around.path(&path));
    let own = [state.folder().to_owned(), state.secret_path()];
    match named.chain(own).find(|path| is_served(path, identity)) {
        Some(path) => Err(holds(root, &path)),
        None => Ok(()),
    }
}

/// Refuses a root inside of a folder `.hallpass`, even if it is still to be made.
pub(crate) fn refuse_own(root: &Path) -> Result<(), GatewayError> {
    let is_own = |folder: PathBuf| folder.file_name() == Some(OsStr::new(OWN));
    if folders_above(root).any(is_own) { Err(lies_in_own(root)) } else { Ok(()) }
}

/// Tells whether a store with this root serves what lies at `path`.
fn is_served(path: &Path, root: Identity) -> bool {
    let Ok(path) = path.canonicalize() else { return false };
    let reached = path.ancestors().take_while(|folder| folder.file_name() != Some(OsStr::new(OWN)));
    reached.into_iter().any(|folder| Identity::of(folder) == Some(root))
}

/// Iterates over a directory and those above it, without symlinks in their names.
fn folders_above(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let real = folder.canonicalize().or_else(|_| {
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new(".")).canonicalize()?;
        Ok::<_, std::io::Error>(parent.join(folder.file_name().unwrap_or_default()))
    });
    let real = real.unwrap_or_else(|_| folder.to_owned());
    std::iter::successors(Some(real), |folder| folder.parent().map(Path::to_owned))
}

/// What tells a directory from every other, whatever its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    fn of(path: &Path) -> Option<Self> {
        let status = fs::metadata(path).ok()?;
        Some(Self { device: status.dev(), inode: status.ino() })
    }
}

fn lies_in_own(root: &Path) -> GatewayError {
    let message = format!(
        "failed to use the directory `{}`: it lies in Hallpass's own `{OWN}`; name one outside of it",
        root.display()
    );
    GatewayError::new(GatewayErrorKind::Config, message)
}

fn holds(root: &Path, secret: &Path) -> GatewayError {
    let message = format!(
        "failed to use the directory `{}`: whoever may read or write it would reach `{}`, which is secret; \
         move that out of the directory, or name a directory beside it",
        root.display(),
        secret.display()
    );
    GatewayError::new(GatewayErrorKind::Secret, message)
}
