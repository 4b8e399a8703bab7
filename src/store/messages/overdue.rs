//! Remembers what should have arrived by now and did not, and so is to be said another way.

use uuid::Uuid;

use crate::{
    model::{clock::Instant, ids::MessageId},
    store::{
        db::tx::Tx,
        error::Error,
        messages::sent::{SentMessage, SentRow},
    },
};

/// What should have arrived by now, or failed, or found no carrier in time: each is told once, to
/// be said another way.
///
/// # Errors
/// When the database refuses, or one of them cannot be read.
pub async fn overdue(tx: &mut Tx, now: Instant, limit: i64) -> Result<Vec<SentMessage>, Error> {
    let rows: Vec<SentRow> = tx
        .query(
            "update messages set deliver_by = null
             where id in (select id from messages
               where state in ('queued', 'handed-over', 'failed') and deliver_by <= $1
               order by deliver_by limit $2)
               and state in ('queued', 'handed-over', 'failed') and deliver_by <= $1
             returning id, purpose, channel, person_id, visit_id, alarm_id,
               check_in_id, priority, state, attempts, created_at, deliver_by, handed_over_at,
               body",
        )
        .bind(now)
        .bind(limit)
        .all()
        .await?;
    rows.into_iter().filter_map(|row| row.readable(tx.keys()).transpose()).collect()
}

/// The same, by name only: for when one of them cannot be done.
///
/// # Errors
/// When the database refuses.
pub async fn overdue_ids(tx: &mut Tx, now: Instant, limit: i64) -> Result<Vec<MessageId>, Error> {
    let rows: Vec<(Uuid,)> = tx
        .query(
            "select id from messages
             where state in ('queued', 'handed-over', 'failed') and deliver_by <= $1
             order by deliver_by limit $2",
        )
        .bind(now)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| MessageId(id)).collect())
}

/// One of them, told once; nothing when somebody else was first.
///
/// # Errors
/// When the database refuses, or it cannot be read.
pub async fn overdue_one(
    tx: &mut Tx,
    id: MessageId,
    now: Instant,
) -> Result<Option<SentMessage>, Error> {
    let row: Option<SentRow> = tx
        .query(
            "update messages set deliver_by = null
             where id = $1 and state in ('queued', 'handed-over', 'failed') and deliver_by <= $2
             returning id, purpose, channel, person_id, visit_id, alarm_id,
               check_in_id, priority, state, attempts, created_at, deliver_by, handed_over_at,
               body",
        )
        .bind(id.0)
        .bind(now)
        .optional()
        .await?;
    row.map(|row| row.read(tx.keys())).transpose()
}

/// It could not be said another way at this moment: it is told again at `again`.
///
/// # Errors
/// When the database refuses.
pub async fn stays_overdue(tx: &mut Tx, id: MessageId, again: Instant) -> Result<(), Error> {
    tx.query("update messages set deliver_by = $1 where id = $2")
        .bind(again)
        .bind(id.0)
        .execute()
        .await
        .map(drop)
}
