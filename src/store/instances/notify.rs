//! Tells other instances on the same PostgreSQL that something was written, and hears it from them.
//!
//! A ring that is lost costs at most the nap of the engine: nothing hangs on it.

use sqlx::postgres::PgListener;

use crate::{
    model::ids::InstanceId,
    store::{db::database::Db, error::Error},
};

/// The channel of `listen` and `notify`.
const CHANNEL: &str = "rugdekking";

/// Somebody who hears the others.
#[derive(Debug)]
pub struct NotifyListener(PgListener);

impl NotifyListener {
    /// Waits for a ring; says whose it is. Nothing when the line was down meanwhile and rings may
    /// be lost.
    ///
    /// # Errors
    /// When the database cannot be reached; then listen anew.
    pub async fn rung(&mut self) -> Result<Option<InstanceId>, Error> {
        let ring = self.0.try_recv().await?;
        Ok(ring.and_then(|ring| ring.payload().parse().ok()))
    }
}

impl Db {
    /// Listens to the others; nothing on SQLite, where there are no others.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn listen(&self) -> Result<Option<NotifyListener>, Error> {
        let Some(pool) = self.postgres() else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(NotifyListener(listener)))
    }

    /// Rings the others.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn ring(&self, from: InstanceId) -> Result<(), Error> {
        let Some(pool) = self.postgres() else { return Ok(()) };
        sqlx::query("select pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(from.to_string())
            .execute(pool)
            .await?;
        Ok(())
    }
}
