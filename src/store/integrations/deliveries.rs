//! Remembers how each event fared with each system: what waits, what somebody has in hand, what
//! arrived, and what nobody tries any more.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::outgoing;
use crate::{
    model::{
        clock::Instant,
        ids::{EventId, WebhookId},
        integrations::outgoing::Event,
    },
    store::{
        db::{
            sets::{self, any_id, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

/// For how long nobody else tells what somebody has in hand. Who died holding it may have told it:
/// it is told again, under the same id.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);

/// An event that is to be told to a system.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    pub event: Event,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// Until when it is ours; it tells one claim from the next.
    pub until: Instant,
}

#[derive(sqlx::FromRow)]
struct ClaimedDelivery {
    event_id: Uuid,
    attempts: i32,
}

#[derive(sqlx::FromRow)]
struct DeliveryId {
    webhook_id: Uuid,
}

/// The systems for which something waits that nobody has in hand.
///
/// # Errors
/// When the database refuses.
pub async fn waiting_for(tx: &mut Tx, now: Instant) -> Result<Vec<WebhookId>, Error> {
    let found: Vec<DeliveryId> = tx
        .query(
            "select w.id as webhook_id from webhooks w where exists (
               select 1 from webhook_deliveries d
               where d.webhook_id = w.id and d.state in ('queued', 'sending')
                 and d.next_try_at <= $1 and (d.leased_until is null or d.leased_until <= $1))",
        )
        .bind(now)
        .all()
        .await?;
    Ok(found.into_iter().map(|row| WebhookId(row.webhook_id)).collect())
}

/// Claims what waits for a system, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn claim(
    tx: &mut Tx,
    webhook: WebhookId,
    now: Instant,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    let until = now + LEASE;
    let claimed: Vec<ClaimedDelivery> =
        tx.query(CLAIM).bind(until).bind(webhook.0).bind(now).bind(limit).all().await?;
    let ids: Vec<_> = claimed.iter().map(|row| row.event_id).collect();
    let events = outgoing::among(tx, &ids).await?;
    let with_attempts = |event: Event| {
        let row = claimed.iter().find(|row| row.event_id == event.id.0)?;
        Some(Delivery { event, attempts: u32::try_from(row.attempts).unwrap_or(0), until })
    };
    Ok(events.into_iter().filter_map(with_attempts).collect())
}

const CLAIM: Sql = Sql {
    sqlite: "update webhook_deliveries set state = 'sending', leased_until = $1
        where rowid in (
          select rowid from webhook_deliveries
          where webhook_id = $2 and state in ('queued', 'sending') and next_try_at <= $3
            and (leased_until is null or leased_until <= $3)
          order by next_try_at limit $4)
        returning event_id, attempts",
    postgres: "update webhook_deliveries set state = 'sending', leased_until = $1
        where webhook_id = $2 and event_id in (
          select event_id from webhook_deliveries
          where webhook_id = $2 and state in ('queued', 'sending') and next_try_at <= $3
            and (leased_until is null or leased_until <= $3)
          order by next_try_at limit $4 for update skip locked)
        returning event_id, attempts",
};

/// How a delivery went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    Arrived,
    /// It did not.
    Failed {
        /// What the system said.
        why: String,
        /// When it is tried again; never when this was the last time.
        again: Option<Instant>,
    },
}

/// Writes down how deliveries went. That something arrived is true whoever holds it by now.
///
/// # Errors
/// When the database refuses.
pub async fn record(
    tx: &mut Tx,
    webhook: WebhookId,
    all: &[(Delivery, DeliveryOutcome)],
    now: Instant,
) -> Result<(), Error> {
    let row = |(delivery, outcome): &(Delivery, DeliveryOutcome)| {
        let (state, why, again) = match outcome {
            DeliveryOutcome::Arrived => ("delivered", None, None),
            DeliveryOutcome::Failed { why, again: Some(again) } => {
                ("queued", Some(why), Some(*again))
            }
            DeliveryOutcome::Failed { why, again: None } => ("dead", Some(why), None),
        };
        json!({
            "event_id": sets::id(delivery.event.id.0),
            "state": state,
            "failure": why,
            "next_try_at": sets::at(again.unwrap_or(now)),
            "ended_at": again.is_none().then(|| sets::at(now)),
            "until": sets::at(delivery.until),
        })
    };
    let rows = all.iter().map(row).collect();
    tx.query(RECORD).rows(rows).bind(webhook.0).execute().await.map(drop)
}

