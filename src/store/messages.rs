//! Remembers what is to be said: the outbox.

use super::{Error, Tx, rows};
use crate::model::messages::{Message, MessageState};

/// Queues a message. What has the same purpose was said before, and is not said again.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<(), Error> {
    tx.query(
        "insert into messages (id, purpose, channel, recipient, person_id, visit_id, alarm_id,
           check_in_id, priority, state, attempts, created_at, next_try_at, deliver_by, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $11, $12, $13)
         on conflict (purpose) do nothing",
    )
    .bind(message.id.0)
    .bind(message.purpose.clone())
    .bind(message.channel.name())
    .bind(message.to.clone())
    .bind(message.person.map(|id| id.0))
    .bind(message.visit.map(|id| id.0))
    .bind(message.alarm.map(|id| id.0))
    .bind(message.check_in.map(|id| id.0))
    .bind(message.priority.rank())
    .bind(MessageState::Queued.name())
    .bind(message.created_at)
    .bind(message.deliver_by)
    .bind(rows::body(&message.content))
    .execute()
    .await
    .map(drop)
}
