//! What many tables share: a sealed body beside its version, changed by compare-and-set.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    Error, Tx,
    db::{Sql, Statement},
};
use crate::model::sealing::{Column, Place};

/// An item with the version of its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// Counts the changes; also its ETag.
    pub version: i64,
    /// The item.
    pub item: T,
}

/// A row that is an id, a version and a body.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    body: Json<Value>,
}

/// A row that is a version and a body, and whose place is known.
#[derive(sqlx::FromRow)]
struct Known {
    version: i64,
    body: Json<Value>,
}

impl Statement<'_> {
    /// Binds the next `$n` to an item, sealed for its place.
    pub(super) fn seal<T: Serialize>(self, at: &Place, item: &T) -> Self {
        match self.keys.seal(at, item) {
            Ok(body) => self.bind(body),
            Err(why) => self.fail(why),
        }
    }

    /// Binds the next `$n` to the hash under which a value is filed.
    pub(super) fn index(self, column: Column, value: &str) -> Self {
        let hash = self.keys.ring.index(column, value);
        self.bind(hash)
    }

    /// Binds the next `$n` to every hash under which a value may be filed.
    pub(super) fn any_index(self, column: Column, value: &str) -> Self {
        let hashes = self.keys.indexes(column, value);
        self.bind(hashes)
    }

    /// The item of the one row with an id, version and body.
    pub(super) async fn item<T: DeserializeOwned>(
        self,
        table: &'static str,
    ) -> Result<Versioned<T>, Error> {
        self.maybe(table).await?.ok_or(Error::NotFound)
    }

    /// The item of the row with an id, version and body, if there is one.
    pub(super) async fn maybe<T: DeserializeOwned>(
        self,
        table: &'static str,
    ) -> Result<Option<Versioned<T>>, Error> {
        let keys = self.keys;
        let Some(Row { id, version, body }) = self.optional().await? else { return Ok(None) };
        let item = keys.open(&Place::new(table, id), body.0)?;
        Ok(Some(Versioned { version, item }))
    }

    /// The item of the row with a version and body at this place, if there is one.
    pub(super) async fn maybe_at<T: DeserializeOwned>(
        self,
        at: &Place,
    ) -> Result<Option<Versioned<T>>, Error> {
        let keys = self.keys;
        let Some(Known { version, body }) = self.optional().await? else { return Ok(None) };
        Ok(Some(Versioned { version, item: keys.open(at, body.0)? }))
    }

    /// The items of all rows that can be read, each with an id, version and body.
    pub(super) async fn readable_items<T: DeserializeOwned>(
        self,
        table: &'static str,
    ) -> Result<Vec<Versioned<T>>, Error> {
        let keys = self.keys;
        let open = |Row { id, version, body }| {
            let item = readable(table, id, keys.open(&Place::new(table, id), body.0));
            item.map(|item| item.map(|item| Versioned { version, item })).transpose()
        };
        self.all::<Row>().await?.into_iter().filter_map(open).collect()
    }

    /// The items of all rows, each with an id, version and body.
    pub(super) async fn items<T: DeserializeOwned>(
        self,
        table: &'static str,
    ) -> Result<Vec<Versioned<T>>, Error> {
        let keys = self.keys;
        let open = |Row { id, version, body }| {
            let item = keys.open(&Place::new(table, id), body.0)?;
            Ok(Versioned { version, item })
        };
        self.all::<Row>().await?.into_iter().map(open).collect()
    }
}

/// What can be read. What cannot is told and left out, where one row that does not open must not hold
/// up all others: nobody goes unwatched for somebody else's row.
pub(super) fn readable<T>(
    table: &'static str,
    id: Uuid,
    read: Result<T, Error>,
) -> Result<Option<T>, Error> {
    match read {
        Ok(item) => Ok(Some(item)),
        Err(why @ (Error::Closed(_) | Error::Unreadable(_))) => {
            tracing::error!(table, %id, %why, "a row cannot be read and is left out");
            Ok(None)
        }
        Err(why) => Err(why),
    }
}

/// Files what an old key filed under the current key, so that `on conflict` sees it.
pub(super) async fn refile(
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
pub(super) fn changed(rows: u64) -> Result<(), Error> {
    if rows == 1 { Ok(()) } else { Err(Error::Stale) }
}
