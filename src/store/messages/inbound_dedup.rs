//! Remembers which texts came in, so that one that is brought twice, or replayed, does nothing.

use chrono::TimeDelta;

use crate::{
    model::clock::Instant,
    store::{db::tx::Tx, error::Error},
};

/// How long they are remembered.
const KEPT: TimeDelta = TimeDelta::days(365);

/// Whether a text was heard before.
///
/// # Errors
/// When the database refuses.
pub async fn is_known(tx: &mut Tx, provider_id: &str) -> Result<bool, Error> {
    let found: Option<(i32,)> = tx
        .query("select 1 from texts_heard where provider_id = $1")
        .bind(provider_id)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Notes that a text was heard.
///
/// # Errors
/// When the database refuses.
pub async fn note(tx: &mut Tx, provider_id: &str, now: Instant) -> Result<(), Error> {
    tx.query(
        "insert into texts_heard (provider_id, at) values ($1, $2)
         on conflict (provider_id) do nothing",
    )
    .bind(provider_id)
    .bind(now)
    .execute()
    .await
    .map(drop)
}

/// Forgets those of long ago.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(tx: &mut Tx, now: Instant) -> Result<(), Error> {
    tx.query("delete from texts_heard where at <= $1").bind(now - KEPT).execute().await.map(drop)
}
