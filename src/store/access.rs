//! Remembers who looked at what. Lines are added and read, never changed.

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Error, Tx, rows};
use crate::model::{
    access::{Action, Look},
    clock::Instant,
    ids::{EntryId, LineId, PersonId, VisitId},
};

/// Adds a line.
///
/// # Errors
/// When the database refuses; then the look must not happen either.
pub async fn log_look(tx: &mut Tx, look: &Look) -> Result<(), Error> {
    let (details, answer) = look.apart();
    tx.query(
        "insert into access_log (id, at, person_id, action, visit_id, entry_id, body)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(look.id.0)
    .bind(look.at)
    .bind(look.person.map(|id| id.0))
    .bind(look.action.name())
    .bind(look.visit.map(|id| id.0))
    .bind(look.entry.map(|id| id.0))
    .bind(Json(&details))
    .execute()
    .await?;
    match answer {
        Some(answer) => keep_answer(tx, look, &answer).await,
        None => Ok(()),
    }
}

/// What a register check answered goes earlier than its line.
async fn keep_answer(tx: &mut Tx, look: &Look, answer: &Value) -> Result<(), Error> {
    tx.query("insert into register_answers (line_id, at, body) values ($1, $2, $3)")
        .bind(look.id.0)
        .bind(look.at)
        .bind(rows::body(answer))
        .execute()
        .await
        .map(drop)
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
    let found: Count = tx
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
struct Count {
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
    let rows: Vec<Row> = tx
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
    rows.into_iter().map(Row::read).collect()
}

/// Removes the lines of before this moment, with what they answered; says how many there were.
///
/// # Errors
/// When the database refuses.
pub async fn trim_before(tx: &mut Tx, before: Instant) -> Result<u64, Error> {
    tx.query("delete from register_answers where at < $1").bind(before).execute().await?;
    tx.query("delete from access_log where at < $1").bind(before).execute().await
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: Instant,
    person_id: Option<Uuid>,
    action: String,
    visit_id: Option<Uuid>,
    entry_id: Option<Uuid>,
    body: Json<Value>,
    answer: Option<Json<Value>>,
}

impl Row {
    fn read(self) -> Result<Look, Error> {
        let action = Action::from_name(&self.action)
            .ok_or_else(|| Error::Unreadable(format!("action {}", self.action)))?;
        let look = Look {
            id: LineId(self.id),
            at: self.at,
            person: self.person_id.map(PersonId),
            action,
            visit: self.visit_id.map(VisitId),
            entry: self.entry_id.map(EntryId),
            details: self.body.0,
        };
        let answer = self.answer.map(|answer| rows::read(answer.0)).transpose()?;
        Ok(look.together(answer))
    }
}
