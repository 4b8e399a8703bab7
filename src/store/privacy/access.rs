//! Remembers who looked at what. Lines are added and read, never changed.

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

pub use super::chain::{Whole, verify};
use super::{
    access_lines::{AccessRow, answer_place},
    chain,
};
use crate::{
    model::{
        clock::Instant,
        ids::{LineId, PersonId},
        privacy::access::{Action, Look},
    },
    store::{
        db::{rows, sealed::DatabaseKeys, tx::Tx},
        error::Error,
    },
};

/// Adds a line, as the last step of this unit of work: without it the rest does not happen either.
///
/// # Errors
/// Never yet; the unit of work fails when the line cannot be written.
pub async fn log_look(tx: &mut Tx, look: &Look) -> Result<(), Error> {
    tx.looks.push(look.clone());
    Ok(())
}

/// How many looks of this kind somebody took since a moment that were not for a registered visit.
///
/// # Errors
/// When the database refuses.
pub async fn unbound_looks(
    tx: &mut Tx,
    who: PersonId,
    action: Action,
    since: Instant,
) -> Result<i64, Error> {
    let found: AccessCount = tx
        .query(
            "select count(*) as n from access_log
             where at > $1 and person_id = $2 and action = $3 and visit_id is null",
        )
        .bind(since)
        .bind(who.0)
        .bind(action.name())
        .one()
        .await?;
    Ok(found.n)
}

#[derive(sqlx::FromRow)]
struct AccessCount {
    n: i64,
}

/// Where a page of the log ended.
pub type After = (Instant, LineId);

/// A page of the log, the newest first, older than `after`.
///
/// # Errors
/// When the database refuses.
pub async fn page(tx: &mut Tx, after: Option<After>, limit: i64) -> Result<Vec<Look>, Error> {
    let (at, id) =
        after.map_or((Instant::from_timestamp_nanos(i64::MAX), Uuid::max()), |(at, id)| (at, id.0));
    let limit = rows::fetch(tx, "access_log", limit);
    let found: Vec<AccessShown> = tx
        .query(
            "select l.id, l.at, l.person_id, l.action, l.visit_id, l.entry_id, l.body,
               a.body as answer
             from access_log l left join register_answers a on a.line_id = l.id
             where (l.at, l.id) < ($1, $2) order by l.at desc, l.id desc limit $3",
        )
        .bind(at)
        .bind(id)
        .bind(limit)
        .all()
        .await?;
    rows::all_readable(found.into_iter().map(|row| row.read(tx.keys())))
}

/// Removes the lines of before this moment, with what they answered; says how many there were.
/// Call it last in a unit of work.
///
/// # Errors
/// When the database refuses.
pub async fn trim_before(tx: &mut Tx, before: Instant) -> Result<u64, Error> {
    tx.query("delete from register_answers where at < $1").bind(before).execute().await?;
    chain::trim_before(tx, before).await
}

/// A line with what its check answered, while that is kept.
#[derive(sqlx::FromRow)]
struct AccessShown {
    #[sqlx(flatten)]
    line: AccessRow,
    answer: Option<Json<Value>>,
}

impl AccessShown {
    fn read(self, keys: &DatabaseKeys) -> Result<Look, Error> {
        let look = self.line.read(keys)?;
        let open = |answer: Json<Value>| keys.open(&answer_place(look.id), answer.0);
        let answer = self.answer.map(open).transpose()?;
        Ok(look.together(answer))
    }
}
