//! Remembers the figures of the policy, and every change of them.

use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{LineId, PersonId},
        incidents::policy::{Policy, PolicyChange},
        privacy::sealing::Place,
    },
    store::{
        db::{
            rows::{self, Versioned},
            tx::Tx,
        },
        error::Error,
    },
};

const THE_ONE: &str = "policy";

fn the_one() -> Place {
    Place::new("policy", THE_ONE)
}

/// The figures; before anybody changed one, the defaults at version 0.
///
/// # Errors
/// When the database refuses.
pub async fn load(tx: &mut Tx) -> Result<Versioned<Policy>, Error> {
    let found = tx
        .query("select version, body from policy where id = $1")
        .bind(THE_ONE)
        .maybe_at(&the_one())
        .await?;
    Ok(found.unwrap_or_else(|| Versioned { version: 0, item: Policy::default() }))
}

/// Changes the figures, which are at `version`, and keeps who did.
///
/// # Errors
/// [`Error::Stale`] when they are at another version.
pub async fn save(
    tx: &mut Tx,
    it: &Policy,
    version: i64,
    change: &PolicyChange,
) -> Result<(), Error> {
    tx.query(
        "insert into policy (id, version, body) values ($1, 1, $2)
         on conflict (id) do update set version = policy.version + 1, body = excluded.body
         where policy.version = $3",
    )
    .bind(THE_ONE)
    .seal(&the_one(), it)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)?;
    tx.query("insert into policy_changes (id, at, person_id, body) values ($1, $2, $3, $4)")
        .bind(change.id.0)
        .bind(change.at)
        .bind(change.by.0)
        .seal(&Place::new("policy_changes", change.id), &change.figures)
        .execute()
        .await
        .map(drop)
}

#[derive(sqlx::FromRow)]
struct ChangedPolicy {
    id: Uuid,
    at: Instant,
    person_id: Uuid,
    body: Json<serde_json::Value>,
}

/// A page of the changes, the newest first, older than `before`.
///
/// # Errors
/// When the database refuses.
pub async fn changes(
    tx: &mut Tx,
    before: Option<LineId>,
    limit: i64,
) -> Result<Vec<PolicyChange>, Error> {
    let limit = rows::fetch(tx, "policy_changes", limit);
    let found: Vec<ChangedPolicy> = tx
        .query(
            "select id, at, person_id, body from policy_changes where id < $1
             order by id desc limit $2",
        )
        .bind(before.map_or(Uuid::max(), |id| id.0))
        .bind(limit)
        .all()
        .await?;
    let read = |row: ChangedPolicy| {
        Ok(PolicyChange {
            id: LineId(row.id),
            at: row.at,
            by: PersonId(row.person_id),
            figures: tx.keys().open(&Place::new("policy_changes", row.id), row.body.0)?,
        })
    };
    rows::all_readable(found.into_iter().map(read))
}
