//! Remembers the phones of the demo: which texts they got, which calls rang, and what was said.

use sqlx::types::Json;
use uuid::Uuid;

use super::{Error, Tx};
use crate::model::{clock::Instant, ids::MessageId};

/// A text on a phone.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Text {
    /// Whose phone.
    pub number: String,
    /// When.
    pub at: Instant,
    /// Who sent it.
    pub sender: String,
    /// What it says.
    pub body: String,
}

/// A call on a phone.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its id; also the id of the message that it brings.
    pub id: MessageId,
    /// Whose phone.
    pub number: String,
    /// When it began to ring.
    pub at: Instant,
    /// `ringing`, `answered`, `voicemail` or `ended`.
    pub state: String,
    /// What was said on it so far.
    pub said: Vec<String>,
}

#[derive(sqlx::FromRow)]
struct CallRow {
    id: Uuid,
    number: String,
    at: Instant,
    state: String,
    said: Json<Vec<String>>,
}

/// A text arrives on a phone, once for each message.
///
/// # Errors
/// When the database refuses.
pub async fn text(tx: &mut Tx, id: MessageId, text: &Text) -> Result<(), Error> {
    tx.query(
        "insert into sandbox_texts (id, number, at, sender, body) values ($1, $2, $3, $4, $5)
         on conflict (id) do nothing",
    )
    .bind(id.0)
    .bind(text.number.clone())
    .bind(text.at)
    .bind(text.sender.clone())
    .bind(text.body.clone())
    .execute()
    .await
    .map(drop)
}

/// A call begins to ring, once for each message; one that still rang before stops.
///
/// # Errors
/// When the database refuses.
pub async fn ring(tx: &mut Tx, id: MessageId, number: &str, at: Instant) -> Result<(), Error> {
    tx.query("update sandbox_calls set state = 'ended' where number = $1 and state = 'ringing'")
        .bind(number)
        .execute()
        .await?;
    tx.query(
        "insert into sandbox_calls (id, number, at, state, said)
         values ($1, $2, $3, 'ringing', $4) on conflict (id) do nothing",
    )
    .bind(id.0)
    .bind(number)
    .bind(at)
    .bind(Json(Vec::<String>::new()))
    .execute()
    .await
    .map(drop)
}

/// The call on this phone.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn call(tx: &mut Tx, number: &str, id: MessageId) -> Result<Call, Error> {
    tx.query("select id, number, at, state, said from sandbox_calls where number = $1 and id = $2")
        .bind(number)
        .bind(id.0)
        .one()
        .await
        .map(read)
}

fn read(row: CallRow) -> Call {
    let CallRow { id, number, at, state, said } = row;
    Call { id: MessageId(id), number, at, state, said: said.0 }
}

/// What becomes of a call.
///
/// # Errors
/// When the database refuses.
pub async fn save_call(tx: &mut Tx, call: &Call) -> Result<(), Error> {
    tx.query("update sandbox_calls set state = $1, said = $2 where id = $3")
        .bind(call.state.clone())
        .bind(Json(call.said.clone()))
        .bind(call.id.0)
        .execute()
        .await
        .map(drop)
}

/// Every text that any phone got, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn texts(tx: &mut Tx) -> Result<Vec<Text>, Error> {
    tx.query("select number, at, sender, body from sandbox_texts order by at, id").all().await
}

/// Every call that any phone got, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn calls(tx: &mut Tx) -> Result<Vec<Call>, Error> {
    let rows: Vec<CallRow> = tx
        .query("select id, number, at, state, said from sandbox_calls order by at, id")
        .all()
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// How far the demo's clock was moved ahead, in microseconds.
///
/// # Errors
/// When the database refuses.
pub async fn clock_ahead(tx: &mut Tx) -> Result<i64, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        body: Json<Ahead>,
    }
    #[derive(serde::Deserialize)]
    struct Ahead {
        ahead: i64,
    }
    let row: Option<Row> =
        tx.query("select body from settings where key = $1").bind("clock").optional().await?;
    Ok(row.map_or(0, |r| r.body.0.ahead))
}

/// Notes how far the demo's clock was moved ahead.
///
/// # Errors
/// When the database refuses.
pub async fn move_clock(tx: &mut Tx, ahead: i64) -> Result<(), Error> {
    tx.query(
        "insert into settings (key, body) values ($1, $2)
         on conflict (key) do update set body = excluded.body",
    )
    .bind("clock")
    .bind(Json(serde_json::json!({ "ahead": ahead })))
    .execute()
    .await
    .map(drop)
}
