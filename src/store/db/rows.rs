//! What many tables share: a sealed body beside its version, changed by compare-and-set.

use serde::Serialize;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::privacy::sealing::{Column, Place},
    store::{
        db::{sealed::Openable, sql::Sql, statement::Statement, tx::Tx},
        error::Error,
    },
};

/// An item with the version of its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// Counts the changes; also its ETag.
    pub version: i64,
    pub item: T,
}

/// A row that is an id, a version and a body.
#[derive(sqlx::FromRow)]
struct SealedRow {
    id: Uuid,
    version: i64,
    body: Json<Value>,
}

/// A row that is a version and a body, and whose place is known.
#[derive(sqlx::FromRow)]
struct SealedBody {
    version: i64,
    body: Json<Value>,
}

impl Statement<'_> {
    /// Binds the next `$n` to an item, sealed for its place.
    pub(crate) fn seal<T: Serialize>(self, at: &Place, item: &T) -> Self {
        match self.keys.seal(at, item) {
            Ok(body) => self.bind(body),
            Err(why) => self.fail(why),
        }
    }

    /// Binds the next `$n` to the hash under which a value is filed.
    pub(crate) fn index(self, column: Column, value: &str) -> Self {
        let hash = self.keys.ring.index(column, value);
        self.bind(hash)
    }

    /// Binds the next `$n` to every hash under which a value may be filed.
    pub(crate) fn any_index(self, column: Column, value: &str) -> Self {
        let hashes = self.keys.indexes(column, value);
        self.bind(hashes)
    }

    /// The item of the one row with an id, version and body.
    pub(crate) async fn item<T: Openable + Serialize>(
        self,
        table: &'static str,
    ) -> Result<Versioned<T>, Error> {
        self.maybe(table).await?.ok_or(Error::NotFound)
    }

    /// The item of the row with an id, version and body, if there is one.
    pub(crate) async fn maybe<T: Openable + Serialize>(
        self,
        table: &'static str,
    ) -> Result<Option<Versioned<T>>, Error> {
        let keys = self.keys;
        let Some(SealedRow { id, version, body }) = self.optional().await? else { return Ok(None) };
        let item = keys.open_to_change(&Place::new(table, id), body.0)?;
        Ok(Some(Versioned { version, item }))
    }

    /// The item of the row with a version and body at this place, if there is one.
    pub(crate) async fn maybe_at<T: Openable + Serialize>(
        self,
        at: &Place,
    ) -> Result<Option<Versioned<T>>, Error> {
        let keys = self.keys;
        let Some(SealedBody { version, body }) = self.optional().await? else { return Ok(None) };
        Ok(Some(Versioned { version, item: keys.open_to_change(at, body.0)? }))
    }

    /// The items of all rows that can be read, each with an id, version and body.
    pub(crate) async fn items<T: Openable>(
        self,
        table: &'static str,
    ) -> Result<Vec<Versioned<T>>, Error> {
        let keys = self.keys;
        let open = |SealedRow { id, version, body }| {
            let item = keys.open(&Place::new(table, id), body.0)?;
            Ok(Versioned { version, item })
        };
        all_readable(self.all::<SealedRow>().await?.into_iter().map(open))
    }

    /// The same, for whoever changes them.
    pub(crate) async fn items_to_change<T: Openable + Serialize>(
        self,
        table: &'static str,
    ) -> Result<Vec<Versioned<T>>, Error> {
        let keys = self.keys;
        let open = |SealedRow { id, version, body }| {
            let item = keys.open_to_change(&Place::new(table, id), body.0)?;
            Ok(Versioned { version, item })
        };
        all_readable(self.all::<SealedRow>().await?.into_iter().map(open))
    }

    /// The items of all rows, each with an id, version and body: for whoever decides about each of
    /// them, and may leave none out.
    pub(crate) async fn all_items<T: Openable + Serialize>(
        self,
        table: &'static str,
    ) -> Result<Vec<Versioned<T>>, Error> {
        let keys = self.keys;
        let open = |SealedRow { id, version, body }| {
            let item = keys.open_to_change(&Place::new(table, id), body.0)?;
            Ok(Versioned { version, item })
        };
        self.all::<SealedRow>().await?.into_iter().map(open).collect()
    }
}

/// What can be read. What cannot was noted, and is left out where one row that does not open must not
/// hold up all others: nobody goes unwatched for somebody else's row.
///
/// # Errors
/// When it is not the row that is at fault.
pub fn readable<T>(read: Result<T, Error>) -> Result<Option<T>, Error> {
    match read {
        Ok(item) => Ok(Some(item)),
        Err(why) if why.is_unreadable() => Ok(None),
        Err(why) => Err(why),
    }
}

/// What can be read of many.
pub(crate) fn all_readable<T>(
    read: impl IntoIterator<Item = Result<T, Error>>,
) -> Result<Vec<T>, Error> {
    read.into_iter().filter_map(|one| readable(one).transpose()).collect()
}

/// How many rows to fetch for a page of so many, some of which may have to be left out: a page that
/// is not full would look like the last one.
pub(crate) fn fetch(tx: &Tx, table: &str, limit: i64) -> i64 {
    let left_out = i64::try_from(tx.keys().unreadable.of_table(table)).unwrap_or(0);
    limit.saturating_add(left_out)
}

/// Files what an old key filed under the current key, so that `on conflict` sees it.
pub(crate) async fn refile(
    tx: &mut Tx,
    sql: Sql,
    column: Column,
    value: &str,
) -> Result<(), Error> {
    if tx.keys().ring.old().next().is_none() {
        return Ok(());
    }
    tx.query(sql).index(column, value).any_index(column, value).execute().await.map(drop)
}

/// One changed row is what a compare-and-set wants; none means that somebody was first.
pub(crate) fn changed(rows: u64) -> Result<(), Error> {
    if rows == 1 { Ok(()) } else { Err(Error::Stale) }
}
