//! Remembers alarms and drills.

use uuid::Uuid;

use super::{Error, Tx, db::Sql, rows::Versioned};
use crate::model::{
    alarms::{Alarm, Cause},
    clock::Instant,
    ids::{AlarmId, TeamId, VisitId},
    sealing::Place,
};

/// Writes a new alarm, or changes one; the caller holds the lock of its visit.
///
/// # Errors
/// When the database refuses.
pub async fn save(tx: &mut Tx, alarm: &Alarm, now: Instant) -> Result<(), Error> {
    tx.query(
        "insert into alarms
           (id, visit_id, team_id, state, opened_at, updated_at, has_position, version, body)
         values ($1, $2, $3, $4, $5, $6, $7, 1, $8)
         on conflict (id) do update set state = excluded.state, updated_at = excluded.updated_at,
           has_position = excluded.has_position, version = alarms.version + 1,
           body = excluded.body",
    )
    .bind(alarm.id.0)
    .bind(alarm.visit.map(|v| v.0))
    .bind(alarm.team.0)
    .bind(alarm.state_name())
    .bind(alarm.opened_at)
    .bind(now)
    .bind(alarm.position.is_some())
    .seal(&Place::new("alarms", alarm.id), alarm)
    .execute()
    .await
    .map(drop)
}

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
    struct Found {
        visit_id: Option<Uuid>,
    }
    let found: Found =
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
    let all = of_team(tx, team, "", super::visits::After::start().starts_at, 1000).await?;
    let drills = all.into_iter().filter(|a| a.item.cause == Cause::Drill);
    Ok(drills.take(usize::try_from(limit).unwrap_or(0)).collect())
}

/// How many alarms are open or owned.
///
/// # Errors
/// When the database refuses.
pub async fn count_not_closed(tx: &mut Tx) -> Result<i64, Error> {
    #[derive(sqlx::FromRow)]
    struct Count {
        n: i64,
    }
    let count: Count =
        tx.query("select count(*) as n from alarms where state <> 'closed'").one().await?;
    Ok(count.n)
}

/// An alarm that changed, for the live board.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Changed {
    /// The alarm.
    pub id: Uuid,
    /// Its visit; a drill has none.
    pub visit_id: Option<Uuid>,
    /// Its team.
    pub team_id: Uuid,
    /// Its version.
    pub version: i64,
    /// When.
    pub updated_at: Instant,
}

/// The alarms that changed since `since`, the oldest change first.
///
/// # Errors
/// When the database refuses.
pub async fn changed_since(tx: &mut Tx, since: Instant) -> Result<Vec<Changed>, Error> {
    tx.query(
        "select id, visit_id, team_id, version, updated_at from alarms
         where updated_at >= $1 order by updated_at limit 1000",
    )
    .bind(since)
    .all()
    .await
}
