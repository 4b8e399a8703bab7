//! Who reads people's own calendars, which lie elsewhere.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::model::integrations::calendars::{Source, Where};

/// Reads calendars; whoever wires the house knows how.
#[async_trait]
pub trait CalendarReader: Debug + Send + Sync {
    /// Where they may be.
    fn at(&self) -> &Where;
    /// What one holds now; nothing when it cannot be read.
    async fn read(&self, source: &Source) -> Option<String>;
}
