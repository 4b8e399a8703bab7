//! The one room that knows there are two databases.
//!
//! Everything above says `tx.query(SQL).bind(x).one::<Row>()` and cannot tell SQLite from
//! PostgreSQL. Where they truly differ, a caller hands over a [`Sql`] pair.

pub mod batch_queue;
mod body_cache;
pub(crate) mod connections;
pub(crate) mod database;
pub mod failpoints;
pub(crate) mod group_commit;
mod opening;
pub(crate) mod pool;
pub mod recheck;
pub(crate) mod rotation;
pub(crate) mod rows;
pub(crate) mod sealed;
pub(crate) mod sets;
pub(crate) mod sql;
pub(crate) mod statement;
pub(crate) mod tables;
pub(crate) mod tx;
pub(crate) mod unknown_fields;
pub(crate) mod unlock;
pub mod unreadable;

pub use self::{
    database::Db,
    sql::{Record, Sql, Value},
    statement::Statement,
    tx::Tx,
};
