//! Bytes on their way between files, standard input and output, and a store.

use std::path::{Path, PathBuf};
use std::pin::Pin;

use bytes::BytesMut;
use futures_util::TryStreamExt;
use store::{Body, Upload};
use tempfile::{NamedTempFile, TempPath};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Progress;

/// How much is read from a file at once.
const CHUNK: usize = 256 * 1024;

/// Where the bytes of an object come from.
pub(crate) struct Source {
    reader: Pin<Box<dyn AsyncRead + Send>>,
    name: String,
    length: Option<u64>,
}

impl Source {
    /// Opens a file, or standard input for `-`.
    pub(crate) async fn open(path: &Path) -> Result<Self, Failure> {
        if is_dash(path) {
            let reader = Box::pin(tokio::io::stdin());
            return Ok(Self { reader, name: "standard input".to_owned(), length: None });
        }
        let name = format!("`{}`", path.display());
        let failed = |error| Failure::io(format_args!("read {name}"), &error);
        let file = File::open(path).await.map_err(failed)?;
        let status = file.metadata().await.map_err(failed)?;
        if status.is_dir() {
            let text = format!("failed to read {name}: it is a directory; name one file at a time");
            return Err(Failure::said(Exit::Usage, text));
        }
        // A size of 0 says nothing: files of `/proc` have it too.
        let length = Some(status.len()).filter(|length| status.is_file() && *length > 0);
        Ok(Self { reader: Box::pin(file), name, length })
    }

    /// Returns the number of bytes to come, where it is known.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// Sends everything into an upload.
    pub(crate) async fn send(&mut self, upload: &mut dyn Upload, progress: &Progress) -> Result<(), Failure> {
        loop {
            let mut chunk = BytesMut::with_capacity(CHUNK);
            let read = self.reader.read_buf(&mut chunk).await;
            let count = read.map_err(|error| Failure::io(format_args!("read {}", self.name), &error))?;
            if count == 0 {
                return Ok(());
            }
            upload.write(chunk.freeze()).await?;
            progress.advance(count);
        }
    }
}

/// What becomes of a local file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It stays, and that is a failure.
    Keep,
    /// It is replaced, once the new one is complete.
    Replace,
}

/// A local file being written, under another name until it is complete. Dropped before that, it is removed.
pub(crate) struct Target {
    file: File,
    temporary: TempPath,
    path: PathBuf,
    existing: Existing,
}

impl Target {
    /// Begins a file, readable by its owner alone.
    pub(crate) fn create(path: PathBuf, existing: Existing) -> Result<Self, Failure> {
        if existing == Existing::Keep && path.symlink_metadata().is_ok() {
            return Err(taken(&path));
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let created = NamedTempFile::with_prefix_in(".hallpass-get-", folder);
        let (file, temporary) = created.map_err(|error| write_failed(&path, &error))?.into_parts();
        Ok(Self { file: File::from_std(file), temporary, path, existing })
    }

    /// Writes the bytes of an object and makes the file visible.
    pub(crate) async fn receive(mut self, body: Body, progress: &Progress) -> Result<PathBuf, Failure> {
        let path = self.path;
        copy(body, &mut self.file, progress, |error| write_failed(&path, error)).await?;
        self.file.sync_all().await.map_err(|error| write_failed(&path, &error))?;
        let placed = match self.existing {
            Existing::Keep => self.temporary.persist_noclobber(&path),
            Existing::Replace => self.temporary.persist(&path),
        };
        match placed {
            Ok(()) => Ok(path),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Err(taken(&path)),
            Err(error) => Err(write_failed(&path, &error.error)),
        }
    }
}

fn taken(path: &Path) -> Failure {
    let text = format!("failed to write `{}`: there is such a file already", path.display());
    Failure::said(Exit::Conflict, text).with_advice("add `--force` to replace it")
}

fn write_failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::io(format_args!("write `{}`", path.display()), error)
}

/// Writes the bytes of an object to standard output, where a progress bar would be in the way.
pub(crate) async fn to_stdout(body: Body) -> Result<(), Failure> {
    copy(body, &mut tokio::io::stdout(), &Progress::hidden(), Failure::stdout).await
}

async fn copy(
    mut body: Body,
    writer: &mut (impl AsyncWrite + Unpin),
    progress: &Progress,
    failed: impl Fn(&std::io::Error) -> Failure,
) -> Result<(), Failure> {
    while let Some(chunk) = body.try_next().await? {
        writer.write_all(&chunk).await.map_err(|error| failed(&error))?;
        progress.advance(chunk.len());
    }
    writer.flush().await.map_err(|error| failed(&error))
}

/// Tells whether a path stands for standard input or output.
pub(crate) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}
