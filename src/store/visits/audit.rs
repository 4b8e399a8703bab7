//! Remembers what the auditor found, and looks for what should not be.

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{AlarmId, VisitId},
        privacy::sealing::Place,
        visits::audit::AuditReport,
    },
    store::{
        db::{sets::any_id, sql::Sql, tx::Tx},
        error::Error,
    },
};

#[derive(sqlx::FromRow)]
struct AuditId {
    id: Uuid,
}

#[derive(sqlx::FromRow)]
struct AuditCount {
    n: i64,
}

/// How much is mended in one look; the next look goes on.
const MOST: i64 = 200;

/// What a part of a long list came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPart {
    /// The visits that should not be so.
    pub found: Vec<VisitId>,
    /// Where the next look begins: after this one, or at the beginning.
    pub next: Option<VisitId>,
}

impl AuditPart {
    /// What was found up to `end`; when it is as much as is taken at once, the next look goes on there.
    fn new(found: Vec<AuditId>, end: Option<AuditId>) -> Self {
        let found: Vec<_> = found.into_iter().map(|row| VisitId(row.id)).collect();
        let is_full = i64::try_from(found.len()).is_ok_and(|many| many >= MOST);
        let last = found.last().copied().filter(|_| is_full);
        Self { next: last.or(end.map(|row| VisitId(row.id))), found }
    }
}

fn begin(after: Option<VisitId>) -> Uuid {
    after.map_or(Uuid::nil(), |id| id.0)
}

fn end(upto: Option<&AuditId>) -> Uuid {
    upto.map_or(Uuid::max(), |row| row.id)
}

/// Visits that are not over and have no next step, among the first `most` after this one. One under
/// way whose open alarm has one does not need its own.
///
/// # Errors
/// When the database refuses.
pub async fn unwatched(tx: &mut Tx, after: Option<VisitId>, most: i64) -> Result<AuditPart, Error> {
    let upto: Option<AuditId> =
        tx.query(OPEN_UPTO).bind(begin(after)).bind(most - 1).optional().await?;
    let found: Vec<AuditId> =
        tx.query(UNWATCHED).bind(begin(after)).bind(end(upto.as_ref())).bind(MOST).all().await?;
    Ok(AuditPart::new(found, upto))
}

/// SQLite would rather read all that is open and sort it.
const OPEN_UPTO: Sql = Sql {
    sqlite: "select id from visits indexed by visits_open_by_id
             where status in ('awaiting-approval', 'planned', 'under-way') and id > $1
             order by id limit 1 offset $2",
    postgres: "select id from visits
               where status in ('awaiting-approval', 'planned', 'under-way') and id > $1
               order by id limit 1 offset $2",
};

macro_rules! unwatched {
    ($visits:literal) => {
        concat!(
            "select id from ",
            $visits,
            " where status in ('awaiting-approval', 'planned', 'under-way')
                and id > $1 and id <= $2
                and not exists (select 1 from jobs where kind = 'visit' and subject = v.id)
                and not exists (select 1 from alarms a
                  where a.id = v.alarm_id and a.state <> 'closed' and v.status = 'under-way')
              order by id limit $3"
        )
    };
}

const UNWATCHED: Sql = Sql {
    sqlite: unwatched!("visits v indexed by visits_open_by_id"),
    postgres: unwatched!("visits v"),
};

/// Visits under way.
///
/// # Errors
/// When the database refuses.
pub async fn under_way(tx: &mut Tx) -> Result<Vec<VisitId>, Error> {
    let found: Vec<AuditId> =
        tx.query("select id from visits where status = 'under-way' order by id").all().await?;
    Ok(found.into_iter().map(|row| VisitId(row.id)).collect())
}

/// Alarms that are not closed and have no next step.
///
/// # Errors
/// When the database refuses.
pub async fn stuck(tx: &mut Tx) -> Result<Vec<AlarmId>, Error> {
    let found: Vec<AuditId> = tx
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
    let found: Vec<AuditId> = tx
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

/// Visits that are gone while a step about them is left, among the first `most` steps after this one.
///
/// # Errors
/// When the database refuses.
pub async fn gone_visits(
    tx: &mut Tx,
    after: Option<VisitId>,
    most: i64,
) -> Result<AuditPart, Error> {
    let upto: Option<AuditId> = tx
        .query(
            "select subject as id from jobs where kind = 'visit' and subject > $1
             order by subject limit 1 offset $2",
        )
        .bind(begin(after))
        .bind(most - 1)
        .optional()
        .await?;
    let found: Vec<AuditId> = tx
        .query(
            "select subject as id from jobs where kind = 'visit' and subject > $1 and subject <= $2
               and not exists (select 1 from visits where id = subject)
             order by subject limit $3",
        )
        .bind(begin(after))
        .bind(end(upto.as_ref()))
        .bind(MOST)
        .all()
        .await?;
    Ok(AuditPart::new(found, upto))
}

/// Alarms that are gone while a step about them is left.
///
/// # Errors
/// When the database refuses.
pub async fn gone_alarms(tx: &mut Tx) -> Result<Vec<AlarmId>, Error> {
    let found: Vec<AuditId> = tx
        .query(
            "select subject as id from jobs where kind = 'alarm'
               and not exists (select 1 from alarms where id = subject) limit $1",
        )
        .bind(MOST)
        .all()
        .await?;
    Ok(found.into_iter().map(|row| AlarmId(row.id)).collect())
}

/// Takes away what is left of steps about visits and alarms that are gone; tells how many.
///
/// # Errors
/// When the database refuses.
pub async fn remove_orphans(
    tx: &mut Tx,
    visits: &[VisitId],
    alarms: &[AlarmId],
) -> Result<i64, Error> {
    let visits = tx.query(REMOVE_VISITS).ids(visits.iter().map(|id| id.0)).execute().await?;
    let alarms = tx.query(REMOVE_ALARMS).ids(alarms.iter().map(|id| id.0)).execute().await?;
    Ok(i64::try_from(visits + alarms).unwrap_or(i64::MAX))
}

const REMOVE_VISITS: Sql = any_id!(
    "delete from jobs where kind = 'visit'
       and not exists (select 1 from visits where id = subject) and subject in",
    "$1"
);

const REMOVE_ALARMS: Sql = any_id!(
    "delete from jobs where kind = 'alarm'
       and not exists (select 1 from alarms where id = subject) and subject in",
    "$1"
);

/// How many steps were due before `before`.
///
/// # Errors
/// When the database refuses.
pub async fn late_steps(tx: &mut Tx, before: Instant) -> Result<i64, Error> {
    let count: AuditCount =
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
    let count: AuditCount = tx
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

/// How many messages that are to be sent were written after `after`.
///
/// # Errors
/// When the database refuses.
pub async fn messages_ahead(tx: &mut Tx, after: Instant) -> Result<i64, Error> {
    let count: AuditCount = tx
        .query(
            "select count(*) as n from messages
             where state in ('queued', 'sending') and created_at > $1",
        )
        .bind(after)
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
pub async fn keep(tx: &mut Tx, report: &AuditReport) -> Result<(), Error> {
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
pub async fn last(tx: &mut Tx) -> Result<Option<AuditReport>, Error> {
    let row: Option<(Json<Value>,)> =
        tx.query("select body from settings where key = $1").bind(NAME).optional().await?;
    row.map(|(body,)| tx.keys().open(&place(), body.0)).transpose()
}
