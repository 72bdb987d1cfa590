//! Environments of Python with packages of fixed versions and hashes, below `target/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command::{Run, root, target_dir};
use crate::host;

/// Installs what the file `requirements` lists into an environment of its own, once; returns its Python.
///
/// # Errors
/// When Python or one of the packages cannot be had.
pub(crate) fn provision(name: &str, requirements: &str) -> Result<PathBuf> {
    let place = target_dir()?.join("e2e").join(name);
    let python = place.join("bin/python");
    let stamp = place.join("requirements.txt");
    let wanted = fs::read_to_string(root().join(requirements)).with_context(|| requirements.to_owned())?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && python.exists() {
        return Ok(python);
    }
    host::need_python_venv()?;
    println!("installing {name} into {} (once)", place.display());
    let parent = place.parent().unwrap_or(&place);
    fs::create_dir_all(parent).with_context(|| format!("failed to make {}", parent.display()))?;
    Run::new("python3", [Path::new("-m"), Path::new("venv"), Path::new("--clear"), &place]).run()?;
    let arguments = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"];
    Run::new(&python, [&arguments[..], &["--requirement", requirements]].concat()).run()?;
    // Last, so that an installation that was broken off is made again.
    fs::write(&stamp, wanted).with_context(|| format!("failed to write {}", stamp.display()))?;
    Ok(python)
}
