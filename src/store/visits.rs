//! Remembers visits: the whole in a body, with columns for what is looked up.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::{
    Error, Tx,
    db::Sql,
    rows::{self, Versioned},
    sealed::any_of,
    sets::{self, any_id, over_rows},
};
use crate::model::{
    clock::Instant,
    ids::{PersonId, TeamId, VisitId},
    phone::Phone,
    sealing::{Column, Place},
    visits::Visit,
};

/// Writes a new visit with the numbers and people that may answer for it.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &mut Tx, visit: &Visit, now: Instant) -> Result<(), Error> {
    tx.query(
        "insert into visits
           (id, team_id, worker_id, status, starts_at, updated_at, alarm_id, version, body)
         values ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
    )
    .bind(visit.id.0)
    .bind(visit.team.0)
    .bind(visit.worker.id.0)
    .bind(visit.status().name())
    .bind(visit.plan.starts_at)
    .bind(now)
    .bind(visit.alarm.map(|a| a.0))
    .seal(&Place::new("visits", visit.id), visit)
    .execute()
    .await?;
    note_people(tx, visit).await
}

/// Loads a visit and keeps others from changing it until this unit of work ends.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn lock(tx: &mut Tx, id: VisitId) -> Result<Versioned<Visit>, Error> {
    tx.query(Sql {
        sqlite: "select id, version, body from visits where id = $1",
        postgres: "select id, version, body from visits where id = $1 for update",
    })
    .bind(id.0)
    .item("visits")
    .await
}

/// The same, without waiting: nothing when somebody else holds it right now. For whoever holds
/// other rows already, and must not wait in a circle.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn try_lock(tx: &mut Tx, id: VisitId) -> Result<Option<Versioned<Visit>>, Error> {
    let found = tx
        .query(Sql {
            sqlite: "select id, version, body from visits where id = $1",
            postgres: "select id, version, body from visits where id = $1 for update skip locked",
        })
        .bind(id.0)
        .maybe("visits")
        .await?;
    match found {
        Some(found) => Ok(Some(found)),
        None => load(tx, id).await.map(|_| None),
    }
}

/// Loads a visit to look at.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: VisitId) -> Result<Versioned<Visit>, Error> {
    tx.query("select id, version, body from visits where id = $1").bind(id.0).item("visits").await
}

/// Those of these visits that nobody else holds right now, kept from others until this unit of work
/// ends; in no order. Nobody is waited for, as by [`try_lock`].
///
/// # Errors
/// When the database refuses, or one of them cannot be read.
pub async fn try_lock_all(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = VisitId>,
) -> Result<Vec<Versioned<Visit>>, Error> {
    tx.query(TRY_LOCK_ALL).ids(ids.into_iter().map(|id| id.0)).items("visits").await
}

const TRY_LOCK_ALL: Sql = Sql {
    sqlite: any_id!("select id, version, body from visits where id in", "$1").sqlite,
    postgres: any_id!(
        "select id, version, body from visits where id in",
        "$1",
        " order by id for update skip locked"
    )
    .postgres,
};

/// Changes a visit that is still at `version`; answers with its new version.
///
/// # Errors
/// [`Error::Stale`] when it is not.
pub async fn save(tx: &mut Tx, visit: &Visit, version: i64, now: Instant) -> Result<i64, Error> {
    save_all(tx, &[(visit, version)], now).await?;
    Ok(version + 1)
}

/// Changes visits, each of which is still at its version.
///
/// # Errors
/// [`Error::Stale`] when one of them is not.
pub async fn save_all(tx: &mut Tx, all: &[(&Visit, i64)], now: Instant) -> Result<(), Error> {
    if all.is_empty() {
        return Ok(());
    }
    let keys = tx.keys();
    let row = |(visit, version): &(&Visit, i64)| {
        Ok(json!({
            "id": sets::id(visit.id.0),
            "version": version,
            "status": visit.status().name(),
            "starts_at": sets::at(visit.plan.starts_at),
            "alarm_id": visit.alarm.map(|a| sets::id(a.0)),
            "body": keys.seal(&Place::new("visits", visit.id), visit)?,
        }))
    };
    let rows = all.iter().map(row).collect::<Result<_, Error>>()?;
    let changed = tx.query(SAVE).rows(rows).bind(now).execute().await?;
    if changed == all.len() as u64 { Ok(()) } else { Err(Error::Stale) }
}

