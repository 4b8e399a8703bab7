//! Remembers the care for employees after an incident.

use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        ids::{CareId, PersonId, TeamId},
        incidents::aftercare::Care,
        privacy::sealing::Place,
    },
    store::{
        db::{
            rows::{self, Versioned},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
        jobs::{self, JobKind},
    },
};

/// Writes new care, and when it next asks for attention.
///
/// # Errors
/// [`Error::Stale`] when the id is there already.
pub async fn insert(tx: &mut Tx, care: &Care) -> Result<(), Error> {
    tx.query(
        "insert into aftercare (id, incident_id, team_id, person_id, version, body)
         values ($1, $2, $3, $4, 1, $5) on conflict (id) do nothing",
    )
    .bind(care.id.0)
    .bind(care.incident.0)
    .bind(care.team.0)
    .bind(care.employee.id.0)
    .seal(&Place::new("aftercare", care.id), care)
    .execute()
    .await
    .and_then(rows::changed)?;
    jobs::set(tx, JobKind::Care, care.id.0, care.next_wake()).await
}

/// Changes care that is still at `version`, and when it next asks for attention.
///
/// # Errors
/// [`Error::Stale`] when it is not.
pub async fn save(tx: &mut Tx, care: &Care, version: i64) -> Result<i64, Error> {
    tx.query(
        "update aftercare set version = version + 1, body = $1 where id = $2 and version = $3",
    )
    .seal(&Place::new("aftercare", care.id), care)
    .bind(care.id.0)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)?;
    jobs::set(tx, JobKind::Care, care.id.0, care.next_wake()).await?;
    Ok(version + 1)
}

/// The care.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: CareId) -> Result<Versioned<Care>, Error> {
    tx.query("select id, version, body from aftercare where id = $1")
        .bind(id.0)
        .item("aftercare")
        .await
}

const PAGE: Sql = Sql {
    sqlite: "select id, version, body from aftercare where id < $1
          and (person_id = $2 or lower(hex(team_id)) in (select value from json_each($3)))
        order by id desc limit $4",
    postgres: "select id, version, body from aftercare where id < $1
          and (person_id = $2 or replace(team_id::text, '-', '') in
               (select jsonb_array_elements_text($3)))
        order by id desc limit $4",
};

/// A page of the care for this person and within these teams, the newest first, older than
/// `before`.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    tx: &mut Tx,
    person: PersonId,
    teams: &[TeamId],
    before: Option<CareId>,
    limit: i64,
) -> Result<Vec<Versioned<Care>>, Error> {
    let teams: Vec<_> = teams.iter().map(|t| t.0.simple().to_string()).collect();
    let limit = rows::fetch(tx, "aftercare", limit);
    tx.query(PAGE)
        .bind(before.map_or(Uuid::max(), |id| id.0))
        .bind(person.0)
        .bind(Json(teams))
        .bind(limit)
        .items("aftercare")
        .await
}
