//! What many tables share: a body as JSON beside its version, changed by compare-and-set.

use serde::{Serialize, de::DeserializeOwned};
use sqlx::types::Json;

use super::Error;

/// An item with the version of its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// Counts the changes; also its ETag.
    pub version: i64,
    /// The item.
    pub item: T,
}

/// A row that is a version and a body.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    version: i64,
    body: Json<serde_json::Value>,
}

impl Row {
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<Versioned<T>, Error> {
        Ok(Versioned { version: self.version, item: read(self.body.0)? })
    }
}

/// Reads many rows.
pub(super) fn read_all<T: DeserializeOwned>(rows: Vec<Row>) -> Result<Vec<Versioned<T>>, Error> {
    rows.into_iter().map(Row::read).collect()
}

/// Reads a body.
pub(super) fn read<T: DeserializeOwned>(body: serde_json::Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|why| Error::Unreadable(why.to_string()))
}

/// A body to bind.
pub(super) fn body<T: Serialize>(item: &T) -> Json<&T> {
    Json(item)
}

/// One changed row is what a compare-and-set wants; none means that somebody was first.
pub(super) fn changed(rows: u64) -> Result<(), Error> {
    if rows == 1 { Ok(()) } else { Err(Error::Stale) }
}
