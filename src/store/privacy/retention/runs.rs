//! Remembers each time that something was removed, and who does it right now.

use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::LineId,
        privacy::{
            retention::{RunOutcome, RunState},
            sealing::Place,
        },
    },
    store::{
        db::{rows, tx::Tx},
        error::Error,
    },
};

/// The lease of whoever removes.
const LEASE: &str = "retention";

fn place(id: LineId) -> Place {
    Place::new("retention_runs", id)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionRun {
    pub id: LineId,
    /// How it fares.
    pub state: RunState,
    /// When it began.
    pub started_at: Instant,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// What came of it.
    pub outcome: RunOutcome,
}

/// Takes or renews the lease until then; says whether it is held.
///
/// # Errors
/// When the database refuses.
pub async fn lease(
    tx: &mut Tx,
    holder: LineId,
    now: Instant,
    until: Instant,
) -> Result<bool, Error> {
    let taken = tx
        .query(
            "insert into leases (name, holder, held_until) values ($1, $2, $3)
             on conflict (name) do update
             set holder = excluded.holder, held_until = excluded.held_until
             where leases.holder = excluded.holder or leases.held_until <= $4",
        )
        .bind(LEASE)
        .bind(holder.0)
        .bind(until)
        .bind(now)
        .execute()
        .await?;
    Ok(taken == 1)
}

/// Lets go of the lease.
///
/// # Errors
/// When the database refuses.
pub async fn release(tx: &mut Tx, holder: LineId) -> Result<(), Error> {
    tx.query("delete from leases where name = $1 and holder = $2")
        .bind(LEASE)
        .bind(holder.0)
        .execute()
        .await
        .map(drop)
}

/// Begins a run. One that still seems to go on was broken off: whoever did it lost the lease.
///
/// # Errors
/// When the database refuses.
pub async fn begin(tx: &mut Tx, id: LineId, nightly: bool, now: Instant) -> Result<(), Error> {
    tx.query("update retention_runs set state = 'failed', ended_at = $1 where state = 'running'")
        .bind(now)
        .execute()
        .await?;
    tx.query(
        "insert into retention_runs (id, nightly, state, started_at, version, body)
         values ($1, $2, 'running', $3, 1, $4)",
    )
    .bind(id.0)
    .bind(nightly)
    .bind(now)
    .seal(&place(id), &RunOutcome::default())
    .execute()
    .await
    .map(drop)
}

/// Notes how far a run is.
///
/// # Errors
/// [`Error::Stale`] when it was taken over by somebody else.
pub async fn note(
    tx: &mut Tx,
    id: LineId,
    state: RunState,
    ended_at: Option<Instant>,
    outcome: &RunOutcome,
) -> Result<(), Error> {
    tx.query(
        "update retention_runs set state = $1, ended_at = $2, version = version + 1, body = $3
         where id = $4 and state = 'running'",
    )
    .bind(state.name())
    .bind(ended_at)
    .seal(&place(id), outcome)
    .bind(id.0)
    .execute()
    .await
    .and_then(rows::changed)
}

/// Notes that a run broke off; what it removed stays removed.
///
/// # Errors
/// When the database refuses.
pub async fn fail(tx: &mut Tx, id: LineId, now: Instant) -> Result<(), Error> {
    tx.query(
        "update retention_runs set state = 'failed', ended_at = $1
         where id = $2 and state = 'running'",
    )
    .bind(now)
    .bind(id.0)
    .execute()
    .await
    .map(drop)
}

/// When the last night's run that was done began, and the last one that was tried.
#[derive(Clone, Copy, Debug, Default, sqlx::FromRow)]
pub struct Last {
    /// The last that was done.
    pub done: Option<Instant>,
    /// The last that was tried.
    pub tried: Option<Instant>,
}

/// The last runs.
///
/// # Errors
/// When the database refuses.
pub async fn last(tx: &mut Tx) -> Result<Last, Error> {
    tx.query(
        "select (select max(started_at) from retention_runs where nightly and state = 'done') as done,
           (select max(started_at) from retention_runs where nightly) as tried",
    )
    .one()
    .await
}

#[derive(sqlx::FromRow)]
struct RunRow {
    id: Uuid,
    state: String,
    started_at: Instant,
    ended_at: Option<Instant>,
    body: Json<serde_json::Value>,
}

/// A page of runs, the newest first, older than `before`.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    tx: &mut Tx,
    before: Option<LineId>,
    limit: i64,
) -> Result<Vec<RetentionRun>, Error> {
    let limit = rows::fetch(tx, "retention_runs", limit);
    let found: Vec<RunRow> = tx
        .query(
            "select id, state, started_at, ended_at, body from retention_runs where id < $1
             order by id desc limit $2",
        )
        .bind(before.map_or(Uuid::max(), |id| id.0))
        .bind(limit)
        .all()
        .await?;
    let read = |row: RunRow| {
        Ok(RetentionRun {
            id: LineId(row.id),
            state: RunState::from_name(&row.state)
                .ok_or_else(|| Error::Unreadable(format!("run in state {}", row.state)))?,
            started_at: row.started_at,
            ended_at: row.ended_at,
            outcome: tx.keys().open(&place(LineId(row.id)), row.body.0)?,
        })
    };
    rows::all_readable(found.into_iter().map(read))
}
