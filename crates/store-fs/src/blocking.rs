//! The way to the blocking pool, for every system call that may wait for a disk.

use std::cell::Cell;

use store::{Error, ErrorKind};
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

use crate::error::Site;

/// Starts `work` on the blocking pool of the tokio runtime that polls.
///
/// # Errors
/// [`ErrorKind::Internal`] outside of a runtime, where tokio itself would panic.
pub(crate) fn start<T: Send + 'static>(
    site: &Site,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, Error> {
    let runtime =
        Handle::try_current().map_err(|missing| site.error(ErrorKind::Internal).with_source(missing))?;
    Ok(runtime.spawn_blocking(|| {
        let _inside = Inside::enter();
        work()
    }))
}

/// Drops something for which a disk has to be waited for: on the blocking pool, or here, if here is on it already or
/// there is no runtime. A runtime that is shutting down drops it at once.
pub(crate) fn discard(value: impl Send + 'static) {
    match Handle::try_current() {
        Ok(runtime) if !Inside::entered() => drop(runtime.spawn_blocking(move || drop(value))),
        _ => drop(value),
    }
}

/// Marks this thread as one that may wait for a disk, until it is dropped.
struct Inside;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

impl Inside {
    fn enter() -> Self {
        INSIDE.set(true);
        Self
    }

    fn entered() -> bool {
        INSIDE.get()
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}

/// Runs `work` on the blocking pool. Once started it runs to its end, even if the future is dropped.
pub(crate) async fn run<T: Send + 'static>(
    site: Site,
    work: impl FnOnce(&Site) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let inside = site.clone();
    start(&site, move || work(&inside))?.await.map_err(|lost| lost_work(&site, lost))?
}

/// The error of work that never came to its end: it panicked, or the runtime is shutting down.
pub(crate) fn lost_work(site: &Site, lost: JoinError) -> Error {
    site.error(ErrorKind::Internal).with_detail("the work was abandoned").with_source(lost)
}
