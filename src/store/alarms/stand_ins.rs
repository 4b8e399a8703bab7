//! What stands in for a visit that cannot be read, so that its alarm is raised and climbs, and
//! somebody can take it. It is made of the row's other columns, and never written.

use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{AlarmId, PersonId, TeamId, VisitId},
        people::Named,
        visits::Visit,
    },
    store::{
        db::{rows, sql::Sql, tx::Tx},
        error::Error,
        people, visits,
    },
};

#[derive(sqlx::FromRow)]
struct Columns {
    id: Uuid,
    team_id: Uuid,
    worker_id: Uuid,
    starts_at: Instant,
    alarm_id: Option<Uuid>,
}

/// The visit, or what stands in for it.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn visit(tx: &mut Tx, id: VisitId) -> Result<Visit, Error> {
    match visits::load(tx, id).await {
        Err(why) if why.is_unreadable() => of_columns(tx, id).await,
        found => Ok(found?.item),
    }
}

/// The same, kept from others until this unit of work ends.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn lock(tx: &mut Tx, id: VisitId) -> Result<Visit, Error> {
    match visits::lock(tx, id).await {
        // The row is held, though it could not be read.
        Err(why) if why.is_unreadable() => of_columns(tx, id).await,
        found => Ok(found?.item),
    }
}

/// What stands in for a visit, and its alarm that is not closed, kept from others; nothing when
/// somebody else holds it right now.
///
/// # Errors
/// When the database refuses.
pub async fn try_lock(tx: &mut Tx, id: VisitId) -> Result<Option<(Visit, Option<AlarmId>)>, Error> {
    let found: Option<Columns> = tx.query(TRY_LOCK).bind(id.0).optional().await?;
    let Some(found) = found else { return Ok(None) };
    let alarm = found.alarm_id.map(AlarmId);
    Ok(Some((of(tx, found).await?, alarm)))
}

const COLUMNS: &str =
    "select id, team_id, worker_id, starts_at, alarm_id from visits where id = $1";

const TRY_LOCK: Sql = Sql {
    sqlite: COLUMNS,
    postgres: "select id, team_id, worker_id, starts_at, alarm_id from visits where id = $1
        for update skip locked",
};

async fn of_columns(tx: &mut Tx, id: VisitId) -> Result<Visit, Error> {
    let found: Columns = tx.query(COLUMNS).bind(id.0).one().await?;
    of(tx, found).await
}

async fn of(tx: &mut Tx, found: Columns) -> Result<Visit, Error> {
    let id = PersonId(found.worker_id);
    let worker = rows::readable(people::load(tx, id).await)?.map(|found| found.item);
    let named = worker.as_ref().map_or_else(|| Named { id, name: String::new() }, Named::from);
    let mobile = worker.and_then(|person| person.mobile).map(|mobile| mobile.number);
    let at = found.starts_at;
    Ok(Visit::unknown(VisitId(found.id), TeamId(found.team_id), named, mobile, at))
}
