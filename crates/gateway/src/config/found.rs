//! A configuration that was found where it usually is, and that nobody named.

use std::fs;
use std::io;
use std::path::Path;

use super::Config;
use crate::state::ownership::{Limit, objection};
use crate::state::secret_file;
use crate::{GatewayError, GatewayErrorKind};

/// The group may write it, as it may where files are made with a umask of 002.
const NOBODY_S_TO_WRITE: Limit = Limit { forbidden: 0o002, advised: "o-w" };
/// The mode of a symlink means nothing.
const ANY_MODE: Limit = Limit { forbidden: 0, advised: "" };

impl Config {
    /// Reads the text of a configuration file that was found in the working directory, and that nobody named.
    ///
    /// # Errors
    /// [`GatewayErrorKind::Config`]: it cannot be read, is no regular file, everybody may write it, or it (or the symlink
    /// that leads to it) belongs to somebody who is neither this user nor root.
    ///
    /// # Security
    /// A configuration says which secrets are read, and where they are used. Somebody who puts one into a shared directory
    /// must not get those of whoever runs the program there.
    pub fn read_found(path: &Path) -> Result<String, GatewayError> {
        let failed = |error: io::Error| refused(path, &error.to_string()).with_source(error);
        let link = fs::symlink_metadata(path).map_err(failed)?;
        // SECURITY: what is checked is what is read, whatever the name leads to by then.
        let file = secret_file::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(refused(path, "it is no regular file"));
        }
        let objection =
            objection(path, &link, ANY_MODE).or_else(|| objection(path, &metadata, NOBODY_S_TO_WRITE));
        if let Some(reason) = objection {
            let advice = format!("or, if you trust what is in it, name it: `--config {}`", path.display());
            return Err(refused(path, &format!("{reason}, {advice}")));
        }
        io::read_to_string(file).map_err(failed)
    }
}

fn refused(path: &Path, reason: &str) -> GatewayError {
    let message = format!("failed to use the configuration `{}`: {reason}", path.display());
    GatewayError::new(GatewayErrorKind::Config, message)
}
