//! A statement on its way to whichever database there is.

use sqlx::{
    Postgres, Sqlite,
    postgres::{PgArguments, PgConnection},
    query::Query,
    sqlite::{SqliteArguments, SqliteConnection},
};

use super::{
    sealed::DatabaseKeys,
    sql::{Record, Value},
};
use crate::store::error::Error;

/// A statement that waits for its values and is then run.
#[must_use = "a statement does nothing until it is run"]
pub struct Statement<'t> {
    pub(super) keys: &'t DatabaseKeys,
    /// Or why one of its values cannot be stored.
    pub(super) run: Result<Run<'t>, Error>,
}

pub(super) enum Run<'t> {
    Sqlite(&'t mut SqliteConnection, Query<'static, Sqlite, SqliteArguments>),
    Postgres(&'t mut PgConnection, Query<'static, Postgres, PgArguments>),
}

impl Statement<'_> {
    /// Binds the next `$n`.
    pub fn bind<'v>(self, value: impl Value<'v>) -> Self {
        let run = self.run.map(|run| match run {
            Run::Sqlite(conn, query) => Run::Sqlite(conn, query.bind(value)),
            Run::Postgres(conn, query) => Run::Postgres(conn, query.bind(value)),
        });
        Self { run, ..self }
    }

    /// Refuses to run, because a value cannot be stored.
    pub(super) fn fail(self, why: Error) -> Self {
        Self { run: self.run.and(Err(why)), ..self }
    }

    /// Runs the statement; returns how many rows it touched.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn execute(self) -> Result<u64, Error> {
        Ok(match self.run? {
            Run::Sqlite(conn, query) => query.execute(conn).await?.rows_affected(),
            Run::Postgres(conn, query) => query.execute(conn).await?.rows_affected(),
        })
    }

    /// The one row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn one<R: Record>(self) -> Result<R, Error> {
        self.optional().await?.ok_or(Error::NotFound)
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// When the database refuses it, or the row has another shape.
    pub async fn optional<R: Record>(self) -> Result<Option<R>, Error> {
        Ok(match self.run? {
            Run::Sqlite(conn, query) => {
                query.fetch_optional(conn).await?.as_ref().map(R::from_row).transpose()?
            }
            Run::Postgres(conn, query) => {
                query.fetch_optional(conn).await?.as_ref().map(R::from_row).transpose()?
            }
        })
    }

    /// All rows.
    ///
    /// # Errors
    /// When the database refuses it, or a row has another shape.
    pub async fn all<R: Record>(self) -> Result<Vec<R>, Error> {
        Ok(match self.run? {
            Run::Sqlite(conn, query) => {
                query.fetch_all(conn).await?.iter().map(R::from_row).collect::<sqlx::Result<_>>()?
            }
            Run::Postgres(conn, query) => {
                query.fetch_all(conn).await?.iter().map(R::from_row).collect::<sqlx::Result<_>>()?
            }
        })
    }
}
