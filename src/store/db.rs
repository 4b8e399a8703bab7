//! The one room that knows there are two databases.
//!
//! Everything above says `tx.query(SQL).bind(x).one::<Row>()` and cannot tell SQLite from
//! PostgreSQL. Where they truly differ, a caller hands over a [`Sql`] pair.

use std::{str::FromStr, time::Duration};

use futures::future::BoxFuture;
use sqlx::{
    Encode, FromRow, PgPool, Postgres, Sqlite, SqlitePool, Transaction, Type,
    migrate::Migrator,
    postgres::{PgArguments, PgConnectOptions, PgConnection, PgPoolOptions, PgRow},
    query::Query,
    sqlite::{
        SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode,
        SqlitePoolOptions, SqliteRow, SqliteSynchronous,
    },
};

use super::Error;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long a caller waits for a connection before the store says that it is too busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest that one unit of work may take over a network.
const LONGEST: Duration = Duration::from_secs(30);

/// A pool of connections to whichever database the URL names.
#[derive(Clone, Debug)]
pub enum Db {
    /// SQLite allows one writer at a time: a pool of exactly one connection makes writers queue
    /// fairly in memory rather than race for the file lock.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that only read, and never wait for the writer.
        readers: SqlitePool,
    },
    /// PostgreSQL, or what speaks its protocol.
    Postgres(PgPool),
}

impl Db {
    /// Connects, and brings the schema up to date.
    ///
    /// # Errors
    /// When the database cannot be reached or a migration fails.
    pub async fn open(url: &str) -> Result<Self, Error> {
        if is_postgres(url) {
            let options = PgConnectOptions::from_str(url)?;
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(PATIENCE)
                .after_connect(|connection, _| Box::pin(let_go_of_the_dead(connection)))
                .connect_with(options)
                .await?;
            MIGRATIONS.run(&pool).await.map_err(sqlx::Error::from)?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await.map_err(sqlx::Error::from)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(options.read_only(true).create_if_missing(false));
        Ok(Self::Sqlite { writer, readers })
    }

    /// The one door to write: begins, runs `work`, commits when it went well, else rolls back.
    /// Never speak to a carrier inside: nothing may wait for the outside world with a lock held.
    ///
    /// # Errors
    /// What `work` says, or that the database cannot be reached or refuses the commit.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        E: From<Error>,
    {
        self.in_time(async {
            let mut tx = self.begin().await.map_err(Error::from)?;
            let done = work(&mut tx).await?;
            tx.commit().await.map_err(Error::from)?;
            Ok(done)
        })
        .await
    }

    /// The one door to read: sees one moment; on SQLite it never waits for a writer.
    ///
    /// # Errors
    /// What `work` says, or that the database cannot be reached.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        E: From<Error>,
    {
        self.in_time(async {
            let mut tx = self.begin_read().await.map_err(Error::from)?;
            let seen = work(&mut tx).await?;
            tx.commit().await.map_err(Error::from)?;
            Ok(seen)
        })
        .await
    }

    /// A line that broke without a word would hold up its user for a quarter of an hour.
    async fn in_time<T, E: From<Error>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        if let Self::Sqlite { .. } = self {
            return work.await;
        }
        tokio::time::timeout(LONGEST, work).await.unwrap_or_else(|_| {
            let why = std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer in time");
            Err(E::from(Error::Database(sqlx::Error::Io(why))))
        })
    }

    /// SQLite takes its single write lock here, where `busy_timeout` can wait for it; taken later,
    /// at the first write after a read, it would fail at once.
    async fn begin(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    async fn begin_read(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("begin transaction isolation level repeatable read read only")
                    .await?,
            ),
        })
    }

    /// Lets go of every connection, after what runs has ended.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Whether a database's address is one of PostgreSQL.
pub(super) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres:") || url.starts_with("postgresql:")
}

/// What a process held when it was stopped, or its machine lost its power, must not stay locked:
/// the server looks after some seconds whether its client is still there.
async fn let_go_of_the_dead(connection: &mut PgConnection) -> sqlx::Result<()> {
    for setting in [
        "set idle_in_transaction_session_timeout = '8s'",
        "set tcp_keepalives_idle = 4",
        "set tcp_keepalives_interval = 2",
        "set tcp_keepalives_count = 2",
    ] {
        sqlx::query(setting).execute(&mut *connection).await?;
    }
    Ok(())
}

/// A unit of work; every store function takes one.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Prepares a statement; a plain string serves both databases.
    pub fn query(&mut self, sql: impl Into<Sql>) -> Statement<'_> {
        let sql = sql.into();
        match self {
            Self::Sqlite(tx) => Statement::Sqlite(tx, sqlx::query(sql.sqlite)),
            Self::Postgres(tx) => Statement::Postgres(tx, sqlx::query(sql.postgres)),
        }
    }

    async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// One statement in each dialect.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(sql: &'static str) -> Self {
        Self { sqlite: sql, postgres: sql }
    }
}

/// A value that both databases can store.
pub trait Value<'v>:
    Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>
{
}
impl<'v, T> Value<'v> for T where
    T: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>
{
}

/// A row type that both databases can fill: any `#[derive(FromRow)]`.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}

/// A statement that waits for its values and is then run.
#[must_use = "a statement does nothing until it is run"]
pub enum Statement<'t> {
    /// On SQLite.
    Sqlite(&'t mut SqliteConnection, Query<'static, Sqlite, SqliteArguments>),
    /// On PostgreSQL.
    Postgres(&'t mut PgConnection, Query<'static, Postgres, PgArguments>),
}

impl Statement<'_> {
    /// Binds the next `$n`.
    pub fn bind<'v>(self, value: impl Value<'v>) -> Self {
        match self {
            Self::Sqlite(conn, query) => Self::Sqlite(conn, query.bind(value)),
            Self::Postgres(conn, query) => Self::Postgres(conn, query.bind(value)),
        }
    }

    /// Runs the statement; returns how many rows it touched.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn execute(self) -> Result<u64, Error> {
        Ok(match self {
            Self::Sqlite(conn, query) => query.execute(conn).await?.rows_affected(),
            Self::Postgres(conn, query) => query.execute(conn).await?.rows_affected(),
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
        Ok(match self {
            Self::Sqlite(conn, query) => {
                query.fetch_optional(conn).await?.as_ref().map(R::from_row).transpose()?
            }
            Self::Postgres(conn, query) => {
                query.fetch_optional(conn).await?.as_ref().map(R::from_row).transpose()?
            }
        })
    }

    /// All rows.
    ///
    /// # Errors
    /// When the database refuses it, or a row has another shape.
    pub async fn all<R: Record>(self) -> Result<Vec<R>, Error> {
        Ok(match self {
            Self::Sqlite(conn, query) => {
                query.fetch_all(conn).await?.iter().map(R::from_row).collect::<sqlx::Result<_>>()?
            }
            Self::Postgres(conn, query) => {
                query.fetch_all(conn).await?.iter().map(R::from_row).collect::<sqlx::Result<_>>()?
            }
        })
    }
}
