//! Remembers alarms and drills.

pub mod directory;
pub mod stand_ins;

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use crate::{
    model::{
        alarms::{Alarm, Cause},
        clock::Instant,
        ids::{AlarmId, TeamId, VisitId},
        privacy::sealing::Place,
    },
    store::{
        db::{
            rows::{self, Versioned},
            sets::{self, any_id, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

/// Writes a new alarm, or changes one; the caller holds the lock of its visit.
///
/// # Errors
/// When the database refuses.
pub async fn save(tx: &mut Tx, alarm: &Alarm, now: Instant) -> Result<(), Error> {
    save_all(tx, &[alarm], now).await
}

/// Writes alarms, each as [`save`] does.
///
/// # Errors
/// When the database refuses.
pub async fn save_all(tx: &mut Tx, alarms: &[&Alarm], now: Instant) -> Result<(), Error> {
    if alarms.is_empty() {
        return Ok(());
    }
    let keys = tx.keys();
    let row = |alarm: &&Alarm| {
        Ok(json!({
            "id": sets::id(alarm.id.0),
            "visit_id": alarm.visit.map(|v| sets::id(v.0)),
            "team_id": sets::id(alarm.team.0),
            "state": alarm.state_name(),
            "opened_at": sets::at(alarm.opened_at),
            "has_position": alarm.position.is_some(),
            "body": keys.seal(&Place::new("alarms", alarm.id), alarm)?,
        }))
    };
    let rows = alarms.iter().map(row).collect::<Result<_, Error>>()?;
    tx.query(SAVE).rows(rows).bind(now).execute().await.map(drop)
}

const SAVE: Sql = over_rows!(
    "insert into alarms
       (id, visit_id, team_id, state, opened_at, updated_at, has_position, version, body)
     select r.id, r.visit_id, r.team_id, r.state, r.opened_at, $2, r.has_position, 1, r.body
     from",
    "$1",
    [id: uuid, visit_id: uuid, team_id: uuid, state: text, opened_at: timestamptz,
     has_position: boolean, body: jsonb],
    "where true
     on conflict (id) do update set state = excluded.state, updated_at = excluded.updated_at,
       has_position = excluded.has_position, version = alarms.version + 1, body = excluded.body"
);

/// The visits of these alarms that are there; a drill has none.
///
/// # Errors
/// When the database refuses.
pub async fn visits_of(
    tx: &mut Tx,
    ids: &[AlarmId],
) -> Result<BTreeMap<AlarmId, Option<VisitId>>, Error> {
    let found: Vec<(Uuid, Option<Uuid>)> = tx
        .query(any_id!("select id, visit_id from alarms where id in", "$1"))
        .ids(ids.iter().map(|id| id.0))
        .all()
        .await?;
    Ok(found.into_iter().map(|(id, visit)| (AlarmId(id), visit.map(VisitId))).collect())
}

/// Those of these alarms that nobody else holds right now, kept from others until this unit of work
/// ends; in no order. The caller holds their visits.
///
/// # Errors
/// When the database refuses, or one of them cannot be read.
pub async fn try_lock_all(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = AlarmId>,
) -> Result<Vec<Versioned<Alarm>>, Error> {
    tx.query(TRY_LOCK_ALL).ids(ids.into_iter().map(|id| id.0)).all_items("alarms").await
}

const TRY_LOCK_ALL: Sql = Sql {
    sqlite: any_id!("select id, version, body from alarms where id in", "$1").sqlite,
    postgres: any_id!(
        "select id, version, body from alarms where id in",
        "$1",
        " order by id for update skip locked"
    )
    .postgres,
};

/// The alarm, to look at.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: AlarmId) -> Result<Versioned<Alarm>, Error> {
    tx.query("select id, version, body from alarms where id = $1").bind(id.0).item("alarms").await
}

/// The alarm, kept from others until this unit of work ends.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn lock(tx: &mut Tx, id: AlarmId) -> Result<Versioned<Alarm>, Error> {
    tx.query(Sql {
        sqlite: "select id, version, body from alarms where id = $1",
        postgres: "select id, version, body from alarms where id = $1 for update",
    })
    .bind(id.0)
    .item("alarms")
    .await
}

/// The same, without waiting: nothing when somebody else holds it right now.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn try_lock(tx: &mut Tx, id: AlarmId) -> Result<Option<Versioned<Alarm>>, Error> {
    let found = tx
        .query(Sql {
            sqlite: "select id, version, body from alarms where id = $1",
            postgres: "select id, version, body from alarms where id = $1 for update skip locked",
        })
        .bind(id.0)
        .maybe("alarms")
        .await?;
    match found {
        Some(found) => Ok(Some(found)),
        None => load(tx, id).await.map(|_| None),
    }
}

/// The visit of an alarm; a drill has none.
///
/// # Errors
/// [`Error::NotFound`] when there is no such alarm.
pub async fn visit_of(tx: &mut Tx, id: AlarmId) -> Result<Option<VisitId>, Error> {
    #[derive(sqlx::FromRow)]
    struct FoundAlarm {
        visit_id: Option<Uuid>,
    }
    let found: FoundAlarm =
        tx.query("select visit_id from alarms where id = $1").bind(id.0).one().await?;
    Ok(found.visit_id.map(VisitId))
}

/// The alarms that are not closed, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn not_closed(tx: &mut Tx) -> Result<Vec<Versioned<Alarm>>, Error> {
    tx.query(
            "select id, version, body from alarms where state <> 'closed' order by opened_at limit 1000",
        ).items("alarms").await
}

