//! Remembers what is to be said, and what became of it: the outbox.

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

pub use super::message_counts::{Count, counts};
pub use super::outbox::{
    Taken, handed_over, handed_over_all, hold_all, insert, insert_all, withdraw_all,
};
pub use super::overdue::{overdue, overdue_ids, overdue_one, stays_overdue};
use super::{
    Error, Tx,
    db::Sql,
    rows,
    sealed::{Keys, any_of},
};
use crate::model::{
    clock::Instant,
    ids::{AlarmId, CheckInId, MessageId, PersonId, VisitId},
    messages::{Channel, Content, Message, MessageState, Priority},
    sealing::{Column, Place},
};

#[derive(Deserialize, Serialize)]
pub(super) struct Body {
    pub(super) to: String,
    pub(super) name: String,
    pub(super) content: Content,
    pub(super) instead: Option<(Channel, Content)>,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: Uuid,
    purpose: String,
    channel: String,
    person_id: Option<Uuid>,
    visit_id: Option<Uuid>,
    alarm_id: Option<Uuid>,
    check_in_id: Option<Uuid>,
    priority: i32,
    state: String,
    attempts: i32,
    created_at: Instant,
    deliver_by: Option<Instant>,
    handed_over_at: Option<Instant>,
    body: Json<serde_json::Value>,
}

/// A message with how it fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// How it fared.
    pub state: MessageState,
    /// When a carrier took it.
    pub handed_over_at: Option<Instant>,
}

impl Row {
    /// One that cannot be read is told and left out: it may not hold up the others.
    pub(super) fn readable(self, keys: &Keys) -> Result<Option<Sent>, Error> {
        let id = self.id;
        rows::readable("messages", id, self.read(keys))
    }

    pub(super) fn read(self, keys: &Keys) -> Result<Sent, Error> {
        let body: Body = keys.open(&place(MessageId(self.id)), self.body.0)?;
        let unreadable = |what: &str| Error::Unreadable(format!("message with {what}"));
        let message = Message {
            id: MessageId(self.id),
            purpose: self.purpose,
            channel: Channel::from_name(&self.channel).ok_or_else(|| unreadable("channel"))?,
            to: body.to,
            name: body.name,
            person: self.person_id.map(PersonId),
            visit: self.visit_id.map(VisitId),
            alarm: self.alarm_id.map(AlarmId),
            check_in: self.check_in_id.map(CheckInId),
            priority: Priority::from_rank(self.priority),
            content: body.content,
            instead: body.instead,
            deliver_by: self.deliver_by,
            attempts: u32::try_from(self.attempts).unwrap_or(0),
            created_at: self.created_at,
        };
        let state = MessageState::from_name(&self.state).ok_or_else(|| unreadable("state"))?;
        Ok(Sent { message, state, handed_over_at: self.handed_over_at })
    }
}

pub(super) fn place(id: MessageId) -> Place {
    Place::new("messages", id)
}

fn read_all(rows: Vec<Row>, keys: &Keys) -> Result<Vec<Sent>, Error> {
    rows.into_iter().map(|row| row.read(keys)).collect()
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
    let found: Option<Row> = tx
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
pub async fn load(tx: &mut Tx, id: MessageId) -> Result<Sent, Error> {
    let found: Row = tx.query(BY_ID).bind(id.0).one().await?;
    found.read(tx.keys())
}

/// Everything that was said about a visit, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn of_visit(tx: &mut Tx, visit: VisitId) -> Result<Vec<Sent>, Error> {
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
pub async fn of_alarm(tx: &mut Tx, alarm: AlarmId) -> Result<Vec<Sent>, Error> {
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
    let rows: Vec<Row> = tx
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
    struct Next {
        at: Option<Instant>,
    }
    // One look in the index for each priority, by which it is sorted first.
    let next: Vec<Next> = tx
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
