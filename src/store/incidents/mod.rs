//! Remembers incidents and their affairs.

pub mod aftercare;
pub mod letters;
pub mod policy;

use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{IncidentId, PersonId, TeamId},
        incidents::{Affair, AffairKind, Incident},
        integrations::outgoing::Event,
        privacy::sealing::Place,
    },
    store::{
        db::{
            rows::{self, Versioned},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
        integrations::outgoing,
        jobs::{self, JobKind},
    },
};

/// Writes a new incident, and when it next asks for attention.
///
/// # Errors
/// [`Error::Stale`] when the id is there already.
pub async fn insert(tx: &mut Tx, it: &Incident, now: Instant) -> Result<(), Error> {
    tx.query(
        "insert into incidents
           (id, team_id, reporter_id, visit_id, visit_noted, stage, updated_at, version, body)
         values ($1, $2, $3, $4, true, $5, $6, 1, $7) on conflict (id) do nothing",
    )
    .bind(it.id.0)
    .bind(it.team.0)
    .bind(it.reporter.id.0)
    .bind(it.visit.map(|id| id.0))
    .bind(it.stage_name())
    .bind(now)
    .seal(&Place::new("incidents", it.id), it)
    .execute()
    .await
    .and_then(rows::changed)?;
    outgoing::note(tx, &[Event::of_incident(it)]).await?;
    jobs::set(tx, JobKind::Incident, it.id.0, it.next_wake()).await
}

/// Changes an incident that is still at `version`, and when it next asks for attention.
///
/// # Errors
/// [`Error::Stale`] when it is not.
pub async fn save(tx: &mut Tx, it: &Incident, version: i64, now: Instant) -> Result<i64, Error> {
    tx.query(
        "update incidents set stage = $1, updated_at = $2, version = version + 1, body = $3
         where id = $4 and version = $5",
    )
    .bind(it.stage_name())
    .bind(now)
    .seal(&Place::new("incidents", it.id), it)
    .bind(it.id.0)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)?;
    jobs::set(tx, JobKind::Incident, it.id.0, it.next_wake()).await?;
    Ok(version + 1)
}

/// The incident, to look at.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: IncidentId) -> Result<Versioned<Incident>, Error> {
    tx.query("select id, version, body from incidents where id = $1")
        .bind(id.0)
        .item("incidents")
        .await
}

/// The incident, kept from others until this unit of work ends.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn lock(tx: &mut Tx, id: IncidentId) -> Result<Versioned<Incident>, Error> {
    tx.query(Sql {
        sqlite: "select id, version, body from incidents where id = $1",
        postgres: "select id, version, body from incidents where id = $1 for update",
    })
    .bind(id.0)
    .item("incidents")
    .await
}

/// The same, without waiting: nothing when somebody else holds it right now, or it is gone.
///
/// # Errors
/// When the database refuses.
pub async fn try_lock(tx: &mut Tx, id: IncidentId) -> Result<Option<Versioned<Incident>>, Error> {
    tx.query(Sql {
        sqlite: "select id, version, body from incidents where id = $1",
        postgres: "select id, version, body from incidents where id = $1 for update skip locked",
    })
    .bind(id.0)
    .maybe("incidents")
    .await
}

/// Whose incidents are listed.
#[derive(Clone, Debug)]
pub enum WhoseIncidents {
    /// All of them: the aggression desk.
    All,
    /// Those that this person reported, and those of these teams.
    Of(PersonId, Vec<TeamId>),
}

const PAGE_ALL: &str = "select id, version, body from incidents
    where ($1 = '' or stage = $1) and id < $2 order by id desc limit $3";

const PAGE_OF: Sql = Sql {
    sqlite: "select id, version, body from incidents
        where ($1 = '' or stage = $1) and id < $2
          and (reporter_id = $4 or lower(hex(team_id)) in (select value from json_each($5)))
        order by id desc limit $3",
    postgres: "select id, version, body from incidents
        where ($1 = '' or stage = $1) and id < $2
          and (reporter_id = $4 or replace(team_id::text, '-', '') in
               (select jsonb_array_elements_text($5)))
        order by id desc limit $3",
};

/// A page of incidents in this stage (empty for all), the newest first, older than `before`.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    tx: &mut Tx,
    whose: &WhoseIncidents,
    stage: &str,
    before: Option<IncidentId>,
    limit: i64,
) -> Result<Vec<Versioned<Incident>>, Error> {
    let before = before.map_or(Uuid::max(), |id| id.0);
    let limit = rows::fetch(tx, "incidents", limit);
    let statement = match whose {
        WhoseIncidents::All => tx.query(PAGE_ALL).bind(stage.to_owned()).bind(before).bind(limit),
        WhoseIncidents::Of(person, teams) => {
            let teams: Vec<_> = teams.iter().map(|t| t.0.simple().to_string()).collect();
            tx.query(PAGE_OF)
                .bind(stage.to_owned())
                .bind(before)
                .bind(limit)
                .bind(person.0)
                .bind(Json(teams))
        }
    };
    statement.items("incidents").await
}

fn place(id: IncidentId, kind: AffairKind) -> Place {
    Place::new("incident_affairs", format_args!("{id}/{}", kind.name()))
}

/// The affair of an incident, when there is one.
///
/// # Errors
/// When the database refuses.
pub async fn affair(
    tx: &mut Tx,
    id: IncidentId,
    kind: AffairKind,
) -> Result<Option<Versioned<Affair>>, Error> {
    tx.query("select version, body from incident_affairs where incident_id = $1 and kind = $2")
        .bind(id.0)
        .bind(kind.name())
        .maybe_at(&place(id, kind))
        .await
}

/// Writes an affair that is at `version`, 0 when it is new.
///
/// # Errors
/// [`Error::Stale`] when it is at another version.
pub async fn save_affair(
    tx: &mut Tx,
    id: IncidentId,
    kind: AffairKind,
    affair: &Affair,
    version: i64,
) -> Result<(), Error> {
    tx.query(
        "insert into incident_affairs (incident_id, kind, version, body) values ($1, $2, 1, $3)
         on conflict (incident_id, kind) do update
         set version = incident_affairs.version + 1, body = excluded.body
         where incident_affairs.version = $4",
    )
    .bind(id.0)
    .bind(kind.name())
    .seal(&place(id, kind), affair)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)
}
