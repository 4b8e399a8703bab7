//! The connections to a database, with the keys to what lies in it, and how a unit of work begins.

use std::sync::Arc;

use super::{
    failpoints::{Failpoint, Failpoints},
    pool::{Pool, begin_to_write},
    sealed::DatabaseKeys,
    tx::{On, Tx},
};
use crate::store::error::Error;

#[derive(Clone, Debug)]
pub(crate) struct Connections {
    pub(super) pool: Pool,
    pub(super) keys: Arc<DatabaseKeys>,
    /// Somebody who stands at the doors, in a simulation only.
    pub(super) failpoints: Option<Arc<dyn Failpoints>>,
}

impl Connections {
    pub(super) async fn pass(&self, door: Failpoint) -> Result<(), Error> {
        match &self.failpoints {
            Some(failpoints) => failpoints.pass(door).await,
            None => Ok(()),
        }
    }

    pub(super) async fn begin(&self) -> sqlx::Result<Tx> {
        let on = match &self.pool {
            Pool::Sqlite { writer, .. } => On::Sqlite(begin_to_write(writer).await?),
            Pool::Postgres(pool) => On::Postgres(pool.begin().await?),
        };
        Ok(self.tx(on, self.keys.to_write()))
    }

    pub(super) async fn begin_read(&self) -> sqlx::Result<Tx> {
        let on = match &self.pool {
            Pool::Sqlite { readers, .. } => On::Sqlite(readers.begin().await?),
            Pool::Postgres(pool) => On::Postgres(
                pool.begin_with("begin transaction isolation level repeatable read read only")
                    .await?,
            ),
        };
        Ok(self.tx(on, DatabaseKeys::clone(&self.keys)))
    }

    fn tx(&self, on: On, keys: DatabaseKeys) -> Tx {
        Tx { on, keys, looks: Vec::new(), failpoints: self.failpoints.clone() }
    }
}
