//! Remembers what the auditor found, and looks for what should not be.

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Error, Tx};
use crate::model::{
    audit::Report,
    clock::Instant,
    ids::{AlarmId, VisitId},
    sealing::Place,
};

#[derive(sqlx::FromRow)]
struct Id {
    id: Uuid,
}

#[derive(sqlx::FromRow)]
struct Count {
    n: i64,
}

/// How much is mended in one look; the next look goes on.
const MOST: i64 = 200;

/// Visits that are not over and have no next step. One under way whose open alarm has one does not
/// need its own.
///
/// # Errors
/// When the database refuses.
pub async fn unwatched(tx: &mut Tx) -> Result<Vec<VisitId>, Error> {
    let found: Vec<Id> = tx
        .query(
            "select id from visits v
             where status in ('awaiting-approval', 'planned', 'under-way')
               and not exists (select 1 from jobs where kind = 'visit' and subject = v.id)
               and not exists (select 1 from alarms a
                 where a.id = v.alarm_id and a.state <> 'closed' and v.status = 'under-way')
             order by starts_at limit $1",
        )
        .bind(MOST)
        .all()
        .await?;
    Ok(found.into_iter().map(|row| VisitId(row.id)).collect())
}

/// Visits under way.
///
/// # Errors
/// When the database refuses.
pub async fn under_way(tx: &mut Tx) -> Result<Vec<VisitId>, Error> {
    let found: Vec<Id> =
        tx.query("select id from visits where status = 'under-way' order by id").all().await?;
    Ok(found.into_iter().map(|row| VisitId(row.id)).collect())
}

/// Alarms that are not closed and have no next step.
///
/// # Errors
/// When the database refuses.
pub async fn stuck(tx: &mut Tx) -> Result<Vec<AlarmId>, Error> {
    let found: Vec<Id> = tx
        .query(
            "select id from alarms a where state <> 'closed'
               and not exists (select 1 from jobs where kind = 'alarm' and subject = a.id)
             order by opened_at limit $1",
        )
        .bind(MOST)
        .all()
        .await?;
    Ok(found.into_iter().map(|row| AlarmId(row.id)).collect())
}

/// Alarms that are not closed, were opened after `now` and wait for a time after that, or whose next
/// step is after `latest`.
///
/// # Errors
/// When the database refuses.
pub async fn far_ahead(tx: &mut Tx, now: Instant, latest: Instant) -> Result<Vec<AlarmId>, Error> {
    let found: Vec<Id> = tx
        .query(
            "select a.id as id from alarms a join jobs j on j.kind = 'alarm' and j.subject = a.id
             where a.state <> 'closed'
               and (a.opened_at > $1 and j.due_at >= a.opened_at or j.due_at > $2)
             limit $3",
        )
        .bind(now)
        .bind(latest)
        .bind(MOST)
        .all()
        .await?;
    Ok(found.into_iter().map(|row| AlarmId(row.id)).collect())
}

/// Takes away steps about visits and alarms that are gone; tells how many.
///
/// # Errors
/// When the database refuses.
pub async fn remove_orphans(tx: &mut Tx) -> Result<i64, Error> {
    let gone = tx
        .query(
            "delete from jobs
             where kind = 'visit' and not exists (select 1 from visits where id = subject)
                or kind = 'alarm' and not exists (select 1 from alarms where id = subject)",
        )
        .execute()
        .await?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

/// How many steps were due before `before`.
///
/// # Errors
/// When the database refuses.
pub async fn late_steps(tx: &mut Tx, before: Instant) -> Result<i64, Error> {
    let count: Count =
        tx.query("select count(*) as n from jobs where due_at < $1").bind(before).one().await?;
    Ok(count.n)
}

/// How many messages should have been taken up before `before` and are in nobody's hands, or were
/// taken up again and again since `long_before`.
///
/// # Errors
/// When the database refuses.
pub async fn late_messages(
    tx: &mut Tx,
    before: Instant,
    long_before: Instant,
) -> Result<i64, Error> {
    let count: Count = tx
        .query(
            "select count(*) as n from messages
             where state in ('queued', 'sending') and next_try_at < $1
               and (leased_until is null or leased_until < $1 or next_try_at < $2)",
        )
        .bind(before)
        .bind(long_before)
        .one()
        .await?;
    Ok(count.n)
}

/// Lets messages that were written after `after` be sent at `now`; tells how many there are.
///
/// # Errors
/// When the database refuses.
pub async fn hurry_messages(tx: &mut Tx, after: Instant, now: Instant) -> Result<i64, Error> {
    let hurried = tx
        .query(
            "update messages set next_try_at = $1, created_at = $1, leased_until = null,
               state = 'queued'
             where state in ('queued', 'sending') and created_at > $2",
        )
        .bind(now)
        .bind(after)
        .execute()
        .await?;
    Ok(i64::try_from(hurried).unwrap_or(i64::MAX))
}

const NAME: &str = "audit";

fn place() -> Place {
    Place::new("settings", NAME)
}

/// Keeps what the last look found.
///
/// # Errors
/// When the database refuses.
pub async fn keep(tx: &mut Tx, report: &Report) -> Result<(), Error> {
    tx.query(
        "insert into settings (key, body) values ($1, $2)
         on conflict (key) do update set body = excluded.body",
    )
    .bind(NAME)
    .seal(&place(), report)
    .execute()
    .await
    .map(drop)
}

/// What the last look found, if there was one.
///
/// # Errors
/// When the database refuses.
pub async fn last(tx: &mut Tx) -> Result<Option<Report>, Error> {
    let row: Option<(Json<Value>,)> =
        tx.query("select body from settings where key = $1").bind(NAME).optional().await?;
    row.map(|(body,)| tx.keys().open(&place(), body.0)).transpose()
}
