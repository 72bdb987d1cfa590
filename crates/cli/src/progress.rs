//! [`Progress`]: a bar for transfers, when somebody looks at a terminal.

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Output;

/// The progress of one transfer. Dropped, it leaves nothing on the terminal.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Begins a transfer of so many bytes, as far as that is known.
    pub(crate) fn begin(output: Output, name: &str, total: Option<u64>) -> Self {
        if !output.shows_progress() {
            return Self::hidden();
        }
        let (bar, template) = match total {
            Some(total) => (ProgressBar::new(total), WITH_TOTAL),
            None => (ProgressBar::no_length(), WITHOUT_TOTAL),
        };
        // The templates are tested; without its style the bar is plainer, nothing else.
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_message(name.to_owned());
        Self(bar)
    }

    /// Returns the progress that nobody sees.
    pub(crate) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Counts bytes that went through.
    pub(crate) fn advance(&self, bytes: usize) {
        self.0.inc(u64::try_from(bytes).unwrap_or(u64::MAX));
    }
}

const WITH_TOTAL: &str = "{msg} {wide_bar} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta}";
const WITHOUT_TOTAL: &str = "{msg} {spinner} {binary_bytes} {binary_bytes_per_sec}";

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_well_formed() {
        assert!(ProgressStyle::with_template(WITH_TOTAL).is_ok());
        assert!(ProgressStyle::with_template(WITHOUT_TOTAL).is_ok());
    }
}
