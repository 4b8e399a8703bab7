//! Remembers teams, the organisation and the district officers.

use uuid::Uuid;

use super::memberships;
use crate::{
    model::{
        ids::{OfficerId, TeamId},
        people::teams::{Organisation, Team},
        privacy::sealing::Place,
        visits::officers::Officer,
    },
    store::{
        db::{
            rows::{self, Versioned},
            sets::any_id,
            tx::Tx,
        },
        error::Error,
    },
};

const THE_ONE: &str = "organisation";

fn the_one() -> Place {
    Place::new("organisation", THE_ONE)
}

/// The organisation, when it was set up.
///
/// # Errors
/// When the database refuses.
pub async fn organisation(tx: &mut Tx) -> Result<Option<Versioned<Organisation>>, Error> {
    tx.query("select version, body from organisation where id = $1")
        .bind(THE_ONE)
        .maybe_at(&the_one())
        .await
}

/// Sets up or changes the organisation, which is at `version` (0 when it is new).
///
/// # Errors
/// [`Error::Stale`] when it is at another version.
pub async fn save_organisation(tx: &mut Tx, it: &Organisation, version: i64) -> Result<(), Error> {
    tx.query(
        "insert into organisation (id, version, body) values ($1, 1, $2)
         on conflict (id) do update set version = organisation.version + 1, body = excluded.body
         where organisation.version = $3",
    )
    .bind(THE_ONE)
    .seal(&the_one(), it)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)
}

/// Writes a new team.
///
/// # Errors
/// [`Error::Stale`] when the name is taken.
pub async fn insert(tx: &mut Tx, team: &Team) -> Result<(), Error> {
    tx.query(
        "insert into teams (id, name, version, filed_version, body) values ($1, $2, 1, 1, $3)
         on conflict (name) do nothing",
    )
    .bind(team.id.0)
    .bind(team.name.clone())
    .seal(&Place::new("teams", team.id), team)
    .execute()
    .await
    .and_then(rows::changed)?;
    memberships::file(tx, team).await
}

/// Changes a team that is still at `version`.
///
/// # Errors
/// [`Error::Stale`] when it is not.
pub async fn save(tx: &mut Tx, team: &Team, version: i64) -> Result<(), Error> {
    tx.query(
        "update teams set name = $1, version = version + 1, filed_version = version + 1, body = $2
         where id = $3 and version = $4",
    )
    .bind(team.name.clone())
    .seal(&Place::new("teams", team.id), team)
    .bind(team.id.0)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)?;
    memberships::file(tx, team).await
}

/// The team.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: TeamId) -> Result<Versioned<Team>, Error> {
    tx.query("select id, version, body from teams where id = $1").bind(id.0).item("teams").await
}

/// The team, to watch over people with. When it cannot be read nobody of it is known, and so the
/// organisation's ladder stands in.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn to_watch(tx: &mut Tx, id: TeamId) -> Result<Team, Error> {
    match load(tx, id).await {
        Ok(found) => Ok(found.item),
        Err(why) if why.is_unreadable() => Ok(Team::unknown(id)),
        Err(why) => Err(why),
    }
}

/// The organisation, to watch over people with, when it was set up. When it cannot be read its
/// ladder is the usual one.
///
/// # Errors
/// When the database refuses.
pub async fn last_resort(tx: &mut Tx) -> Result<Option<Organisation>, Error> {
    match organisation(tx).await {
        Ok(found) => Ok(found.map(|found| found.item)),
        Err(why) if why.is_unreadable() => Ok(Some(Organisation::unknown())),
        Err(why) => Err(why),
    }
}

/// Those of these teams that can be read, by name.
///
/// # Errors
/// When the database refuses.
pub async fn some(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = TeamId>,
) -> Result<Vec<Versioned<Team>>, Error> {
    let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let sql = any_id!("select id, version, body from teams where id in", "$1", " order by name");
    tx.query(sql).ids(ids).items("teams").await
}

/// Which teams there are, by name; none of them is opened.
///
/// # Errors
/// When the database refuses.
pub async fn ids(tx: &mut Tx) -> Result<Vec<TeamId>, Error> {
    let found: Vec<(Uuid,)> = tx.query("select id from teams order by name").all().await?;
    Ok(found.into_iter().map(|(id,)| TeamId(id)).collect())
}

/// Whether there is such a team; it is not opened.
///
/// # Errors
/// When the database refuses.
pub async fn exists(tx: &mut Tx, id: TeamId) -> Result<bool, Error> {
    let found: Option<(Uuid,)> =
        tx.query("select id from teams where id = $1").bind(id.0).optional().await?;
    Ok(found.is_some())
}

/// Whether another team than this one has that name.
///
/// # Errors
/// When the database refuses.
pub async fn is_taken(tx: &mut Tx, name: &str, by_other_than: TeamId) -> Result<bool, Error> {
    let found: Option<(Uuid,)> = tx
        .query("select id from teams where name = $1 and id <> $2")
        .bind(name)
        .bind(by_other_than.0)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// All teams by name: for who really looks at all of them.
///
/// # Errors
/// When the database refuses.
pub async fn all(tx: &mut Tx) -> Result<Vec<Versioned<Team>>, Error> {
    tx.query("select id, version, body from teams order by name").items_to_change("teams").await
}

/// All district officers: a municipality has tens of them.
///
/// # Errors
/// When the database refuses.
pub async fn officers(tx: &mut Tx) -> Result<Vec<Versioned<Officer>>, Error> {
    tx.query("select id, version, body from district_officers order by id")
        .items("district_officers")
        .await
}

/// The district officer.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn officer(tx: &mut Tx, id: OfficerId) -> Result<Versioned<Officer>, Error> {
    tx.query("select id, version, body from district_officers where id = $1")
        .bind(id.0)
        .item("district_officers")
        .await
}

/// Writes a new district officer (`version` 0), or changes one that is still at `version`.
///
/// # Errors
/// [`Error::Stale`] when it is at another version.
pub async fn save_officer(tx: &mut Tx, it: &Officer, version: i64) -> Result<(), Error> {
    tx.query(
        "insert into district_officers (id, version, body) values ($1, 1, $2)
         on conflict (id) do update
         set version = district_officers.version + 1, body = excluded.body
         where district_officers.version = $3",
    )
    .bind(it.id.0)
    .seal(&Place::new("district_officers", it.id), it)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)
}
