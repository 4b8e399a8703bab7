//! Counts the outbox, for metrics.

use crate::store::{db::tx::Tx, error::Error};

/// How many messages of a channel are in a state.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MessageCount {
    pub channel: String,
    pub state: String,
    pub n: i64,
}

/// How many messages there are by channel and state.
///
/// # Errors
/// When the database refuses.
pub async fn counts(tx: &mut Tx) -> Result<Vec<MessageCount>, Error> {
    tx.query("select channel, state, count(*) as n from messages group by channel, state")
        .all()
        .await
}
