//! Remembers who is signed in, and which requests were answered already.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

pub use super::callers::{Held, held_all};
use super::devices;
use crate::{
    model::{
        clock::Instant,
        ids::{PersonId, digest},
        privacy::sealing::Place,
    },
    store::{
        db::{
            rows,
            sealed::any_of,
            sets::{self, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

/// How somebody signed in, as the identity provider says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInOrigin {
    /// The session at the provider: opaque, and unguessable like a token.
    pub sid: Option<String>,
    /// How strongly it was made sure who it is.
    pub acr: Option<String>,
}

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
    open_from(tx, token, person, &SignInOrigin::default(), now, lasts).await
}

/// Opens a session for whoever holds `token` and comes from the identity provider.
///
/// # Errors
/// When the database refuses.
pub async fn open_from(
    tx: &mut Tx,
    token: &str,
    person: PersonId,
    origin: &SignInOrigin,
    now: Instant,
    lasts: TimeDelta,
) -> Result<(), Error> {
    tx.query(
        "insert into sessions (token_hash, person_id, created_at, expires_at, sid_hash, acr)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(digest(token))
    .bind(person.0)
    .bind(now)
    .bind(now + lasts)
    .bind(origin.sid.as_deref().map(digest))
    .bind(origin.acr.clone())
    .execute()
    .await
    .map(drop)
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

/// Ends a session of this person, whose devices go over to the one that follows; somebody else's
/// ends with its devices.
///
/// # Errors
/// When the database refuses.
pub async fn replace(
    tx: &mut Tx,
    before: &str,
    after: &str,
    person: PersonId,
) -> Result<(), Error> {
    tx.query("update push_subscriptions set session_hash = $1 where session_hash = $2 and person_id = $3")
        .bind(digest(after))
        .bind(digest(before))
        .bind(person.0)
        .execute()
        .await?;
    devices::forget_session(tx, before).await?;
    close(tx, before).await
}

/// Ends every session of this person, and forgets the devices that were seen in them.
///
/// # Errors
/// When the database refuses.
pub async fn close_all_of(tx: &mut Tx, person: PersonId) -> Result<(), Error> {
    tx.query(
        "delete from push_subscriptions where session_hash in
           (select token_hash from sessions where person_id = $1)",
    )
    .bind(person.0)
    .execute()
    .await?;
    tx.query("delete from sessions where person_id = $1").bind(person.0).execute().await.map(drop)
}

/// Ends what came from this session of the identity provider, with its devices.
///
/// # Errors
/// When the database refuses.
pub async fn close_sid(tx: &mut Tx, sid: &str) -> Result<(), Error> {
    tx.query(
        "delete from push_subscriptions where session_hash in
           (select token_hash from sessions where sid_hash = $1)",
    )
    .bind(digest(sid))
    .execute()
    .await?;
    tx.query("delete from sessions where sid_hash = $1").bind(digest(sid)).execute().await.map(drop)
}

/// Notes a logout token by its id; says whether it came for the first time.
///
/// # Errors
/// When the database refuses.
pub async fn is_first_logout(tx: &mut Tx, id: &str, now: Instant) -> Result<bool, Error> {
    let rows = tx
        .query(
            "insert into logouts_heard (token_hash, at) values ($1, $2)
             on conflict (token_hash) do nothing",
        )
        .bind(digest(id))
        .bind(now)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Forgets sessions and half-done sign-ins that have expired, and answers older than a day.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(tx: &mut Tx, now: Instant) -> Result<(), Error> {
    tx.query("delete from sessions where expires_at <= $1").bind(now).execute().await?;
    tx.query("delete from sign_ins where expires_at <= $1").bind(now).execute().await?;
    // By then none of them would be taken any more.
    tx.query("delete from logouts_heard where at <= $1")
        .bind(now - TimeDelta::hours(1))
        .execute()
        .await?;
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
    struct SignInRow {
        body: Json<Value>,
    }
    let row: Option<SignInRow> = tx
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

#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct AnswerBody {
    fingerprint: String,
    body: Value,
}

/// The answer given before to this key of this caller.
///
/// # Errors
/// When the database refuses.
pub async fn answered(tx: &mut Tx, scope: &str, key: &str) -> Result<Option<Answered>, Error> {
    Ok(answered_all(tx, &[(scope, key)]).await?.pop().flatten())
}

fn answer_id(scope: &str, key: &str) -> String {
    digest(&format!("{scope} {key}"))
}

/// The answers given before to these keys of these callers, in their order.
///
/// # Errors
/// When the database refuses.
pub async fn answered_all(
    tx: &mut Tx,
    keys: &[(&str, &str)],
) -> Result<Vec<Option<Answered>>, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: String,
        status: i32,
        body: Json<Value>,
    }
    let ids: Vec<String> = keys.iter().map(|(scope, key)| answer_id(scope, key)).collect();
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let rows: Vec<Row> = tx
        .query(any_of!("select id, status, body from idempotency where id in", "$1"))
        .bind(Json(ids.clone()))
        .all()
        .await?;
    let read = |row: Row| {
        let place = Place::new("idempotency", &row.id);
        let AnswerBody { fingerprint, body } = tx.keys().open(&place, row.body.0)?;
        Ok((row.id, Answered { fingerprint, status: row.status, body }))
    };
    let found = rows.into_iter().map(read).collect::<Result<BTreeMap<_, _>, Error>>()?;
    Ok(ids.iter().map(|id| found.get(id).cloned()).collect())
}

/// An answer to be kept for a key of a caller, and what it is about, so that it goes with that.
#[derive(Clone, Debug)]
pub struct Kept<'a> {
    pub scope: &'a str,
    pub key: &'a str,
    pub answer: Answered,
    /// What it is about.
    pub subject: Option<Uuid>,
}

/// Keeps answers.
///
/// # Errors
/// When the database refuses, or the same key was answered at the same moment.
pub async fn keep_answers(tx: &mut Tx, all: &[Kept<'_>], now: Instant) -> Result<(), Error> {
    if all.is_empty() {
        return Ok(());
    }
    let keys = tx.keys();
    let row = |kept: &Kept<'_>| {
        let id = answer_id(kept.scope, kept.key);
        let Answered { fingerprint, status, body } = kept.answer.clone();
        let sealed =
            keys.seal(&Place::new("idempotency", &id), &AnswerBody { fingerprint, body })?;
        let subject = kept.subject.map(sets::id);
        Ok(json!({ "id": id, "status": status, "body": sealed, "subject": subject }))
    };
    let rows = all.iter().map(row).collect::<Result<_, Error>>()?;
    tx.query(KEEP).rows(rows).bind(now).execute().await.map(drop)
}

const KEEP: Sql = over_rows!(
    "insert into idempotency (id, status, created_at, body, subject)
     select r.id, r.status, $2, r.body, r.subject from",
    "$1",
    [id: text, status: integer, body: jsonb, subject: uuid]
);

/// Changes what was answered about something.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn change_answers(
    tx: &mut Tx,
    about: Uuid,
    change: fn(Value) -> Value,
) -> Result<(), Error> {
    let answers: Vec<(String, Json<Value>)> =
        tx.query("select id, body from idempotency where subject = $1").bind(about).all().await?;
    for (id, Json(sealed)) in answers {
        let at = Place::new("idempotency", &id);
        let answer = rows::readable(tx.keys().open_to_change::<AnswerBody>(&at, sealed))?;
        let Some(mut answer) = answer else { continue };
        answer.body = change(answer.body);
        let sql = "update idempotency set body = $1 where id = $2";
        tx.query(sql).seal(&at, &answer).bind(id).execute().await?;
    }
    Ok(())
}
