//! Remembers what other systems are to be told, in the unit of work in which it happens. Where
//! nobody is to be told, nothing is written.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::EventId,
        integrations::outgoing::{Event, EventKind, EventSubject},
        privacy::sealing::Place,
    },
    store::{
        db::{
            rows,
            sealed::DatabaseKeys,
            sets::{self, any_id, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

/// What arrived is remembered for so long, in case somebody asks.
const DELIVERED_FOR: TimeDelta = TimeDelta::days(7);

/// What did not arrive waits for somebody for so long.
const DEAD_FOR: TimeDelta = TimeDelta::days(30);

#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct OutgoingBody {
    about: EventSubject,
    data: Value,
}

/// Notes what happened, for everybody who is to be told. An event is told once, however often it
/// is noted.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn note(tx: &mut Tx, events: &[Event]) -> Result<(), Error> {
    if events.is_empty() {
        return Ok(());
    }
    let rows = events.iter().map(|event| row(event, tx.keys())).collect::<Result<Vec<_>, _>>()?;
    if tx.query(NOTE).rows(rows.clone()).execute().await? > 0 {
        tx.query(ADDRESS).rows(rows).execute().await?;
    }
    Ok(())
}

fn row(event: &Event, keys: &DatabaseKeys) -> Result<Value, Error> {
    let body = OutgoingBody { about: event.about, data: event.data.clone() };
    Ok(json!({
        "id": sets::id(event.id.0),
        "kind": event.kind.name(),
        "at": sets::at(event.at),
        "subject": sets::id(event.about.id()),
        "silent": event.silent,
        "body": keys.seal(&Place::new("outgoing_events", event.id), &body)?,
    }))
}

const NOTE: Sql = over_rows!(
    "insert into outgoing_events (id, kind, at, subject, body)
     select r.id, r.kind, r.at, r.subject, r.body from",
    "$1",
    [id: uuid, kind: text, at: timestamptz, subject: uuid, silent: boolean, body: jsonb],
    "where exists (select 1 from webhooks) on conflict (id) do nothing"
);

const ADDRESS: Sql = over_rows!(
    "insert into webhook_deliveries (event_id, webhook_id, state, attempts, next_try_at)
     select r.id, w.id, 'queued', 0, r.at from webhooks w cross join",
    "$1",
    [id: uuid, kind: text, at: timestamptz, subject: uuid, silent: boolean, body: jsonb],
    "where (w.kinds = '*' or w.kinds like '%|' || r.kind || '|%')
       and (w.silent_alarms or not r.silent)
     on conflict (event_id, webhook_id) do nothing"
);

#[derive(sqlx::FromRow)]
struct OutgoingRow {
    id: Uuid,
    kind: String,
    at: Instant,
    body: Json<Value>,
}

/// These events, the oldest first. One of a kind that only a newer version knows is left to it.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn among(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Event>, Error> {
    let rows: Vec<OutgoingRow> = tx.query(AMONG).ids(ids.iter().copied()).all().await?;
    let mut events = vec![];
    for row in rows {
        let Some(kind) = EventKind::from_name(&row.kind) else { continue };
        let id = EventId(row.id);
        let place = Place::new("outgoing_events", id);
        let body = rows::readable(tx.keys().open(&place, row.body.0))?;
        let Some(OutgoingBody { about, data }) = body else { continue };
        // Who is told of silent alarms was decided when it was noted.
        events.push(Event { id, kind, at: row.at, about, silent: false, data });
    }
    Ok(events)
}

const AMONG: Sql =
    any_id!("select id, kind, at, body from outgoing_events where id in", "$1", " order by at, id");

/// Nothing is told any more of what is no longer kept.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn forget(tx: &mut Tx, subject: Uuid) -> Result<(), Error> {
    for table in [
        "delete from webhook_deliveries where event_id in (
           select id from outgoing_events where subject = $1)",
        "delete from outgoing_events where subject = $1",
    ] {
        tx.query(table).bind(subject).execute().await?;
    }
    Ok(())
}

/// Removes what arrived some time ago, and what nobody looked at for long.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(tx: &mut Tx, now: Instant) -> Result<(), Error> {
    tx.query(
        "delete from webhook_deliveries where ended_at is not null
           and ((state = 'delivered' and ended_at < $1) or (state = 'dead' and ended_at < $2))",
    )
    .bind(now - DELIVERED_FOR)
    .bind(now - DEAD_FOR)
    .execute()
    .await?;
    tx.query(
        "delete from outgoing_events where at < $1 and not exists (
           select 1 from webhook_deliveries where event_id = outgoing_events.id)",
    )
    .bind(now - TimeDelta::hours(1))
    .execute()
    .await
    .map(drop)
}
