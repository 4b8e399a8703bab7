//! Remembers who is signed in, and which requests were answered already.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Error, Tx};
use crate::model::{
    clock::Instant,
    ids::{PersonId, digest},
    sealing::Place,
};

/// Opens a session for whoever holds `token`.
///
/// # Errors
/// When the database refuses.
pub async fn open(
    tx: &mut Tx,
    token: &str,
    person: PersonId,
    now: Instant,
    lasts: TimeDelta,
) -> Result<(), Error> {
    tx.query(
        "insert into sessions (token_hash, person_id, created_at, expires_at)
         values ($1, $2, $3, $4)",
    )
    .bind(digest(token))
    .bind(person.0)
    .bind(now)
    .bind(now + lasts)
    .execute()
    .await
    .map(drop)
}

/// Whose session this token opens, if it is still open.
///
/// # Errors
/// When the database refuses.
pub async fn person(tx: &mut Tx, token: &str, now: Instant) -> Result<Option<PersonId>, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        person_id: Uuid,
    }
    let row: Option<Row> = tx
        .query("select person_id from sessions where token_hash = $1 and expires_at > $2")
        .bind(digest(token))
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(|r| PersonId(r.person_id)))
}

/// Ends the session of this token.
///
/// # Errors
/// When the database refuses.
pub async fn close(tx: &mut Tx, token: &str) -> Result<(), Error> {
    tx.query("delete from sessions where token_hash = $1")
        .bind(digest(token))
        .execute()
        .await
        .map(drop)
}

/// Forgets sessions and half-done sign-ins that have expired, and answers older than a day.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(tx: &mut Tx, now: Instant) -> Result<(), Error> {
    tx.query("delete from sessions where expires_at <= $1").bind(now).execute().await?;
    tx.query("delete from sign_ins where expires_at <= $1").bind(now).execute().await?;
    tx.query("delete from idempotency where created_at <= $1")
        .bind(now - TimeDelta::hours(24))
        .execute()
        .await
        .map(drop)
}

/// Keeps what a sign-in needs to remember until the person comes back from the provider.
///
/// # Errors
/// When the database refuses.
pub async fn begin_sign_in(
    tx: &mut Tx,
    state: &str,
    kept: &Value,
    until: Instant,
) -> Result<(), Error> {
    tx.query("insert into sign_ins (state_hash, body, expires_at) values ($1, $2, $3)")
        .bind(digest(state))
        .seal(&Place::new("sign_ins", digest(state)), kept)
        .bind(until)
        .execute()
        .await
        .map(drop)
}

/// Takes what a sign-in remembered; a second time there is nothing.
///
/// # Errors
/// When the database refuses.
pub async fn finish_sign_in(
    tx: &mut Tx,
    state: &str,
    now: Instant,
) -> Result<Option<Value>, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        body: Json<Value>,
    }
    let row: Option<Row> = tx
        .query("delete from sign_ins where state_hash = $1 and expires_at > $2 returning body")
        .bind(digest(state))
        .bind(now)
        .optional()
        .await?;
    let place = Place::new("sign_ins", digest(state));
    row.map(|r| tx.keys().open(&place, r.body.0)).transpose()
}

/// An answer that was given before to the same request.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What identifies the request's contents.
    pub fingerprint: String,
    /// The status that it got.
    pub status: i32,
    /// The body that it got.
    pub body: Value,
}

#[derive(Deserialize, Serialize)]
struct Body {
    fingerprint: String,
    body: Value,
}

/// The answer given before to this key of this caller.
///
/// # Errors
/// When the database refuses.
pub async fn answered(tx: &mut Tx, scope: &str, key: &str) -> Result<Option<Answered>, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        status: i32,
        body: Json<Value>,
    }
    let id = digest(&format!("{scope} {key}"));
    let found: Option<Row> = tx
        .query("select status, body from idempotency where id = $1")
        .bind(id.clone())
        .optional()
        .await?;
    let Some(row) = found else { return Ok(None) };
    let Body { fingerprint, body } = tx.keys().open(&Place::new("idempotency", id), row.body.0)?;
    Ok(Some(Answered { fingerprint, status: row.status, body }))
}

/// Keeps the answer to this key of this caller, and what it is about, so that it goes with that.
///
/// # Errors
/// When the database refuses, or the same key was answered at the same moment.
pub async fn keep_answer(
    tx: &mut Tx,
    scope: &str,
    key: &str,
    answer: &Answered,
    subject: Option<Uuid>,
    now: Instant,
) -> Result<(), Error> {
    let id = digest(&format!("{scope} {key}"));
    let body = Body { fingerprint: answer.fingerprint.clone(), body: answer.body.clone() };
    tx.query(
        "insert into idempotency (id, status, created_at, body, subject)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(id.clone())
    .bind(answer.status)
    .bind(now)
    .seal(&Place::new("idempotency", id), &body)
    .bind(subject)
    .execute()
    .await
    .map(drop)
}

/// Changes what was answered about something.
///
/// # Errors
/// When the database refuses.
pub(super) async fn change_answers(
    tx: &mut Tx,
    about: Uuid,
    change: fn(Value) -> Value,
) -> Result<(), Error> {
    let answers: Vec<(String, Json<Value>)> =
        tx.query("select id, body from idempotency where subject = $1").bind(about).all().await?;
    for (id, Json(sealed)) in answers {
        let at = Place::new("idempotency", &id);
        let mut answer: Body = tx.keys().open(&at, sealed)?;
        answer.body = change(answer.body);
        let sql = "update idempotency set body = $1 where id = $2";
        tx.query(sql).seal(&at, &answer).bind(id).execute().await?;
    }
    Ok(())
}