const RECORD: Sql = over_rows!(
    "update webhook_deliveries set state = r.state, failure = r.failure,
       next_try_at = r.next_try_at, ended_at = r.ended_at, leased_until = null,
       attempts = attempts + 1
     from",
    "$1",
    [event_id: uuid, state: text, failure: text, next_try_at: timestamptz, ended_at: timestamptz,
     until: timestamptz],
    "where webhook_deliveries.event_id = r.event_id and webhook_deliveries.webhook_id = $2
       and (r.state = 'delivered'
         or (webhook_deliveries.state = 'sending' and webhook_deliveries.leased_until = r.until))"
);

/// What is tried no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dead {
    pub event: EventId,
    /// What it tells.
    pub kind: String,
    /// When it happened.
    pub at: Instant,
    /// How often it was tried.
    pub attempts: i32,
    /// What the system said last.
    pub failure: Option<String>,
    /// When it was last tried.
    pub failed_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct DeadRow {
    event_id: Uuid,
    kind: String,
    at: Instant,
    attempts: i32,
    failure: Option<String>,
    ended_at: Option<Instant>,
}

/// A page of what is no longer tried, in the order of its ids, after this one.
///
/// # Errors
/// When the database refuses.
pub async fn dead(
    tx: &mut Tx,
    webhook: WebhookId,
    after: Option<EventId>,
    limit: i64,
) -> Result<Vec<Dead>, Error> {
    let rows: Vec<DeadRow> = tx
        .query(
            "select d.event_id, e.kind, e.at, d.attempts, d.failure, d.ended_at
             from webhook_deliveries d join outgoing_events e on e.id = d.event_id
             where d.webhook_id = $1 and d.state = 'dead' and d.event_id > $2
             order by d.event_id limit $3",
        )
        .bind(webhook.0)
        .bind(after.map_or(Uuid::nil(), |id| id.0))
        .bind(limit)
        .all()
        .await?;
    let read = |row: DeadRow| Dead {
        event: EventId(row.event_id),
        kind: row.kind,
        at: row.at,
        attempts: row.attempts,
        failure: row.failure,
        failed_at: row.ended_at,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Tries again what was given up: these events, or all of them. Says how many.
///
/// # Errors
/// When the database refuses.
pub async fn replay(
    tx: &mut Tx,
    webhook: WebhookId,
    events: Option<&[EventId]>,
    now: Instant,
) -> Result<u64, Error> {
    let statement = match events {
        None => tx.query(REPLAY_ALL),
        Some(events) => tx.query(REPLAY).ids(events.iter().map(|event| event.0)),
    };
    statement.bind(webhook.0).bind(now).execute().await
}

const REPLAY_ALL: &str = "update webhook_deliveries
    set state = 'queued', attempts = 0, next_try_at = $2, ended_at = null
    where webhook_id = $1 and state = 'dead'";

const REPLAY: Sql = any_id!(
    "update webhook_deliveries
     set state = 'queued', attempts = 0, next_try_at = $3, ended_at = null
     where webhook_id = $2 and state = 'dead' and event_id in",
    "$1"
);

/// How much waits for each system, and how much was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    pub webhook: WebhookId,
    /// What waits, or is being told.
    pub waiting: i64,
    /// What was given up.
    pub dead: i64,
}

/// How much waits for each system; one for which nothing does is left out.
///
/// # Errors
/// When the database refuses.
pub async fn backlogs(tx: &mut Tx) -> Result<Vec<Backlog>, Error> {
    #[derive(sqlx::FromRow)]
    struct DeliveryRow {
        webhook_id: Uuid,
        waiting: i64,
        dead: i64,
    }
    let rows: Vec<DeliveryRow> = tx
        .query(
            "select webhook_id, count(case when state <> 'dead' then 1 end) as waiting,
               count(case when state = 'dead' then 1 end) as dead
             from webhook_deliveries where state in ('queued', 'sending', 'dead')
             group by webhook_id",
        )
        .all()
        .await?;
    let read = |row: DeliveryRow| {
        let DeliveryRow { webhook_id, waiting, dead } = row;
        Backlog { webhook: WebhookId(webhook_id), waiting, dead }
    };
    Ok(rows.into_iter().map(read).collect())
}
