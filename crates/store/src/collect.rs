//! [`Collect`]: what a collector of remains does with them.

/// Whether a collector removes what it finds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Collect {
    /// Only counts.
    #[default]
    DryRun,
    /// Removes.
    Remove,
}
