//! [`Place`]: a folder with the files that everyone serves, and the configurations of those that have one.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::command::{Run, target_dir};

/// The files: what they are called, and how large they are.
pub(super) const SIZES: [(&str, &str); 5] =
    [("1k", "1 KiB"), ("4k", "4 KiB"), ("64k", "64 KiB"), ("1m", "1 MiB"), ("16m", "16 MiB")];

/// A file without a byte, for HEAD: `wrk` waits for the bytes that an answer to HEAD only speaks of.
pub(super) const EMPTY: &str = "0k";

/// What nginx is told, with words in capitals for what differs.
const NGINX: &str = include_str!("nginx.conf");

/// A folder below `target/`, removed at the end.
pub(super) struct Place {
    folder: TempDir,
    pub(super) hallpass: PathBuf,
}

impl Place {
    /// Builds `hallpass` and has it write the files.
    ///
    /// # Errors
    /// When it cannot be built, or a file not be written.
    pub(super) fn make() -> Result<Self> {
        println!("building hallpass as it is installed");
        Run::cargo(["build", "--quiet", "--profile", "dist", "--package", "hallpass"]).run()?;
        let hallpass = target_dir()?.join("dist/hallpass");
        let folder = tempfile::tempdir_in(target_dir()?).context("failed to make a folder")?;
        let place = Self { folder, hallpass };
        fs::create_dir(place.media())?;
        let secret = place.write("secret", "a secret for benchmarks on one machine\n")?;
        fs::set_permissions(secret, fs::Permissions::from_mode(0o600))?;
        place.write("hallpass.toml", &place.gateway(0))?;
        place.write("hallpass-open.toml", &place.gateway(1000))?;
        for word in words() {
            let file = place.path().join(word);
            fs::write(&file, content(word)?)?;
            let key = key(word);
            let config = place.path().join("hallpass.toml");
            let mut put = vec![Path::new("--quiet"), Path::new("--config"), &config, Path::new("put")];
            put.extend([file.as_path(), Path::new(&key)]);
            Run::new(&place.hallpass, put).run()?;
        }
        Ok(place)
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder that is served.
    pub(super) fn media(&self) -> PathBuf {
        self.path().join("media")
    }

    /// Writes nginx's configuration for two ports, the second with open files kept; returns its file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn nginx(&self, ports: [u16; 2]) -> Result<PathBuf> {
        let [plain, open] = ports;
        let place = self.path().display().to_string();
        let text = NGINX.replace("PLACE", &place);
        self.write(
            "nginx.conf",
            &text.replace("PLAIN", &plain.to_string()).replace("OPEN", &open.to_string()),
        )
    }

    fn gateway(&self, open_files: u32) -> String {
        let (media, secret) = (self.media(), self.path().join("secret"));
        format!(
            "[stores.media]\nurl = \"file://{}\"\nopen_files = {open_files}\n\n[mounts.\"/media/\"]\nstore = \"media\"\n\n\
             [keys]\nactive = \"bench\"\nring.bench.secret_file = \"{}\"\n",
            media.display(),
            secret.display(),
        )
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let file = self.path().join(name);
        fs::write(&file, text).with_context(|| format!("failed to write {}", file.display()))?;
        Ok(file)
    }
}

/// What every file is called.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    SIZES.into_iter().map(|(word, _)| word).chain([EMPTY])
}

/// The key of a file.
pub(super) fn key(word: &str) -> String {
    format!("users/42/photos/{word}.jpg")
}

/// Bytes that show where they come from.
fn content(word: &str) -> Result<Vec<u8>> {
    let unit = if word.ends_with('m') { 1 << 20 } else { 1 << 10 };
    let count: usize = word.trim_end_matches(['k', 'm']).parse()?;
    Ok((0_u8..251).cycle().take(count * unit).collect())
}
