//! Remembers the phones of the demo: which texts they got, which calls rang, and what was said.

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::MessageId,
        privacy::sealing::{Column, Place},
    },
    store::{
        db::{
            rows,
            sealed::{DatabaseKeys, any_of},
            tx::Tx,
        },
        error::Error,
    },
};

/// A text on a phone.
#[derive(Clone, Debug)]
pub struct Text {
    pub number: String,
    pub at: Instant,
    /// Who sent it.
    pub sender: String,
    /// What it says.
    pub body: String,
}

/// A call on a phone.
#[derive(Clone, Debug)]
pub struct SandboxCall {
    /// Its id; also the id of the message that it brings.
    pub id: MessageId,
    pub number: String,
    /// When it began to ring.
    pub at: Instant,
    /// `ringing`, `answered`, `voicemail` or `ended`.
    pub state: String,
    /// What was said on it so far.
    pub said: Vec<String>,
    /// What a call from this phone is about; on a call to it the key for which a code is asked.
    pub about: Option<String>,
}

#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct TextBody {
    number: String,
    sender: String,
    body: String,
}

#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct CallBody {
    number: String,
    said: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<String>,
}

#[derive(sqlx::FromRow)]
struct CallRow {
    id: Uuid,
    at: Instant,
    state: String,
    body: Json<serde_json::Value>,
}

fn a_text(id: MessageId) -> Place {
    Place::new("sandbox_texts", id)
}

fn a_call(id: MessageId) -> Place {
    Place::new("sandbox_calls", id)
}

/// A text arrives on a phone, once for each message.
///
/// # Errors
/// When the database refuses.
pub async fn text(tx: &mut Tx, id: MessageId, text: &Text) -> Result<(), Error> {
    let Text { number, sender, body, at } = text.clone();
    tx.query(
        "insert into sandbox_texts (id, number, at, body) values ($1, $2, $3, $4)
         on conflict (id) do nothing",
    )
    .bind(id.0)
    .index(Column::DemoPhone, &text.number)
    .bind(at)
    .seal(&a_text(id), &TextBody { number, sender, body })
    .execute()
    .await
    .map(drop)
}

/// A call begins to ring, once for each message; one that still rang before stops.
///
/// # Errors
/// When the database refuses.
pub async fn ring(tx: &mut Tx, id: MessageId, number: &str, at: Instant) -> Result<(), Error> {
    tx.query(any_of!(
        "update sandbox_calls set state = 'ended' where state = 'ringing' and number in",
        "$1"
    ))
    .any_index(Column::DemoPhone, number)
    .execute()
    .await?;
    tx.query(
        "insert into sandbox_calls (id, number, at, state, body)
         values ($1, $2, $3, 'ringing', $4) on conflict (id) do nothing",
    )
    .bind(id.0)
    .index(Column::DemoPhone, number)
    .bind(at)
    .seal(&a_call(id), &CallBody { number: number.to_owned(), said: vec![], about: None })
    .execute()
    .await
    .map(drop)
}

/// Somebody calls from a phone.
///
/// # Errors
/// When the database refuses.
pub async fn call_from(tx: &mut Tx, call: &SandboxCall) -> Result<(), Error> {
    tx.query("insert into sandbox_calls (id, number, at, state, body) values ($1, $2, $3, $4, $5)")
        .bind(call.id.0)
        .index(Column::DemoPhone, &call.number)
        .bind(call.at)
        .bind(call.state.clone())
        .seal(&a_call(call.id), &body(call))
        .execute()
        .await
        .map(drop)
}

fn body(call: &SandboxCall) -> CallBody {
    let SandboxCall { number, said, about, .. } = call.clone();
    CallBody { number, said, about }
}

/// The call on this phone.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn call(tx: &mut Tx, number: &str, id: MessageId) -> Result<SandboxCall, Error> {
    let found: CallRow = tx
        .query("select id, at, state, body from sandbox_calls where id = $1")
        .bind(id.0)
        .one()
        .await?;
    let call = read(found, tx.keys())?;
    if call.number == number { Ok(call) } else { Err(Error::NotFound) }
}

fn read(row: CallRow, keys: &DatabaseKeys) -> Result<SandboxCall, Error> {
    let CallRow { id, at, state, body } = row;
    let id = MessageId(id);
    let CallBody { number, said, about } = keys.open(&a_call(id), body.0)?;
    Ok(SandboxCall { id, number, at, state, said, about })
}

/// What becomes of a call.
///
/// # Errors
/// When the database refuses.
pub async fn save_call(tx: &mut Tx, call: &SandboxCall) -> Result<(), Error> {
    tx.query("update sandbox_calls set state = $1, body = $2 where id = $3")
        .bind(call.state.clone())
        .seal(&a_call(call.id), &body(call))
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
    #[derive(sqlx::FromRow)]
    struct TextRow {
        id: Uuid,
        at: Instant,
        body: Json<serde_json::Value>,
    }
    let rows: Vec<TextRow> =
        tx.query("select id, at, body from sandbox_texts order by at, id").all().await?;
    let read = |TextRow { id, at, body }| {
        let place = a_text(MessageId(id));
        let TextBody { number, sender, body } = tx.keys().open(&place, body.0)?;
        Ok(Text { number, at, sender, body })
    };
    rows::all_readable(rows.into_iter().map(read))
}

/// Every call that any phone got, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn calls(tx: &mut Tx) -> Result<Vec<SandboxCall>, Error> {
    let rows: Vec<CallRow> =
        tx.query("select id, at, state, body from sandbox_calls order by at, id").all().await?;
    rows::all_readable(rows.into_iter().map(|row| read(row, tx.keys())))
}

fn clock() -> Place {
    Place::new("settings", "clock")
}

/// How far the demo's clock was moved ahead, in microseconds.
///
/// # Errors
/// When the database refuses.
pub async fn clock_ahead(tx: &mut Tx) -> Result<i64, Error> {
    #[derive(sqlx::FromRow)]
    struct AheadRow {
        body: Json<serde_json::Value>,
    }
    #[derive(Clone, Deserialize)]
    struct Ahead {
        ahead: i64,
    }
    let row: Option<AheadRow> =
        tx.query("select body from settings where key = $1").bind("clock").optional().await?;
    let Some(row) = row else { return Ok(0) };
    Ok(tx.keys().open::<Ahead>(&clock(), row.body.0)?.ahead)
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
    .seal(&clock(), &serde_json::json!({ "ahead": ahead }))
    .execute()
    .await
    .map(drop)
}
