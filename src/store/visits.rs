//! Remembers visits: the whole in a body, with columns for what is looked up.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    Error, Tx,
    db::Sql,
    rows::{self, Row, Versioned},
};
use crate::model::{
    clock::Instant,
    ids::{PersonId, TeamId, VisitId},
    phone::Phone,
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
    .bind(rows::body(visit))
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
        sqlite: "select version, body from visits where id = $1",
        postgres: "select version, body from visits where id = $1 for update",
    })
    .bind(id.0)
    .one::<Row>()
    .await?
    .read()
}

/// The same, without waiting: nothing when somebody else holds it right now. For whoever holds
/// other rows already, and must not wait in a circle.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn try_lock(tx: &mut Tx, id: VisitId) -> Result<Option<Versioned<Visit>>, Error> {
    let found: Option<Row> = tx
        .query(Sql {
            sqlite: "select version, body from visits where id = $1",
            postgres: "select version, body from visits where id = $1 for update skip locked",
        })
        .bind(id.0)
        .optional()
        .await?;
    match found {
        Some(row) => row.read().map(Some),
        None => load(tx, id).await.map(|_| None),
    }
}

/// Loads a visit to look at.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: VisitId) -> Result<Versioned<Visit>, Error> {
    tx.query("select version, body from visits where id = $1").bind(id.0).one::<Row>().await?.read()
}

/// Changes a visit that is still at `version`; answers with its new version.
///
/// # Errors
/// [`Error::Stale`] when it is not.
pub async fn save(tx: &mut Tx, visit: &Visit, version: i64, now: Instant) -> Result<i64, Error> {
    tx.query(
        "update visits set status = $1, starts_at = $2, updated_at = $3, alarm_id = $4,
           version = version + 1, body = $5
         where id = $6 and version = $7",
    )
    .bind(visit.status().name())
    .bind(visit.plan.starts_at)
    .bind(now)
    .bind(visit.alarm.map(|a| a.0))
    .bind(rows::body(visit))
    .bind(visit.id.0)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)?;
    Ok(version + 1)
}

/// Notes that a visit's silent alarm is over: no version, no change that a screen could show. The
/// worker's phone must not move when somebody closes what it never showed.
///
/// # Errors
/// [`Error::Stale`] when the visit is not at `version`.
pub async fn save_unseen(tx: &mut Tx, visit: &Visit, version: i64) -> Result<i64, Error> {
    tx.query("update visits set alarm_id = $1, body = $2 where id = $3 and version = $4")
        .bind(visit.alarm.map(|a| a.0))
        .bind(rows::body(visit))
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
        .bind(number.as_str())
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
        .query("select visit_id from visit_numbers where number = $1 order by visit_id")
        .bind(number.as_str())
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
    rows::read_all(
        tx.query(
            "select version, body from visits
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
        .all()
        .await?,
    )
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
    rows::read_all(
        tx.query(
            "select version, body from visits
             where team_id = $1 and ($2 = '' or status = $2)
               and (starts_at < $3 or (starts_at = $3 and id < $4))
             order by starts_at desc, id desc limit $5",
        )
        .bind(team.0)
        .bind(status)
        .bind(after.starts_at)
        .bind(after.id)
        .bind(limit)
        .all()
        .await?,
    )
}

/// A page of all visits; the latest first.
///
/// # Errors
/// When the database refuses.
pub async fn page(tx: &mut Tx, after: After, limit: i64) -> Result<Vec<Versioned<Visit>>, Error> {
    rows::read_all(
        tx.query(
            "select version, body from visits
             where starts_at < $1 or (starts_at = $1 and id < $2)
             order by starts_at desc, id desc limit $3",
        )
        .bind(after.starts_at)
        .bind(after.id)
        .bind(limit)
        .all()
        .await?,
    )
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
