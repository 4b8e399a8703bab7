//! The database: one door to read, one to write.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::future::BoxFuture;
use sqlx::PgPool;

use super::{
    connections::Connections,
    failpoints::{Failpoint, Failpoints},
    group_commit::GroupCommit,
    pool::Pool,
    sealed::DatabaseKeys,
    tx::Tx,
};
use crate::store::{error::Error, privacy::chain};

/// The longest that one unit of work may take over a network.
const LONGEST: Duration = Duration::from_secs(30);

/// A pool of connections to whichever database the URL names, with the keys to what lies in it.
#[derive(Clone, Debug)]
pub struct Db {
    pub(super) on: Connections,
    pub(super) scribe: GroupCommit,
}

impl Db {
    /// How many bodies were asked for since [`Self::open`], whether they had to be opened again or not.
    pub fn bodies_opened(&self) -> u64 {
        self.on.keys.opened.load(Ordering::Relaxed)
    }

    /// How many rows of each table could not be read when they were last asked for, since the start.
    pub fn unreadable(&self) -> BTreeMap<String, usize> {
        self.keys().unreadable.by_table()
    }

    /// The same database, with somebody at its doors.
    #[must_use]
    pub fn with_failpoints(self, failpoints: Arc<dyn Failpoints>) -> Self {
        Self { on: Connections { failpoints: Some(failpoints), ..self.on }, ..self }
    }

    /// The same database over connections of its own: whoever watches never waits for those who ask,
    /// however many they are.
    #[must_use]
    pub fn apart(&self) -> Self {
        let on = Connections { pool: self.on.pool.apart(), ..self.on.clone() };
        Self { on, ..self.clone() }
    }

    /// Whether somebody stands at its doors, and lets one pass after the other.
    pub fn has_failpoints(&self) -> bool {
        self.on.failpoints.is_some()
    }

    /// Whether it is SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.on.pool, Pool::Sqlite { .. })
    }

    /// The pool of the one that several instances can share.
    pub(crate) fn postgres(&self) -> Option<&PgPool> {
        match &self.on.pool {
            Pool::Sqlite { .. } => None,
            Pool::Postgres(pool) => Some(pool),
        }
    }

    /// The keys to what lies in it.
    pub(crate) fn keys(&self) -> &DatabaseKeys {
        &self.on.keys
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
        if self.is_sqlite() && !self.has_failpoints() {
            return self.scribe.write(&self.on, work).await;
        }
        self.in_time(async {
            self.on.pass(Failpoint::Begin).await?;
            let mut tx = self.on.begin().await.map_err(Error::from)?;
            let done = work(&mut tx).await?;
            chain::append(&mut tx).await?;
            self.on.pass(Failpoint::Commit).await?;
            tx.commit().await.map_err(Error::from)?;
            self.on.pass(Failpoint::Committed).await?;
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
        self.on.pass(Failpoint::Begin).await?;
        let mut tx = self.on.begin_read().await.map_err(Error::from)?;
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

    /// Overwrites what was there before: SQLite leaves it in the file until then.
    pub(crate) async fn wipe(&self) -> Result<(), Error> {
        if let Pool::Sqlite { writer, .. } = &self.on.pool {
            // All of it goes through a temporary file, which is too much for memory.
            sqlx::query("pragma temp_store = file").execute(writer).await?;
            let wiped = sqlx::query("vacuum").execute(writer).await;
            sqlx::query("pragma temp_store = memory").execute(writer).await?;
            wiped?;
            sqlx::query("pragma wal_checkpoint(truncate)").execute(writer).await?;
        }
        Ok(())
    }

    /// Lets go of every connection, after what runs has ended.
    pub async fn close(&self) {
        self.on.pool.close().await;
    }
}