/// A team's alarms in this state (empty for all) opened before `before`, the latest first.
///
/// # Errors
/// When the database refuses.
pub async fn of_team(
    tx: &mut Tx,
    team: TeamId,
    state: &str,
    before: Instant,
    limit: i64,
) -> Result<Vec<Versioned<Alarm>>, Error> {
    let limit = rows::fetch(tx, "alarms", limit);
    tx.query(
        "select id, version, body from alarms
             where team_id = $1 and ($2 = '' or state = $2) and opened_at < $3
             order by opened_at desc limit $4",
    )
    .bind(team.0)
    .bind(state)
    .bind(before)
    .bind(limit)
    .items("alarms")
    .await
}

/// A team's drills, the latest first.
///
/// # Errors
/// When the database refuses.
pub async fn drills(tx: &mut Tx, team: TeamId, limit: i64) -> Result<Vec<Versioned<Alarm>>, Error> {
    let all =
        of_team(tx, team, "", super::visits::visit_lists::AfterVisit::start().starts_at, 1000)
            .await?;
    let drills = all.into_iter().filter(|a| a.item.cause == Cause::Drill);
    Ok(drills.take(usize::try_from(limit).unwrap_or(0)).collect())
}

/// How many alarms are open or owned.
///
/// # Errors
/// When the database refuses.
pub async fn count_not_closed(tx: &mut Tx) -> Result<i64, Error> {
    #[derive(sqlx::FromRow)]
    struct AlarmCount {
        n: i64,
    }
    let count: AlarmCount =
        tx.query("select count(*) as n from alarms where state <> 'closed'").one().await?;
    Ok(count.n)
}

/// An alarm that changed, for the live board.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct ChangedAlarm {
    pub id: Uuid,
    /// Its visit; a drill has none.
    pub visit_id: Option<Uuid>,
    pub team_id: Uuid,
    pub version: i64,
    pub updated_at: Instant,
}

/// The alarms that changed since `since`, the oldest change first.
///
/// # Errors
/// When the database refuses.
pub async fn changed_since(tx: &mut Tx, since: Instant) -> Result<Vec<ChangedAlarm>, Error> {
    tx.query(
        "select id, visit_id, team_id, version, updated_at from alarms
         where updated_at >= $1 order by updated_at limit 1000",
    )
    .bind(since)
    .all()
    .await
}
