//! Remembers which files were imported into the register, and which entries came of each.

use uuid::Uuid;

use super as register;
use crate::{
    model::{
        clock::Instant,
        ids::{ImportId, PersonId},
        register::Entry,
    },
    store::{
        db::{
            rows::{self, Versioned},
            tx::Tx,
        },
        error::Error,
    },
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub id: ImportId,
    pub at: Instant,
    pub by: PersonId,
    /// The digest of the file.
    pub digest: String,
    /// How many entries are in it.
    pub rows: i64,
    /// Whether all of them are there.
    pub loaded: bool,
}

#[derive(sqlx::FromRow)]
struct ImportRow {
    id: Uuid,
    at: Instant,
    person_id: Uuid,
    digest: String,
    row_count: i64,
    state: String,
}

impl From<ImportRow> for Import {
    fn from(row: ImportRow) -> Self {
        Self {
            id: ImportId(row.id),
            at: row.at,
            by: PersonId(row.person_id),
            digest: row.digest,
            rows: row.row_count,
            loaded: row.state == "loaded",
        }
    }
}

/// Notes that an import begins.
///
/// # Errors
/// When the database refuses.
pub async fn begin(tx: &mut Tx, it: &Import) -> Result<(), Error> {
    tx.query(
        "insert into register_imports (id, at, person_id, digest, row_count, state)
         values ($1, $2, $3, $4, $5, 'loading')",
    )
    .bind(it.id.0)
    .bind(it.at)
    .bind(it.by.0)
    .bind(it.digest.clone())
    .bind(it.rows)
    .execute()
    .await
    .map(drop)
}

/// Writes some of its entries.
///
/// # Errors
/// [`Error::Stale`] when the import was given up meanwhile, or an entry is there already.
pub async fn add(tx: &mut Tx, id: ImportId, entries: &[Entry]) -> Result<(), Error> {
    tx.query("update register_imports set state = 'loading' where id = $1 and state = 'loading'")
        .bind(id.0)
        .execute()
        .await
        .and_then(rows::changed)?;
    for entry in entries {
        register::insert(tx, entry).await?;
        tx.query("update register_entries set import_id = $1 where id = $2")
            .bind(id.0)
            .bind(entry.id.0)
            .execute()
            .await?;
    }
    Ok(())
}

/// All its entries are there.
///
/// # Errors
/// [`Error::Stale`] when the import was given up meanwhile.
pub async fn loaded(tx: &mut Tx, id: ImportId) -> Result<(), Error> {
    tx.query("update register_imports set state = 'loaded' where id = $1 and state = 'loading'")
        .bind(id.0)
        .execute()
        .await
        .and_then(rows::changed)
}

/// Gives up what was begun before this moment and never finished: nothing of it stays.
///
/// # Errors
/// When the database refuses.
pub async fn give_up(tx: &mut Tx, before: Instant) -> Result<(), Error> {
    tx.query(
        "delete from register_entries where status = 'proposed' and import_id in (
           select id from register_imports where state = 'loading' and at < $1)",
    )
    .bind(before)
    .execute()
    .await?;
    tx.query("delete from register_imports where state = 'loading' and at < $1")
        .bind(before)
        .execute()
        .await
        .map(drop)
}

/// When the very same file was imported last.
///
/// # Errors
/// When the database refuses.
pub async fn before(tx: &mut Tx, digest: &str) -> Result<Option<Instant>, Error> {
    let found: Option<ImportRow> = tx
        .query(
            "select id, at, person_id, digest, row_count, state from register_imports
             where digest = $1 order by at desc limit 1",
        )
        .bind(digest.to_owned())
        .optional()
        .await?;
    Ok(found.map(|row| row.at))
}

/// The import.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: ImportId) -> Result<Import, Error> {
    let found: ImportRow = tx
        .query(
            "select id, at, person_id, digest, row_count, state from register_imports
             where id = $1",
        )
        .bind(id.0)
        .one()
        .await?;
    Ok(found.into())
}

/// A page of imports, the newest first, older than `before`.
///
/// # Errors
/// When the database refuses.
pub async fn page(tx: &mut Tx, before: Option<ImportId>, limit: i64) -> Result<Vec<Import>, Error> {
    let found: Vec<ImportRow> = tx
        .query(
            "select id, at, person_id, digest, row_count, state from register_imports
             where id < $1 order by id desc limit $2",
        )
        .bind(before.map_or(Uuid::max(), |id| id.0))
        .bind(limit)
        .all()
        .await?;
    Ok(found.into_iter().map(Import::from).collect())
}

/// How many of its entries wait for approval.
///
/// # Errors
/// When the database refuses.
pub async fn count_waiting(tx: &mut Tx, id: ImportId) -> Result<i64, Error> {
    #[derive(sqlx::FromRow)]
    struct ImportCount {
        n: i64,
    }
    let found: ImportCount = tx
        .query(
            "select count(*) as n from register_entries
             where import_id = $1 and status = 'proposed'",
        )
        .bind(id.0)
        .one()
        .await?;
    Ok(found.n)
}

/// Some of its entries that wait for approval.
///
/// # Errors
/// When the database refuses.
pub async fn waiting(
    tx: &mut Tx,
    id: ImportId,
    limit: i64,
) -> Result<Vec<Versioned<Entry>>, Error> {
    tx.query(
        "select id, version, body from register_entries
         where import_id = $1 and status = 'proposed' order by id limit $2",
    )
    .bind(id.0)
    .bind(limit)
    .items_to_change("register_entries")
    .await
}
