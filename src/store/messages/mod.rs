//! Remembers what is to be said, and what became of it: the outbox.

pub mod audiences;
pub mod calls;
pub mod claims;
pub mod inbound_dedup;
pub(crate) mod message_counts;
pub(crate) mod notices;
pub(crate) mod opt_outs;
pub mod outages;
pub(crate) mod outbox;
pub(crate) mod overdue;
pub mod push_receipts;
pub mod sandbox;
pub(crate) mod sent;

pub(crate) use self::sent::SentBody;
use self::sent::SentRow;
pub use self::{
    message_counts::{MessageCount, counts},
    outbox::{
        TakenMessage, handed_over, handed_over_all, hold_all, insert, insert_all, withdraw_all,
    },
    overdue::{overdue, overdue_ids, overdue_one, stays_overdue},
    sent::SentMessage,
};
use crate::{
    model::{
        clock::Instant,
        ids::{AlarmId, MessageId, VisitId},
        messages::{Message, MessageState},
        privacy::sealing::Column,
    },
    store::{
        db::{
            rows,
            sealed::{DatabaseKeys, any_of},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

fn read_all(rows: Vec<SentRow>, keys: &DatabaseKeys) -> Result<Vec<SentMessage>, Error> {
    rows::all_readable(rows.into_iter().map(|row| row.read(keys)))
}

/// No carrier took the message; it is tried again at `again`.
///
/// # Errors
/// When the database refuses.
pub async fn try_again(tx: &mut Tx, id: MessageId, again: Instant) -> Result<(), Error> {
    tx.query(
        "update messages set state = 'queued', leased_until = null, next_try_at = $1,
           attempts = attempts + 1
         where id = $2 and state = 'sending'",
    )
    .bind(again)
    .bind(id.0)
    .execute()
    .await
    .map(drop)
}

/// Moves a message on, as a receipt or a refusal says; backwards never. Answers with the message
/// when this changed it. One that failed is at once overdue, and so is said another way.
///
/// # Errors
/// When the database refuses.
pub async fn becomes(
    tx: &mut Tx,
    id: MessageId,
    next: MessageState,
    now: Instant,
) -> Result<Option<Message>, Error> {
    let found: Option<SentRow> = tx
        .query(Sql {
            sqlite: BY_ID,
            postgres: "select id, purpose, channel, person_id, visit_id, alarm_id,
                check_in_id, priority, state, attempts, created_at, deliver_by, handed_over_at,
                body
              from messages where id = $1 for update",
        })
        .bind(id.0)
        .optional()
        .await?;
    let Some(found) = found else { return Ok(None) };
    let sent = found.read(tx.keys())?;
    if !sent.state.may_become(next) {
        return Ok(None);
    }
    tx.query(
        "update messages set state = $1, leased_until = null,
           delivered_at = case when $1 = 'delivered' then $2 else delivered_at end,
           deliver_by = case when $1 = 'failed' then $2 else deliver_by end
         where id = $3",
    )
    .bind(next.name())
    .bind(now)
    .bind(id.0)
    .execute()
    .await?;
    Ok(Some(sent.message))
}

const BY_ID: &str = "select id, purpose, channel, person_id, visit_id, alarm_id,
      check_in_id, priority, state, attempts, created_at, deliver_by, handed_over_at, body
    from messages where id = $1";

/// The message.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: MessageId) -> Result<SentMessage, Error> {
    let found: SentRow = tx.query(BY_ID).bind(id.0).one().await?;
    found.read(tx.keys())
}

/// Everything that was said about a visit, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn of_visit(tx: &mut Tx, visit: VisitId) -> Result<Vec<SentMessage>, Error> {
    let rows = tx
        .query(
            "select id, purpose, channel, person_id, visit_id, alarm_id, check_in_id,
               priority, state, attempts, created_at, deliver_by, handed_over_at, body
             from messages where visit_id = $1 order by created_at, id",
        )
        .bind(visit.0)
        .all()
        .await?;
    read_all(rows, tx.keys())
}

/// Everything that an alarm said, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn of_alarm(tx: &mut Tx, alarm: AlarmId) -> Result<Vec<SentMessage>, Error> {
    let rows = tx
        .query(
            "select id, purpose, channel, person_id, visit_id, alarm_id, check_in_id,
               priority, state, attempts, created_at, deliver_by, handed_over_at, body
             from messages where alarm_id = $1 order by created_at, id",
        )
        .bind(alarm.0)
        .all()
        .await?;
    read_all(rows, tx.keys())
}

/// The last texts that asked this number something (a check-in or an alarm), the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn asked_of(tx: &mut Tx, number: &str, since: Instant) -> Result<Vec<Message>, Error> {
    let rows: Vec<SentRow> = tx
        .query(any_of!(
            "select id, purpose, channel, person_id, visit_id, alarm_id, check_in_id, priority,
               state, attempts, created_at, deliver_by, handed_over_at, body
             from messages where recipient in",
            "$1",
            " and created_at >= $2 and (check_in_id is not null or alarm_id is not null)
             order by created_at desc, id desc limit 20"
        ))
        .any_index(Column::Recipient, number)
        .bind(since)
        .all()
        .await?;
    Ok(read_all(rows, tx.keys())?.into_iter().map(|sent| sent.message).collect())
}

/// When the next message wants to be sent.
///
/// # Errors
/// When the database refuses.
pub async fn next_try(tx: &mut Tx) -> Result<Option<Instant>, Error> {
    #[derive(sqlx::FromRow)]
    struct MessageNext {
        at: Option<Instant>,
    }
    // One look in the index for each priority, by which it is sorted first.
    let next: Vec<MessageNext> = tx
        .query(
            "select (select m.next_try_at from messages m
                     where m.priority = p.rank and m.state in ('queued', 'sending')
                     order by m.next_try_at limit 1) as at
             from (select 0 as rank union all select 1 union all select 2 union all select 3
                   union all select 4) as p
             union all
             select (select deliver_by from messages
                     where state in ('queued', 'handed-over', 'failed') and deliver_by is not null
                     order by deliver_by limit 1) as at",
        )
        .all()
        .await?;
    Ok(next.into_iter().filter_map(|n| n.at).min())
}
