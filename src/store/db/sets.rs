//! Many rows in one statement: they travel as one JSON list, which either database takes apart
//! again. What a hot path costs is its number of statements, not of rows.

use chrono::SecondsFormat;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{model::clock::Instant, store::db::statement::Statement};

/// A statement in both dialects over the rows of a bound JSON list, which it knows as `r`:
/// `over_rows!("insert into t (id, at) select r.id, r.at from", "$1", [id: uuid, at: timestamptz], "where true")`.
/// Each column is named and typed as PostgreSQL names its types.
macro_rules! over_rows {
    ($before:literal, $nth:literal, [$first:ident: $first_type:ident $(, $name:ident: $type:ident)* $(,)?]
     $(, $after:literal)?) => {
        $crate::store::db::sql::Sql {
            sqlite: concat!(
                $before, " (select ",
                $crate::store::db::sets::column!($first $first_type),
                $(", ", $crate::store::db::sets::column!($name $type),)*
                " from json_each(", $nth, ")) as r "
                $(, $after)?
            ),
            postgres: concat!(
                $before, " jsonb_to_recordset(", $nth, ") as r (",
                stringify!($first), " ", stringify!($first_type),
                $(", ", stringify!($name), " ", stringify!($type),)*
                ") "
                $(, $after)?
            ),
        }
    };
}
pub(crate) use over_rows;

/// How SQLite takes a column out of a row of the list.
macro_rules! column {
    ($name:ident uuid) => {
        concat!("unhex(value ->> '$.", stringify!($name), "') as ", stringify!($name))
    };
    ($name:ident jsonb) => {
        concat!("value -> '$.", stringify!($name), "' as ", stringify!($name))
    };
    ($name:ident $other:ident) => {
        concat!("value ->> '$.", stringify!($name), "' as ", stringify!($name))
    };
}
pub(crate) use column;

/// A statement in both dialects with `in` over a bound JSON list of ids: `any_id!("… in", "$1")`.
macro_rules! any_id {
    ($before:literal, $nth:literal $(, $after:literal)?) => {
        $crate::store::db::sql::Sql {
            sqlite: concat!(
                $before, " (select unhex(value) from json_each(", $nth, "))" $(, $after)?
            ),
            postgres: concat!(
                $before, " (select cast(jsonb_array_elements_text(", $nth, ") as uuid))"
                $(, $after)?
            ),
        }
    };
}
pub(crate) use any_id;

impl Statement<'_> {
    /// Binds the next `$n` to a list of rows.
    pub(crate) fn rows(self, rows: Vec<Value>) -> Self {
        self.bind(Json(rows))
    }

    /// Binds the next `$n` to a list of ids.
    pub(crate) fn ids(self, ids: impl IntoIterator<Item = Uuid>) -> Self {
        let ids: Vec<String> = ids.into_iter().map(id).collect();
        self.bind(Json(ids))
    }
}

/// An id as it travels in a list.
pub(crate) fn id(id: impl Into<Uuid>) -> String {
    id.into().simple().to_string()
}

/// A moment as it travels in a list: written as SQLite keeps it, so that moments compare as texts.
pub(crate) fn at(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}
