//! [`Surroundings`]: what the process has that the gateway needs.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::State;

/// The working directory and the environment, as the program hands them over: this crate reads neither by itself.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    directory: &'a Path,
    env: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

impl<'a> Surroundings<'a> {
    /// Takes the directory that relative paths start from and that holds `.hallpass/`, and a look-up of variables.
    pub fn new(directory: &'a Path, env: &'a (dyn Fn(&str) -> Option<String> + Sync)) -> Self {
        Self { directory, env }
    }

    /// Returns the gateway's own state in this directory.
    pub fn state(&self) -> State {
        State::below(self.directory)
    }

    /// Returns a path of the configuration, seen from this directory.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.directory.join(path)
    }

    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        (self.env)(name)
    }
}

impl fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").field("directory", &self.directory).finish_non_exhaustive()
    }
}
