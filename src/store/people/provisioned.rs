//! Remembers what the municipality's directory said of people and teams.

use std::collections::HashMap;

use serde_json::{Map, Value};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{PersonId, TeamId},
        privacy::sealing::{Column, Place},
    },
    store::{
        db::{rows, sealed::any_of, tx::Tx},
        error::Error,
    },
};

/// What the directory said, and whether it has removed it again.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvisionedRecord {
    /// Whether it was removed there; then it is not shown there any more.
    pub hidden: bool,
    /// When it was first said, or said again after it was removed.
    pub created_at: Instant,
    /// When it last changed.
    pub changed_at: Instant,
    /// All of it.
    pub kept: Map<String, Value>,
}

impl ProvisionedRecord {
    fn text(&self, name: &str) -> Option<&str> {
        self.kept.get(name).and_then(Value::as_str)
    }
}

#[derive(sqlx::FromRow)]
struct ProvisionedRow {
    id: Uuid,
    hidden: bool,
    created_at: Instant,
    changed_at: Instant,
    body: Json<Value>,
}

impl ProvisionedRow {
    fn read(self, table: &'static str, tx: &Tx) -> Result<(Uuid, ProvisionedRecord), Error> {
        let kept = tx.keys().open(&Place::new(table, self.id), self.body.0)?;
        let Self { hidden, created_at, changed_at, .. } = self;
        Ok((self.id, ProvisionedRecord { hidden, created_at, changed_at, kept }))
    }
}

/// What was said of this person.
///
/// # Errors
/// When the database refuses.
pub async fn person(tx: &mut Tx, id: PersonId) -> Result<Option<ProvisionedRecord>, Error> {
    let row: Option<ProvisionedRow> = tx
        .query(
            "select person_id as id, hidden, created_at, changed_at, body
             from directory_people where person_id = $1",
        )
        .bind(id.0)
        .optional()
        .await?;
    row.map(|row| Ok(row.read("directory_people", tx)?.1)).transpose()
}

/// What was said of everybody.
///
/// # Errors
/// When the database refuses.
pub async fn people(tx: &mut Tx) -> Result<HashMap<PersonId, ProvisionedRecord>, Error> {
    let rows: Vec<ProvisionedRow> = tx
        .query("select person_id as id, hidden, created_at, changed_at, body from directory_people")
        .all()
        .await?;
    let read = rows.into_iter().map(|row| {
        let (id, record) = row.read("directory_people", tx)?;
        Ok((PersonId(id), record))
    });
    Ok(rows::all_readable(read)?.into_iter().collect())
}

/// Who goes by this name in the directory.
///
/// # Errors
/// When the database refuses.
pub async fn person_named(tx: &mut Tx, name: &str) -> Result<Option<PersonId>, Error> {
    let found: Option<(Uuid,)> = tx
        .query(any_of!("select person_id from directory_people where user_name in", "$1"))
        .any_index(Column::UserName, name)
        .optional()
        .await?;
    Ok(found.map(|(id,)| PersonId(id)))
}

/// Who has this id in the directory.
///
/// # Errors
/// When the database refuses.
pub async fn people_by_external_id(tx: &mut Tx, id: &str) -> Result<Vec<PersonId>, Error> {
    let found: Vec<(Uuid,)> = tx
        .query(any_of!("select person_id from directory_people where external_id in", "$1"))
        .any_index(Column::ExternalId, id)
        .all()
        .await?;
    Ok(found.into_iter().map(|(id,)| PersonId(id)).collect())
}

/// Keeps what is said of a person.
///
/// # Errors
/// [`Error::Stale`] when somebody else goes by that name.
pub async fn save_person(
    tx: &mut Tx,
    id: PersonId,
    record: &ProvisionedRecord,
) -> Result<(), Error> {
    let name = record.text("userName").map(str::to_owned);
    if let Some(name) = &name
        && person_named(tx, name).await?.is_some_and(|other| other != id)
    {
        return Err(Error::Stale);
    }
    let hash = |column, value: Option<&str>| value.map(|v| tx.keys().ring.index(column, v));
    let name = hash(Column::UserName, name.as_deref());
    let external_id = hash(Column::ExternalId, record.text("externalId"));
    tx.query(
        "insert into directory_people
           (person_id, user_name, external_id, hidden, created_at, changed_at, body)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (person_id) do update set user_name = excluded.user_name,
           external_id = excluded.external_id, hidden = excluded.hidden,
           created_at = excluded.created_at, changed_at = excluded.changed_at,
           body = excluded.body",
    )
    .bind(id.0)
    .bind(name)
    .bind(external_id)
    .bind(record.hidden)
    .bind(record.created_at)
    .bind(record.changed_at)
    .seal(&Place::new("directory_people", id), &record.kept)
    .execute()
    .await
    .and_then(rows::changed)
}

/// What was said of all teams.
///
/// # Errors
/// When the database refuses.
pub async fn teams(tx: &mut Tx) -> Result<HashMap<TeamId, ProvisionedRecord>, Error> {
    let rows: Vec<ProvisionedRow> = tx
        .query("select team_id as id, hidden, created_at, changed_at, body from directory_teams")
        .all()
        .await?;
    let read = rows.into_iter().map(|row| {
        let (id, record) = row.read("directory_teams", tx)?;
        Ok((TeamId(id), record))
    });
    Ok(rows::all_readable(read)?.into_iter().collect())
}

/// Keeps what is said of a team.
///
/// # Errors
/// When the database refuses.
pub async fn save_team(tx: &mut Tx, id: TeamId, record: &ProvisionedRecord) -> Result<(), Error> {
    let external_id =
        record.text("externalId").map(|v| tx.keys().ring.index(Column::ExternalId, v));
    tx.query(
        "insert into directory_teams
           (team_id, external_id, hidden, created_at, changed_at, body)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (team_id) do update set external_id = excluded.external_id,
           hidden = excluded.hidden, created_at = excluded.created_at,
           changed_at = excluded.changed_at, body = excluded.body",
    )
    .bind(id.0)
    .bind(external_id)
    .bind(record.hidden)
    .bind(record.created_at)
    .bind(record.changed_at)
    .seal(&Place::new("directory_teams", id), &record.kept)
    .execute()
    .await
    .map(drop)
}