const SAVE: Sql = over_rows!(
    "update visits set status = r.status, starts_at = r.starts_at, updated_at = $2,
       alarm_id = r.alarm_id, version = visits.version + 1, body = r.body
     from",
    "$1",
    [id: uuid, version: bigint, status: text, starts_at: timestamptz, alarm_id: uuid,
     body: jsonb],
    "where visits.id = r.id and visits.version = r.version"
);

/// Notes that a visit's silent alarm is over: no version, no change that a screen could show. The
/// worker's phone must not move when somebody closes what it never showed.
///
/// # Errors
/// [`Error::Stale`] when the visit is not at `version`.
pub async fn save_unseen(tx: &mut Tx, visit: &Visit, version: i64) -> Result<i64, Error> {
    tx.query("update visits set alarm_id = $1, body = $2 where id = $3 and version = $4")
        .bind(visit.alarm.map(|a| a.0))
        .seal(&Place::new("visits", visit.id), visit)
        .bind(visit.id.0)
        .bind(version)
        .execute()
        .await
        .and_then(rows::changed)?;
    Ok(version)
}

/// Notes anew who may answer for a visit.
///
/// # Errors
/// When the database refuses.
pub async fn note_people(tx: &mut Tx, visit: &Visit) -> Result<(), Error> {
    for number in visit.numbers_out() {
        tx.query(
            "insert into visit_numbers (number, visit_id) values ($1, $2) on conflict do nothing",
        )
        .index(Column::VisitNumber, number.as_str())
        .bind(visit.id.0)
        .execute()
        .await?;
    }
    for person in visit.plan.colleagues.iter().filter_map(|c| c.person_id) {
        tx.query(
            "insert into visit_colleagues (person_id, visit_id) values ($1, $2)
             on conflict do nothing",
        )
        .bind(person.0)
        .bind(visit.id.0)
        .execute()
        .await?;
    }
    Ok(())
}

/// Forgets who may answer for a visit.
///
/// # Errors
/// When the database refuses.
pub async fn forget_people(tx: &mut Tx, id: VisitId) -> Result<(), Error> {
    tx.query("delete from visit_numbers where visit_id = $1").bind(id.0).execute().await?;
    tx.query("delete from visit_colleagues where visit_id = $1")
        .bind(id.0)
        .execute()
        .await
        .map(drop)
}

/// The visits that are not over for which this number may answer.
///
/// # Errors
/// When the database refuses.
pub async fn by_number(tx: &mut Tx, number: &Phone) -> Result<Vec<VisitId>, Error> {
    #[derive(sqlx::FromRow)]
    struct Found {
        visit_id: Uuid,
    }
    let found: Vec<Found> = tx
        .query(any_of!(
            "select distinct visit_id from visit_numbers where number in",
            "$1",
            " order by visit_id"
        ))
        .any_index(Column::VisitNumber, number.as_str())
        .all()
        .await?;
    Ok(found.into_iter().map(|f| VisitId(f.visit_id)).collect())
}

/// Where a page of visits begins: the start and id of the last one seen.
#[derive(Clone, Copy, Debug)]
pub struct After {
    /// Its start.
    pub starts_at: Instant,
    /// Its id.
    pub id: Uuid,
}

impl After {
    /// Before the first: pages run from the latest start backwards.
    pub fn start() -> Self {
        // Far enough ahead for any visit, and a year that both databases and their text form know.
        let far = Instant::UNIX_EPOCH + TimeDelta::days(365 * 200);
        Self { starts_at: far, id: Uuid::max() }
    }
}

