//! The one room that knows there are two databases.
//!
//! Everything above says `tx.query(SQL).bind(x).one::<Row>()` and cannot tell SQLite from
//! PostgreSQL. Where they truly differ, a caller hands over a [`Sql`] pair.

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use sqlx::{
    Encode, FromRow, PgPool, Postgres, Sqlite, Transaction, Type,
    postgres::{PgArguments, PgConnection, PgRow},
    query::Query,
    sqlite::{SqliteArguments, SqliteConnection, SqliteRow},
};

use super::{
    Error, chain,
    gate::{Door, Gate},
    pool::{Pool, begin_to_write},
    scribe::Scribe,
    sealed::Keys,
    unlock,
};
use crate::model::{access::Look, sealing::Keyring};

/// The longest that one unit of work may take over a network.
const LONGEST: Duration = Duration::from_secs(30);

/// A pool of connections to whichever database the URL names, with the keys to what lies in it.
#[derive(Clone, Debug)]
pub struct Db {
    pool: Pool,
    keys: Arc<Keys>,
    /// Somebody who stands at the doors, in a simulation only.
    gate: Option<Arc<dyn Gate>>,
    scribe: Scribe,
}

impl Db {
    /// Connects, brings the schema up to date, and sees that the keys are the right ones. What was
    /// written before anything was sealed is sealed now.
    ///
    /// # Errors
    /// When the database cannot be reached, a migration fails, or the keys do not open it.
    pub async fn open(url: &str, keys: Keyring) -> Result<Self, Error> {
        let pool = Pool::connect(url).await?;
        let keys = Arc::new(Keys { ring: Arc::new(keys), chain: None });
        let db = Self { pool, keys, gate: None, scribe: Scribe::default() };
        let chain = Some(unlock::unlock(&db).await?);
        let keys = Keys { ring: db.keys.ring.clone(), chain };
        Ok(Self { keys: Arc::new(keys), ..db })
    }

    /// The same database, with somebody at its doors.
    #[must_use]
    pub fn gated(self, gate: Arc<dyn Gate>) -> Self {
        Self { gate: Some(gate), ..self }
    }

    /// The same database over connections of its own: whoever watches never waits for those who ask,
    /// however many they are.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self { pool: self.pool.apart(), ..self.clone() }
    }

    async fn pass(&self, door: Door) -> Result<(), Error> {
        match &self.gate {
            Some(gate) => gate.pass(door).await,
            None => Ok(()),
        }
    }

    /// Whether somebody stands at its doors, and lets one pass after the other.
    pub fn is_gated(&self) -> bool {
        self.gate.is_some()
    }

    /// Whether it is SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.pool, Pool::Sqlite { .. })
    }

    /// The pool of the one that several instances can share.
    pub(super) fn postgres(&self) -> Option<&PgPool> {
        match &self.pool {
            Pool::Sqlite { .. } => None,
            Pool::Postgres(pool) => Some(pool),
        }
    }

    /// The keys to what lies in it.
    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The one door to write: begins, runs `work`, commits when it went well, else rolls back.
    /// Never speak to a carrier inside: nothing may wait for the outside world with a lock held.
    ///
    /// # Errors
    /// What `work` says, or that the database cannot be reached or refuses the commit.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        E: From<Error> + Send + 'static,
        T: Send + 'static,
    {
        if self.is_sqlite() && !self.is_gated() {
            return self.scribe.write(self, work).await;
        }
        self.in_time(async {
            self.pass(Door::Begin).await?;
            let mut tx = self.begin().await.map_err(Error::from)?;
            let done = work(&mut tx).await?;
            chain::append(&mut tx).await?;
            self.pass(Door::Commit).await?;
            tx.commit().await.map_err(Error::from)?;
            self.pass(Door::Committed).await?;
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
        self.in_time(self.read_at_length(work)).await
    }

    /// The same, however long it takes: for who reads everything, and keeps nobody waiting.
    ///
    /// # Errors
    /// What `work` says, or that the database cannot be reached.
    pub async fn read_at_length<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        E: From<Error>,
    {
        self.pass(Door::Begin).await?;
        let mut tx = self.begin_read().await.map_err(Error::from)?;
        let seen = work(&mut tx).await?;
        // A look that is noted here cannot be written: that fails, rather than being forgotten.
        chain::append(&mut tx).await?;
        tx.commit().await.map_err(Error::from)?;
        Ok(seen)
    }

    /// A line that broke without a word would hold up its user for a quarter of an hour.
    async fn in_time<T, E: From<Error>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        if self.is_sqlite() {
            return work.await;
        }
        tokio::time::timeout(LONGEST, work).await.unwrap_or_else(|_| {
            let why = std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer in time");
            Err(E::from(Error::Database(sqlx::Error::Io(why))))
        })
    }

    pub(super) async fn begin(&self) -> sqlx::Result<Tx> {
        let on = match &self.pool {
            Pool::Sqlite { writer, .. } => On::Sqlite(begin_to_write(writer).await?),
            Pool::Postgres(pool) => On::Postgres(pool.begin().await?),
        };
        Ok(self.tx(on))
    }

    async fn begin_read(&self) -> sqlx::Result<Tx> {
        let on = match &self.pool {
            Pool::Sqlite { readers, .. } => On::Sqlite(readers.begin().await?),
            Pool::Postgres(pool) => On::Postgres(
                pool.begin_with("begin transaction isolation level repeatable read read only")
                    .await?,
            ),
        };
        Ok(self.tx(on))
    }

    fn tx(&self, on: On) -> Tx {
        Tx { on, keys: self.keys.clone(), looks: Vec::new(), gate: self.gate.clone() }
    }

    /// Overwrites what was there before: SQLite leaves it in the file until then.
    pub(super) async fn wipe(&self) -> Result<(), Error> {
        if let Pool::Sqlite { writer, .. } = &self.pool {
            sqlx::query("vacuum").execute(writer).await?;
            sqlx::query("pragma wal_checkpoint(truncate)").execute(writer).await?;
        }
        Ok(())
    }

    /// Lets go of every connection, after what runs has ended.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// A unit of work; every store function takes one.
#[derive(Debug)]
pub struct Tx {
    on: On,
    keys: Arc<Keys>,
    /// What is added to the access log as its last step, whose lock then is the last to be taken.
    pub(super) looks: Vec<Look>,
    gate: Option<Arc<dyn Gate>>,
}

#[derive(Debug)]
enum On {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Prepares a statement; a plain string serves both databases.
    pub fn query(&mut self, sql: impl Into<Sql>) -> Statement<'_> {
        let sql = sql.into();
        if let Some(gate) = &self.gate {
            gate.hear(sql);
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
    pub(super) fn keys(&self) -> &Keys {
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
pub struct Statement<'t> {
    pub(super) keys: &'t Keys,
    /// Or why one of its values cannot be stored.
    run: Result<Run<'t>, Error>,
}

enum Run<'t> {
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
