//! Folders of packages for Node.js, of fixed versions and hashes, below `target/`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::command::{Run, root, target_dir};
use crate::host;

/// What npm reads.
const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// Installs what the lock file in the folder `packages` lists into a folder of its own, once; returns that folder.
///
/// # Errors
/// When Node.js or one of the packages cannot be had.
pub(crate) fn provision(name: &str, packages: &str) -> Result<PathBuf> {
    host::need(host::NODE)?;
    let place = target_dir()?.join("e2e").join(name);
    let stamp = place.join("installed.json");
    let wanted = root().join(packages).join("package-lock.json");
    let wanted = fs::read_to_string(&wanted).with_context(|| wanted.display().to_string())?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(place);
    }
    host::need(host::NPM)?;
    println!("installing {name} into {} (once)", place.display());
    fs::create_dir_all(&place).with_context(|| format!("failed to make {}", place.display()))?;
    for file in FILES {
        fs::copy(root().join(packages).join(file), place.join(file)).with_context(|| file.to_owned())?;
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"];
    Run::new("npm", arguments).within(&place).run()?;
    // Last, so that an installation that was broken off is made again.
    fs::write(&stamp, wanted).with_context(|| format!("failed to write {}", stamp.display()))?;
    Ok(place)
}