/// A page of somebody's visits, own ones and those that they go along on; the latest first.
/// `status` is one name or empty for all.
///
/// # Errors
/// When the database refuses.
pub async fn of_person(
    tx: &mut Tx,
    person: PersonId,
    status: &str,
    after: After,
    limit: i64,
) -> Result<Vec<Versioned<Visit>>, Error> {
    tx.query(
        "select id, version, body from visits
             where (worker_id = $1
                    or id in (select visit_id from visit_colleagues where person_id = $1))
               and ($2 = '' or status = $2)
               and (starts_at < $3 or (starts_at = $3 and id < $4))
             order by starts_at desc, id desc limit $5",
    )
    .bind(person.0)
    .bind(status)
    .bind(after.starts_at)
    .bind(after.id)
    .bind(limit)
    .items("visits")
    .await
}

/// A page of a team's visits; the latest first.
///
/// # Errors
/// When the database refuses.
pub async fn of_team(
    tx: &mut Tx,
    team: TeamId,
    status: &str,
    after: After,
    limit: i64,
) -> Result<Vec<Versioned<Visit>>, Error> {
    tx.query(
        "select id, version, body from visits
             where team_id = $1 and ($2 = '' or status = $2)
               and (starts_at < $3 or (starts_at = $3 and id < $4))
             order by starts_at desc, id desc limit $5",
    )
    .bind(team.0)
    .bind(status)
    .bind(after.starts_at)
    .bind(after.id)
    .bind(limit)
    .items("visits")
    .await
}

/// Those of a person that start between these moments and take place, the next first.
///
/// # Errors
/// When the database refuses.
pub async fn of_person_between(
    tx: &mut Tx,
    person: PersonId,
    from: Instant,
    until: Instant,
    limit: i64,
) -> Result<Vec<Versioned<Visit>>, Error> {
    tx.query(
        "select id, version, body from visits
         where worker_id = $1 and starts_at >= $2 and starts_at < $3 and status <> 'cancelled'
         order by starts_at, id limit $4",
    )
    .bind(person.0)
    .bind(from)
    .bind(until)
    .bind(limit)
    .items("visits")
    .await
}

/// Those of a team, as [`of_person_between`] says.
///
/// # Errors
/// When the database refuses.
pub async fn of_team_between(
    tx: &mut Tx,
    team: TeamId,
    from: Instant,
    until: Instant,
    limit: i64,
) -> Result<Vec<Versioned<Visit>>, Error> {
    tx.query(
        "select id, version, body from visits
         where team_id = $1 and starts_at >= $2 and starts_at < $3 and status <> 'cancelled'
         order by starts_at, id limit $4",
    )
    .bind(team.0)
    .bind(from)
    .bind(until)
    .bind(limit)
    .items("visits")
    .await
}

/// A page of all visits; the latest first.
///
/// # Errors
/// When the database refuses.
pub async fn page(tx: &mut Tx, after: After, limit: i64) -> Result<Vec<Versioned<Visit>>, Error> {
    tx.query(
        "select id, version, body from visits
         where starts_at < $1 or (starts_at = $1 and id < $2)
         order by starts_at desc, id desc limit $3",
    )
    .bind(after.starts_at)
    .bind(after.id)
    .bind(limit)
    .items("visits")
    .await
}

/// A visit that changed, for the live board.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Changed {
    /// The visit.
    pub id: Uuid,
    /// Its team.
    pub team_id: Uuid,
    /// Its worker.
    pub worker_id: Uuid,
    /// Its alarm that is not closed.
    pub alarm_id: Option<Uuid>,
    /// Its version.
    pub version: i64,
    /// When.
    pub updated_at: Instant,
}

/// The visits that changed since `since`, oldest change first.
///
/// # Errors
/// When the database refuses.
pub async fn changed_since(tx: &mut Tx, since: Instant) -> Result<Vec<Changed>, Error> {
    tx.query(
        "select id, team_id, worker_id, alarm_id, version, updated_at from visits
         where updated_at >= $1 order by updated_at limit 1000",
    )
    .bind(since)
    .all()
    .await
}
