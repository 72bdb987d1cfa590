//! [`MemoryStore`]: objects in memory, for tests and development.

/// Keeps objects in memory.
#[derive(Debug, Default)]
pub struct MemoryStore;
