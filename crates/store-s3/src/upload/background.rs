//! [`Background`]: what goes on after its caller has gone, and who waits for it.

use tokio::sync::watch;

/// Counts what is under way in the background.
#[derive(Debug, Clone)]
pub(crate) struct Background(watch::Sender<usize>);

impl Background {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    /// Counts something that is under way until the guard is dropped.
    pub(crate) fn enter(&self) -> Guard {
        self.0.send_modify(|count| *count = count.saturating_add(1));
        Guard(self.clone())
    }

    /// Waits until nothing is under way.
    pub(crate) async fn settled(&self) {
        let mut count = self.0.subscribe();
        // It fails when there is no sender any more, and here is one.
        let _ = count.wait_for(|count| *count == 0).await;
    }
}

/// Something that is under way.
#[derive(Debug)]
pub(crate) struct Guard(Background);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
