//! Remembers letters: how they are worded, and how they were sent.

use super::{
    Error, Tx,
    rows::{self, Row, Versioned},
};
use crate::model::{ids::EntryId, letters::Letter};

/// The letter of a measure; the usual one at version 0 before anybody composed it.
///
/// # Errors
/// When the database refuses.
pub async fn load(tx: &mut Tx, id: EntryId) -> Result<Versioned<Letter>, Error> {
    let found: Option<Row> = tx
        .query("select version, body from letters where entry_id = $1")
        .bind(id.0)
        .optional()
        .await?;
    let usual = || Versioned { version: 0, item: Letter::usual(id) };
    found.map_or_else(|| Ok(usual()), Row::read)
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
    .bind(rows::body(it))
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)
}
