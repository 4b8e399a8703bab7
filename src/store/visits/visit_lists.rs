//! Lists of visits: of somebody, of a team, of a time, and what changed lately.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{PersonId, TeamId},
        visits::Visit,
    },
    store::{
        db::{
            rows::{self, Versioned},
            tx::Tx,
        },
        error::Error,
    },
};

/// Where a page of visits begins: the start and id of the last one seen.
#[derive(Clone, Copy, Debug)]
pub struct AfterVisit {
    pub starts_at: Instant,
    pub id: Uuid,
}

impl AfterVisit {
    /// Before the first: pages run from the latest start backwards.
    pub fn start() -> Self {
        // Far enough ahead for any visit, and a year that both databases and their text form know.
        let far = Instant::UNIX_EPOCH + TimeDelta::days(365 * 200);
        Self { starts_at: far, id: Uuid::max() }
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// A person's own.
    Person(PersonId),
    Team(TeamId),
}

/// A page of theirs, of a person also those that they go along on; the latest first. `status` is one
/// name or empty for all.
///
/// # Errors
/// When the database refuses.
pub async fn page_of(
    tx: &mut Tx,
    whose: Whose,
    status: &str,
    after: AfterVisit,
    limit: i64,
) -> Result<Vec<Versioned<Visit>>, Error> {
    macro_rules! page_of {
        ($theirs:literal) => {
            concat!(
                "select id, version, body from visits where ",
                $theirs,
                " and ($2 = '' or status = $2)
                  and (starts_at < $3 or (starts_at = $3 and id < $4))
                  order by starts_at desc, id desc limit $5"
            )
        };
    }
    let (sql, id) = match whose {
        Whose::Person(person) => (
            page_of!(
                "(worker_id = $1
                  or id in (select visit_id from visit_colleagues where person_id = $1))"
            ),
            person.0,
        ),
        Whose::Team(team) => (page_of!("team_id = $1"), team.0),
    };
    let limit = rows::fetch(tx, "visits", limit);
    tx.query(sql)
        .bind(id)
        .bind(status)
        .bind(after.starts_at)
        .bind(after.id)
        .bind(limit)
        .items("visits")
        .await
}

/// Those that start between these moments and take place, the next first.
///
/// # Errors
/// When the database refuses.
pub async fn between(
    tx: &mut Tx,
    whose: Whose,
    (from, until): (Instant, Instant),
    limit: i64,
) -> Result<Vec<Versioned<Visit>>, Error> {
    macro_rules! between {
        ($column:literal) => {
            concat!(
                "select id, version, body from visits where ",
                $column,
                " = $1 and starts_at >= $2 and starts_at < $3 and status <> 'cancelled'
                  order by starts_at, id limit $4"
            )
        };
    }
    let (sql, id) = match whose {
        Whose::Person(person) => (between!("worker_id"), person.0),
        Whose::Team(team) => (between!("team_id"), team.0),
    };
    let limit = rows::fetch(tx, "visits", limit);
    tx.query(sql).bind(id).bind(from).bind(until).bind(limit).items("visits").await
}

/// A page of all visits; the latest first.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    tx: &mut Tx,
    after: AfterVisit,
    limit: i64,
) -> Result<Vec<Versioned<Visit>>, Error> {
    let limit = rows::fetch(tx, "visits", limit);
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
pub struct ChangedVisit {
    pub id: Uuid,
    pub team_id: Uuid,
    pub worker_id: Uuid,
    /// Its alarm that is not closed.
    pub alarm_id: Option<Uuid>,
    pub version: i64,
    pub updated_at: Instant,
}

/// The visits that changed since `since`, oldest change first.
///
/// # Errors
/// When the database refuses.
pub async fn changed_since(tx: &mut Tx, since: Instant) -> Result<Vec<ChangedVisit>, Error> {
    tx.query(
        "select id, team_id, worker_id, alarm_id, version, updated_at from visits
         where updated_at >= $1 order by updated_at limit 1000",
    )
    .bind(since)
    .all()
    .await
}
