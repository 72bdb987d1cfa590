//! [`Front`]: verifies every signature before LocalStack, which does not.

use std::path::Path;

use anyhow::Result;

use crate::command::target_dir;
use crate::served::{Apart, Profile, Served};

const WORKSPACE: Apart = Apart { manifest: "xtask/s3-front/Cargo.toml", profile: Profile::Dev };

/// A front that runs; dropped, it is killed.
pub(crate) struct Front(Served);

impl Front {
    /// Builds the front unless it is built, and starts it before a server.
    ///
    /// # Errors
    /// When it cannot be built or started.
    pub(crate) fn start(upstream: &str) -> Result<Self> {
        let program = WORKSPACE.build("s3-front", &target_dir()?.join("e2e/s3-front"))?;
        Served::start(&program, Path::new(upstream)).map(Self)
    }

    /// Returns the origin that it serves on.
    pub(crate) fn origin(&self) -> &str {
        self.0.origin()
    }
}
