//! The connections to a database, and how they are set up.

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    PgPool, Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::store::error::Error;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long a caller waits for a connection before the store says that it is too busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connections to either database.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
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

/// More than all statements of this house: what was prepared once on a connection stays so.
const STATEMENTS: usize = 1000;

/// An SQLite database that lives in memory is known to its one connection only.
const IN_MEMORY: &str = "sqlite::memory:";

/// Only trials use it, and those must not depend on whether a busy machine stood still for a while.
const PATIENCE_IN_MEMORY: Duration = Duration::from_secs(600);

impl Pool {
    /// Connects, and brings the schema up to date.
    pub(crate) async fn connect(url: &str) -> Result<Self, Error> {
        if is_postgres(url) {
            let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(STATEMENTS);
            let pool = to_postgres(16).connect_with(options).await?;
            MIGRATIONS.run(&pool).await.map_err(sqlx::Error::from)?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .statement_cache_capacity(STATEMENTS)
            .busy_timeout(PATIENCE);
        // There is no line to it that could have broken: nothing is asked before it is used.
        let patience = if url == IN_MEMORY { PATIENCE_IN_MEMORY } else { PATIENCE };
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .acquire_timeout(patience)
            .connect_with(to_write(options.clone()))
            .await?;
        MIGRATIONS.run(&writer).await.map_err(sqlx::Error::from)?;
        if url == IN_MEMORY {
            return Ok(Self::Sqlite { readers: writer.clone(), writer });
        }
        let options = options.read_only(true).create_if_missing(false);
        Ok(Self::Sqlite { writer, readers: to_read(8).connect_lazy_with(options) })
    }

    /// Connections of their own to the same database, which are made when they are needed. The one
    /// writer of SQLite stays the same.
    pub(crate) fn apart(&self) -> Self {
        match self {
            Self::Postgres(pool) => {
                let options = pool.connect_options().as_ref().clone();
                Self::Postgres(to_postgres(8).connect_lazy_with(options))
            }
            // In memory there is one connection.
            Self::Sqlite { readers, .. } if readers.options().get_max_connections() == 1 => {
                self.clone()
            }
            Self::Sqlite { writer, readers } => {
                let options = readers.connect_options().as_ref().clone();
                let readers = to_read(4).connect_lazy_with(options);
                Self::Sqlite { writer: writer.clone(), readers }
            }
        }
    }

    /// Lets go of every connection, after what runs has ended.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

fn to_postgres(most: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| Box::pin(let_go_of_the_dead(connection)))
}

/// Each change touches other pages, the more of them the larger the organisation. The writer keeps
/// what it reads again and again, and what it may have to take back, in memory rather than in a file,
/// and brings pages home from the log after sixteen megabytes rather than four.
fn to_write(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", "4000")
}

fn to_read(most: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(most)
        .test_before_acquire(false)
        .acquire_timeout(PATIENCE)
}

/// SQLite takes its single write lock here, where `busy_timeout` can wait for it; taken later, at the
/// first write after a read, it would fail at once.
///
/// When a disk is full, SQLite takes a transaction back by itself, and then knows of none that the
/// driver could take back: that connection could never begin another. It is closed, and made anew.
pub(crate) async fn begin_to_write(
    writer: &SqlitePool,
) -> sqlx::Result<Transaction<'static, Sqlite>> {
    match writer.begin_with(BEGIN).await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            writer.acquire().await?.close().await?;
            writer.begin_with(BEGIN).await
        }
        begun => begun,
    }
}

const BEGIN: &str = "begin immediate";

/// Whether a database's address is one of PostgreSQL.
pub(crate) fn is_postgres(url: &str) -> bool {
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
