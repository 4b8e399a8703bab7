//! The demo's clock can be moved.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;

use crate::model::clock::Instant;

/// Moves the service's clock; whoever wires the house knows how.
#[async_trait]
pub trait TimeMachine: Debug + Send + Sync {
    /// Goes ahead by `by`; everything that is due on the way happens in its order.
    ///
    /// # Errors
    /// Why it could not go on.
    async fn skip(&self, by: Duration) -> Result<Instant, String>;
}
