//! A unit of work, on whichever database there is.

use std::sync::Arc;

use sqlx::{Postgres, Sqlite, Transaction};

use super::{
    failpoints::Failpoints,
    sealed::DatabaseKeys,
    sql::Sql,
    statement::{Run, Statement},
};
use crate::{model::privacy::access::Look, store::error::Error};

/// A unit of work; every store function takes one.
#[derive(Debug)]
pub struct Tx {
    pub(super) on: On,
    pub(super) keys: DatabaseKeys,
    /// What is added to the access log as its last step, whose lock then is the last to be taken.
    pub(crate) looks: Vec<Look>,
    pub(super) failpoints: Option<Arc<dyn Failpoints>>,
}

#[derive(Debug)]
pub(super) enum On {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Prepares a statement; a plain string serves both databases.
    pub fn query(&mut self, sql: impl Into<Sql>) -> Statement<'_> {
        let sql = sql.into();
        if let Some(failpoints) = &self.failpoints {
            failpoints.hear(sql);
        }
        let run = match &mut self.on {
            On::Sqlite(tx) => Run::Sqlite(tx, sqlx::query(sql.sqlite)),
            On::Postgres(tx) => Run::Postgres(tx, sqlx::query(sql.postgres)),
        };
        Statement { keys: &self.keys, run: Ok(run) }
    }

    /// Whether it is on SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.on, On::Sqlite(_))
    }

    /// The keys to what lies in the database.
    pub(crate) fn keys(&self) -> &DatabaseKeys {
        &self.keys
    }

    /// Begins a unit of work of which others share the transaction.
    pub(super) async fn begin_work(&mut self) -> Result<(), Error> {
        self.query("savepoint work").execute().await.map(drop)
    }

    /// Ends it, and takes back what it wrote unless that is to be kept.
    pub(super) async fn end_work(&mut self, is_kept: bool) -> Result<(), Error> {
        if !is_kept {
            self.query("rollback to work").execute().await?;
        }
        self.query("release work").execute().await.map(drop)
    }

    pub(super) async fn rollback(self) -> sqlx::Result<()> {
        match self.on {
            On::Sqlite(tx) => tx.rollback().await,
            On::Postgres(tx) => tx.rollback().await,
        }
    }

    pub(super) async fn commit(self) -> sqlx::Result<()> {
        match self.on {
            On::Sqlite(tx) => tx.commit().await,
            On::Postgres(tx) => tx.commit().await,
        }
    }
}
