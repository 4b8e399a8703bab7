//! Remembers letters: how they are worded, and how they were sent.

use crate::{
    model::{ids::EntryId, incidents::letters::Letter, privacy::sealing::Place},
    store::{
        db::{
            rows::{self, Versioned},
            tx::Tx,
        },
        error::Error,
    },
};

fn place(id: EntryId) -> Place {
    Place::new("letters", id)
}

/// The letter of a measure; the usual one at version 0 before anybody composed it.
///
/// # Errors
/// When the database refuses.
pub async fn load(tx: &mut Tx, id: EntryId) -> Result<Versioned<Letter>, Error> {
    let found = tx
        .query("select version, body from letters where entry_id = $1")
        .bind(id.0)
        .maybe_at(&place(id))
        .await?;
    Ok(found.unwrap_or_else(|| Versioned { version: 0, item: Letter::usual(id) }))
}

/// Writes a letter that is at `version`, 0 when it is new.
///
/// # Errors
/// [`Error::Stale`] when it is at another version.
pub async fn save(tx: &mut Tx, it: &Letter, version: i64) -> Result<(), Error> {
    tx.query(
        "insert into letters (entry_id, version, body) values ($1, 1, $2)
         on conflict (entry_id) do update set version = letters.version + 1, body = excluded.body
         where letters.version = $3",
    )
    .bind(it.entry.0)
    .seal(&place(it.entry), it)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)
}

/// Forgets the letter of a measure that is no longer kept.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn forget(tx: &mut Tx, id: EntryId) -> Result<(), Error> {
    tx.query("delete from letters where entry_id = $1").bind(id.0).execute().await.map(drop)
}
